package data

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	_ "image/gif"
	_ "image/jpeg"
	_ "image/png"
	"io"

	_ "golang.org/x/image/bmp"
	_ "golang.org/x/image/tiff"
	_ "golang.org/x/image/webp"
)

// MaxPixels is the largest picture that is decoded: a forged header must not
// cost gigabytes, and no camera's single shot is larger.
const MaxPixels = 100_000_000

// DecodeImage reads one picture: JPEG, PNG, GIF (its first frame), BMP, TIFF or
// WebP, told apart by content and not by name. JPEG pictures are turned upright
// as their EXIF orientation says. Damage, an unknown format and more than
// MaxPixels pixels are *BrokenImage errors; a failing reader is not.
//
// CMYK JPEGs carrying Adobe's marker are read with Adobe's inverted inks, which
// is what every known writer of that marker stores; without it image/jpeg
// cannot tell the colours and the picture counts as broken.
func DecodeImage(r io.Reader, name string) (img image.Image, err error) {
	// A decoder that panics on a hostile file must not take the run with it.
	defer func() {
		if p := recover(); p != nil {
			img, err = nil, &BrokenImage{name, fmt.Errorf("decoder failed: %v", p)}
		}
	}()
	source := &faultReader{r: r}
	var head bytes.Buffer
	config, format, err := image.DecodeConfig(io.TeeReader(source, &head))
	if err == nil {
		err = checkSize(config)
	}
	if err != nil {
		return nil, source.judge(name, err)
	}
	orientation := 1
	if format == "jpeg" {
		orientation = exifOrientation(head.Bytes())
	}
	img, _, err = image.Decode(io.MultiReader(&head, source))
	if err != nil {
		return nil, source.judge(name, err)
	}
	return upright(img, orientation), nil
}

func checkSize(c image.Config) error {
	switch {
	case c.Width <= 0 || c.Height <= 0:
		return errors.New("has no pixels")
	case c.Width > MaxPixels/c.Height:
		return fmt.Errorf("%dx%d is more than %d million pixels: scale it down first", c.Width, c.Height, MaxPixels/1_000_000)
	}
	return nil
}

// faultReader remembers a failure of the reader beneath, so that a disk error
// is not mistaken for a damaged picture.
type faultReader struct {
	r   io.Reader
	err error
}

func (f *faultReader) Read(p []byte) (int, error) {
	n, err := f.r.Read(p)
	if err != nil && err != io.EOF {
		f.err = err
	}
	return n, err
}

// judge returns the reader's own failure if there was one, and otherwise blames
// the picture.
func (f *faultReader) judge(name string, err error) error {
	switch {
	case f.err != nil:
		return fmt.Errorf("%s: %w", name, f.err)
	case errors.Is(err, image.ErrFormat):
		err = errors.New("is not a JPEG, PNG, GIF, BMP, TIFF or WebP picture")
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		err = errors.New("is cut short")
	}
	return &BrokenImage{name, err}
}
