package saliency

import (
	"image/color"
	"math"
	"testing"

	"tandem/engine/tensor"
	"tandem/engine/viz"
)

var (
	nan = float32(math.NaN())
	inf = float32(math.Inf(-1))
)

// One row of pixels in each case.
func TestPicture(t *testing.T) {
	grey := func(v uint8) color.RGBA { return color.RGBA{v, v, v, 255} }
	for name, c := range map[string]struct {
		shape tensor.Shape
		data  []float32
		m     *viz.ColorMap
		want  []color.RGBA
	}{
		"colour":      {tensor.Shape{3, 1, 2}, []float32{2, 0, 0, 0, -2, 1}, nil, []color.RGBA{{255, 128, 1, 255}, {128, 128, 192, 255}}},
		"grey":        {tensor.Shape{1, 1, 3}, []float32{-4, 0, 4}, nil, []color.RGBA{grey(1), grey(128), grey(255)}},
		"map":         {tensor.Shape{1, 3}, []float32{0, 3, -6}, viz.BlueOrange, []color.RGBA{viz.BlueOrange.At(0), viz.BlueOrange.At(0.5), viz.BlueOrange.At(-1)}},
		"sum":         {tensor.Shape{2, 1, 2}, []float32{1, -1, 1, 1}, viz.BlueOrange, []color.RGBA{viz.BlueOrange.At(1), viz.BlueOrange.At(0)}},
		"zero":        {tensor.Shape{3, 1, 1}, []float32{0, 0, 0}, nil, []color.RGBA{grey(128)}},
		"bad":         {tensor.Shape{1, 4}, []float32{nan, 2, inf, -1}, viz.BlueOrange, []color.RGBA{viz.NotFinite, viz.BlueOrange.At(1), viz.NotFinite, viz.BlueOrange.At(-0.5)}},
		"bad channel": {tensor.Shape{3, 1, 2}, []float32{1, nan, 0, 1, inf, 1}, nil, []color.RGBA{viz.NotFinite, viz.NotFinite}},
	} {
		img := Picture(&tensor.Tensor{Shape: c.shape, Data: c.data}, c.m)
		if img.Bounds().Dx() != len(c.want) || img.Bounds().Dy() != 1 {
			t.Errorf("%s: %v", name, img.Bounds())
		}
		for x, want := range c.want {
			if got := img.RGBAAt(x, 0); got != want {
				t.Errorf("%s, pixel %d: %v, want %v", name, x, got, want)
			}
		}
	}
}

// Rows stay rows.
func TestPictureKeepsPlaces(t *testing.T) {
	x := tensor.New(1, 3, 5)
	x.Data[1*5+3] = 1
	img := Picture(x, nil)
	if img.Bounds().Dx() != 5 || img.Bounds().Dy() != 3 || img.RGBAAt(3, 1).R != 255 {
		t.Errorf("%v, %v", img.Bounds(), img.RGBAAt(3, 1))
	}
}
