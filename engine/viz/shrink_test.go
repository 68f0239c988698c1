package viz

import (
	"image"
	"image/color"
	"testing"
)

func TestShrink(t *testing.T) {
	for _, c := range []struct{ in, want image.Point }{
		{image.Pt(28, 28), image.Pt(28, 28)}, {image.Pt(64, 3), image.Pt(64, 3)}, {image.Pt(65, 65), image.Pt(64, 64)},
		{image.Pt(224, 112), image.Pt(64, 32)}, {image.Pt(1, 1000), image.Pt(1, 64)}, {image.Pt(1, 1), image.Pt(1, 1)},
	} {
		if got := Shrink(gradient(c.in.X, c.in.Y), 64).Bounds(); got != (image.Rectangle{Max: c.want}) {
			t.Errorf("%v becomes %v, want %v", c.in, got, c.want)
		}
	}
}

// Part of a picture is copied from 0, 0 on, and takes in nothing from around it.
func TestShrinkParts(t *testing.T) {
	img := image.NewRGBA(image.Rect(0, 0, 300, 300))
	white, inner := color.RGBA{255, 255, 255, 255}, image.Rect(31, 77, 231, 177)
	for i := range img.Pix {
		img.Pix[i] = 255
	}
	dark := color.RGBA{10, 20, 30, 255}
	for y := inner.Min.Y; y < inner.Max.Y; y++ {
		for x := inner.Min.X; x < inner.Max.X; x++ {
			img.SetRGBA(x, y, dark)
		}
	}
	for _, side := range []int{64, 200} {
		got := Shrink(img.SubImage(inner), side)
		if got.Bounds() != image.Rect(0, 0, side, side/2) {
			t.Fatalf("got %v", got.Bounds())
		}
		for i := range side * side / 2 {
			if c := got.RGBAAt(i%side, i/side); c != dark {
				t.Fatalf("pixel %d is %v, want %v", i, c, dark)
			}
		}
	}
	if got := Shrink(img.SubImage(image.Rect(30, 77, 31, 78)), 64).RGBAAt(0, 0); got != white {
		t.Errorf("got %v", got)
	}
}
