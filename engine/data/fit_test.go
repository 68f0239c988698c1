package data

import (
	"bytes"
	"image"
	"image/color"
	"testing"

	"tandem/engine/tensor"
)

// A picture that has the size keeps its pixels; others are scaled to a square, or
// refused where the stored images are none.
func TestFit(t *testing.T) {
	img := image.NewRGBA(image.Rect(5, 7, 8, 9)) // 3x2, off the origin
	for i := range 6 {
		img.Set(5+i%3, 7+i/3, color.RGBA{uint8(40 * i), uint8(i), 7, 255})
	}
	got, err := Fit(img, tensor.Shape{3, 2, 3})
	want := []byte{0, 40, 80, 120, 160, 200, 0, 1, 2, 3, 4, 5, 7, 7, 7, 7, 7, 7}
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("got %v, %v, want %v", got, err, want)
	}
	if got, err := Fit(img, tensor.Shape{1, 5, 5}); err != nil || !bytes.Equal(got, ToCHW(img, 5, 1)) {
		t.Errorf("got %v, %v, want the central square", got, err)
	}
	_, err = Fit(img, tensor.Shape{3, 3, 2})
	if text := "the picture is 3x2, and only squares are cut out: bring it to 2x3"; err == nil || err.Error() != text {
		t.Errorf("got %v, want %s", err, text)
	}
}
