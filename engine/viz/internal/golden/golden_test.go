package golden

import (
	"image"
	"image/color"
	"testing"
)

func TestCompare(t *testing.T) {
	want := image.NewRGBA(image.Rect(0, 0, 10, 10))
	got := image.NewRGBA(image.Rect(0, 0, 10, 10))
	got.SetRGBA(3, 4, color.RGBA{B: 5})
	got.SetRGBA(7, 9, color.RGBA{R: 2})
	for _, c := range []struct {
		tolerance int
		share     float64
		ok        bool
	}{
		{5, 0, true}, {4, 0, false}, {4, 0.01, true}, {1, 0.01, false}, {1, 0.02, true}, {0, 0, false},
	} {
		if err := compare(got, want, c.tolerance, c.share); (err == nil) != c.ok {
			t.Errorf("tolerance %d, share %g: %v", c.tolerance, c.share, err)
		}
	}
	if compare(got, image.NewRGBA(image.Rect(0, 0, 10, 11)), 255, 1) == nil {
		t.Error("another size is accepted")
	}
	if err := compare(got.SubImage(image.Rect(3, 4, 5, 6)), got.SubImage(image.Rect(3, 4, 5, 6)), 0, 0); err != nil {
		t.Errorf("a part of a picture differs from itself: %v", err)
	}
}
