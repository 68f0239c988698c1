package data

import (
	"image"
	"image/color"
	"math"
	"testing"

	"golang.org/x/image/math/f64"
)

// Each warp alone moves a point where its name says: (20, 10) of a 40 x 40
// picture is above the centre, (30, 20) to its right.
func TestWarpsMovePoints(t *testing.T) {
	bounds := image.Rect(0, 0, 40, 40)
	for _, c := range []struct {
		warp         Warp
		x, y         float64
		wantX, wantY float64
	}{
		{Warp{}, 30, 12, 30, 12},
		{Warp{Flip: true}, 30, 12, 10, 12},
		{Warp{Zoom: 2}, 25, 10, 30, 0},
		{Warp{Shear: 0.5}, 20, 10, 25, 10},
		{Warp{Shear: 0.5}, 30, 20, 30, 20},
		{Warp{Rotate: 90}, 30, 20, 20, 10},
		{Warp{Rotate: 90}, 20, 10, 10, 20},
		{Warp{Rotate: 45}, 30, 20, 20 + 10*math.Sqrt2/2, 20 - 10*math.Sqrt2/2},
		{Warp{ShiftX: 0.1, ShiftY: -0.25}, 30, 20, 34, 10},
		{Warp{Flip: true, Rotate: 90, ShiftX: 0.1}, 30, 20, 24, 30},
	} {
		m := c.warp.matrix(bounds)
		x, y := m[0]*c.x+m[1]*c.y+m[2], m[3]*c.x+m[4]*c.y+m[5]
		if math.Abs(x-c.wantX) > 1e-9 || math.Abs(y-c.wantY) > 1e-9 {
			t.Errorf("%+v moves (%g, %g) to (%g, %g), want (%g, %g)", c.warp, c.x, c.y, x, y, c.wantX, c.wantY)
		}
	}
	shifted := Warp{Zoom: 3}.matrix(image.Rect(100, 50, 140, 90))
	if want := (f64.Aff3{3, 0, 20 - 3*120, 0, 3, 20 - 3*70}); shifted != want {
		t.Errorf("bounds elsewhere: %v, want %v", shifted, want)
	}
}

func TestWarpedPictures(t *testing.T) {
	img := noisePicture(newRand(t), 12, 9)
	flipped := Warp{Flip: true}.Apply(img)
	for y := range 9 {
		for x := range 12 {
			if got, want := flipped.RGBAAt(x, y), img.RGBAAt(11-x, y); got != want {
				t.Fatalf("flipped at (%d, %d): %v, want %v", x, y, got, want)
			}
		}
	}
	shifted := Warp{ShiftX: 0.25}.Apply(img)
	if got := shifted.RGBAAt(1, 4); got != (color.RGBA{}) {
		t.Errorf("from outside came %v", got)
	}
	if got, want := shifted.RGBAAt(5, 4), img.RGBAAt(2, 4); got != want {
		t.Errorf("shifted: %v, want %v", got, want)
	}
	for _, w := range CommonWarps {
		if got := w.Apply(img); got.Rect != img.Rect || w.Name == "" {
			t.Errorf("%+v: %v", w, got.Rect)
		}
	}
}
