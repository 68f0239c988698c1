package data

import (
	"fmt"
	"image"

	"tandem/engine/tensor"
)

// Fit brings a picture to the shape of stored images, (C, H, W), as planes of bytes
// (see ToCHW). Where these are no squares it must have their size already, for only
// squares are cut out.
func Fit(img image.Image, shape tensor.Shape) ([]byte, error) {
	channels, h, w := shape[0], shape[1], shape[2]
	size := img.Bounds().Size()
	switch {
	case h == w:
		return ToCHW(img, h, channels), nil
	case size == image.Pt(w, h):
		return ToCHW(img, 0, channels), nil
	}
	return nil, fmt.Errorf("the picture is %dx%d, and only squares are cut out: bring it to %dx%d", size.X, size.Y, w, h)
}
