package data

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/color/palette"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"testing"
	"testing/iotest"

	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"
)

func encoded(encode func(io.Writer) error) []byte {
	var b bytes.Buffer
	if err := encode(&b); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func encodedPNG(img image.Image) []byte {
	return encoded(func(w io.Writer) error { return png.Encode(w, img) })
}

func encodedJPEG(img image.Image) []byte {
	return encoded(func(w io.Writer) error { return jpeg.Encode(w, img, &jpeg.Options{Quality: 100}) })
}

// Every kind of picture shows its colour; the names say nothing.
func TestDecodeKinds(t *testing.T) {
	orange := color.NRGBA{200, 100, 50, 255}
	flat := flatImage(8, 8, orange)
	deep := image.NewNRGBA64(image.Rect(0, 0, 8, 8))
	grey, grey16 := image.NewGray(flat.Rect), image.NewGray16(flat.Rect)
	web := image.NewPaletted(image.Rect(3, 5, 11, 13), palette.WebSafe)
	for y := range 16 {
		for x := range 16 {
			deep.SetNRGBA64(x, y, color.NRGBA64{200<<8 | 7, 100<<8 | 9, 50<<8 | 3, 0xFFFF})
			grey.SetGray(x, y, color.Gray{77})
			grey16.SetGray16(x, y, color.Gray16{77<<8 | 200})
			web.Set(x, y, color.NRGBA{204, 102, 51, 255})
		}
	}
	for name, c := range map[string]struct {
		file []byte
		want [3]int
	}{
		"png":             {encodedPNG(flat), [3]int{200, 100, 50}},
		"jpeg":            {encodedJPEG(flat), [3]int{200, 100, 50}},
		"grey jpeg":       {encodedJPEG(grey), [3]int{77, 77, 77}},
		"gif":             {encoded(func(w io.Writer) error { return gif.Encode(w, web, nil) }), [3]int{204, 102, 51}},
		"palette png":     {encodedPNG(web), [3]int{204, 102, 51}},
		"16-bit png":      {encodedPNG(deep), [3]int{200, 100, 50}},
		"16-bit grey png": {encodedPNG(grey16), [3]int{77, 77, 77}},
		"bmp":             {encoded(func(w io.Writer) error { return bmp.Encode(w, flat) }), [3]int{200, 100, 50}},
		"tiff":            {encoded(func(w io.Writer) error { return tiff.Encode(w, deep, nil) }), [3]int{200, 100, 50}},
		"webp":            {flatWebP(8, 8, orange), [3]int{200, 100, 50}},
		"one pixel":       {encodedPNG(flatImage(1, 1, orange)), [3]int{200, 100, 50}},
		"half seen":       {encodedPNG(flatImage(2, 2, color.NRGBA{0, 100, 200, 51})), [3]int{204, 224, 244}},
		"not seen":        {encodedPNG(flatImage(2, 2, color.NRGBA{0, 0, 0, 0})), [3]int{255, 255, 255}},
		// Adobe stores 255 for no ink: red is (255-C) * (255-K) / 255, here of the stored values.
		"cmyk jpeg": {flatJPEG(0, 200, 100, 50, 255), [3]int{200, 100, 50}},
		"dark cmyk": {flatJPEG(0, 200, 100, 50, 128), [3]int{100, 50, 25}},
		// Y 128, Cb and Cr at the middle: equal inks.
		"ycck jpeg": {flatJPEG(2, 128, 128, 128, 255), [3]int{128, 128, 128}},
		"rgb jpeg":  {flatJPEG(0, 200, 100, 50), [3]int{200, 100, 50}},
	} {
		img, err := DecodeImage(bytes.NewReader(c.file), "holiday.txt")
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, size := range []int{0, 5} {
			checkFlat(t, name, img, size, c.want)
		}
	}
}

func checkFlat(t *testing.T, name string, img image.Image, size int, want [3]int) {
	t.Helper()
	n := size * size
	if size == 0 {
		n = img.Bounds().Dx() * img.Bounds().Dy()
	}
	got := ToCHW(img, size, 3)
	if len(got) != 3*n {
		t.Fatalf("%s: %d bytes, want %d", name, len(got), 3*n)
	}
	for i, v := range got {
		if d := int(v) - want[i/n]; d < -3 || d > 3 { // JPEG rounds
			t.Errorf("%s at size %d: channel %d is %d, want %d", name, size, i/n, v, want[i/n])
			return
		}
	}
}

func TestBrokenImages(t *testing.T) {
	flat := flatImage(40, 40, color.NRGBA{1, 2, 3, 255})
	whole := map[string][]byte{
		"png":  encodedPNG(flat),
		"jpeg": encodedJPEG(flat),
		"bmp":  encoded(func(w io.Writer) error { return bmp.Encode(w, flat) }),
		"tiff": encoded(func(w io.Writer) error { return tiff.Encode(w, flat, nil) }),
		"webp": flatWebP(40, 40, color.NRGBA{1, 2, 3, 255}),
	}
	for name, file := range whole {
		for _, keep := range []int{1, len(file) / 3, len(file) * 2 / 3} {
			_, err := DecodeImage(bytes.NewReader(file[:keep]), "x.jpg")
			wantError(t, err, "x.jpg: ")
			if asBroken(err) == nil {
				t.Errorf("%s cut to %d bytes is not called broken: %v", name, keep, err)
			}
		}
	}
	huge := encodedPNG(flat)
	copy(huge[16:], []byte{0, 1, 0, 0, 0, 1, 0, 0}) // 65536 x 65536
	binary.BigEndian.PutUint32(huge[29:], crc32.ChecksumIEEE(huge[12:29]))
	for _, c := range []struct {
		file []byte
		says string
	}{
		{nil, "is not a JPEG"},
		{[]byte("Dear diary"), "is not a JPEG"},
		{huge, "65536x65536 is more than 100 million pixels"},
		{flatJPEG(-1, 1, 2, 3, 4), "Adobe"},
	} {
		_, err := DecodeImage(bytes.NewReader(c.file), "y.png")
		wantError(t, err, "y.png", c.says)
		if asBroken(err) == nil {
			t.Errorf("%v is not called broken", err)
		}
	}
}

// A failing disk is not a broken image.
func TestDecodeTellsDiskErrorsApart(t *testing.T) {
	file := encodedPNG(flatImage(64, 64, color.NRGBA{1, 2, 3, 255}))
	fault := errors.New("input/output error")
	for _, good := range []int{0, 20, 60, len(file) - 9} {
		r := io.MultiReader(bytes.NewReader(file[:good]), iotest.ErrReader(fault))
		_, err := DecodeImage(r, "z.png")
		if asBroken(err) != nil || !errors.Is(err, fault) {
			t.Errorf("after %d bytes: %v, want the disk's error", good, err)
		}
		wantError(t, err, "z.png")
	}
}

// The eight orientations of Exif 2.3, by where the letter F's rows and columns
// end up: https://www.exif.org/Exif2-2.PDF, tag 274.
func TestOrientation(t *testing.T) {
	const w, h = 32, 16
	corners := [4]byte{40, 90, 150, 220} // top left, top right, bottom left, bottom right
	img := image.NewGray(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.SetGray(x, y, color.Gray{corners[2*(y/(h/2))+x/(w/2)]})
		}
	}
	file := encodedJPEG(img)
	for orientation, want := range map[uint16][4]int{
		0: {0, 1, 2, 3}, // not one of them
		1: {0, 1, 2, 3}, 2: {1, 0, 3, 2}, 3: {3, 2, 1, 0}, 4: {2, 3, 0, 1},
		5: {0, 2, 1, 3}, 6: {2, 0, 3, 1}, 7: {3, 1, 2, 0}, 8: {1, 3, 0, 2},
	} {
		for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
			got, err := DecodeImage(bytes.NewReader(withOrientation(file, orientation, order)), "f.jpg")
			if err != nil {
				t.Fatal(err)
			}
			wantW, wantH := w, h
			if orientation >= 5 {
				wantW, wantH = h, w
			}
			b := got.Bounds()
			if b.Dx() != wantW || b.Dy() != wantH {
				t.Fatalf("orientation %d: %v", orientation, b)
			}
			pixels := ToCHW(got, 0, 1)
			for i, corner := range want {
				v := pixels[(1+i/2*(wantH-3))*wantW+1+i%2*(wantW-3)]
				if d := int(v) - int(corners[corner]); d < -2 || d > 2 {
					t.Errorf("orientation %d: corner %d is %d, want %d", orientation, i, v, corners[corner])
				}
			}
		}
	}
}

func FuzzExifOrientation(f *testing.F) {
	flat := encodedJPEG(flatImage(8, 8, color.White))
	f.Add(withOrientation(flat, 6, binary.LittleEndian))
	f.Add(withOrientation(flat, 3, binary.BigEndian))
	f.Add([]byte{0xFF, 0xD8, 0xFF, 0xE1, 0, 0})
	f.Fuzz(func(t *testing.T, file []byte) {
		if o := exifOrientation(file); o < 1 || o > 8 {
			t.Errorf("orientation %d", o)
		}
	})
}

func FuzzDecodeImage(f *testing.F) {
	flat := flatImage(8, 8, color.NRGBA{1, 2, 3, 4})
	f.Add(encodedPNG(flat))
	f.Add(withOrientation(encodedJPEG(flat), 6, binary.LittleEndian))
	f.Add(flatJPEG(2, 1, 2, 3, 4))
	f.Add(flatWebP(3, 3, color.NRGBA{1, 2, 3, 4}))
	f.Add(encoded(func(w io.Writer) error { return bmp.Encode(w, flat) }))
	f.Add(encoded(func(w io.Writer) error { return tiff.Encode(w, flat, nil) }))
	f.Add(encoded(func(w io.Writer) error { return gif.Encode(w, flat, nil) }))
	f.Fuzz(func(t *testing.T, file []byte) {
		if config, _, err := image.DecodeConfig(bytes.NewReader(file)); err == nil && config.Width > 1<<20/max(1, config.Height) {
			t.Skip("a large picture only takes time")
		}
		img, err := DecodeImage(bytes.NewReader(file), "fuzz")
		if (img == nil) == (err == nil) {
			t.Fatalf("image %v with error %v", img, err)
		}
		if err == nil {
			ToCHW(img, 5, 3)
		}
	})
}
