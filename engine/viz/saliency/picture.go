package saliency

import (
	"fmt"
	"image"
	"image/color"
	"math"

	"tandem/engine/tensor"
	"tandem/engine/viz"
)

// Picture draws a result for one image, a pixel each: C x H x W or H x W, scaled
// so that its largest magnitude is the end of the scale and zero the middle of
// a signed map. With no map, three channels are red, green and blue around grey
// 128, and one is grey; a map colours the sum over the channels.
func Picture(t *tensor.Tensor, m *viz.ColorMap) *image.RGBA {
	planes := planesOf(t)
	switch {
	case m != nil:
		planes = [][]float32{sum(planes)}
	case len(planes) == 1:
		m = viz.Grey
	case len(planes) != 3:
		panic(fmt.Sprintf("saliency: a picture of shape %v needs a colour map", t.Shape))
	}
	unit := unitOf(planes)
	w := t.Shape[len(t.Shape)-1]
	img := image.NewRGBA(image.Rect(0, 0, w, len(planes[0])/w))
	for i := range planes[0] {
		c := color.RGBA{}
		if m != nil {
			c = at(m, planes[0][i], unit)
		} else {
			c = mixed(at(viz.Grey, planes[0][i], unit), at(viz.Grey, planes[1][i], unit), at(viz.Grey, planes[2][i], unit))
		}
		img.SetRGBA(i%w, i/w, c)
	}
	return img
}

// planesOf splits t into channels.
func planesOf(t *tensor.Tensor) [][]float32 {
	if len(t.Shape) != 2 && len(t.Shape) != 3 || t.Shape.Size() == 0 {
		panic(fmt.Sprintf("saliency: a picture of shape %v, want C x H x W or H x W", t.Shape))
	}
	size := t.Shape[len(t.Shape)-2:].Size()
	planes := make([][]float32, len(t.Data)/size)
	for i := range planes {
		planes[i] = t.Data[i*size : (i+1)*size]
	}
	return planes
}

func sum(planes [][]float32) []float32 {
	out := make([]float32, len(planes[0]))
	for i := range out {
		s := 0.0
		for _, p := range planes {
			s += float64(p[i])
		}
		out[i] = float32(s)
	}
	return out
}

// unitOf returns the factor that takes the largest finite magnitude to 1; 0 where
// all is zero.
func unitOf(planes [][]float32) float64 {
	largest := 0.0
	for _, p := range planes {
		for _, v := range p {
			if a := math.Abs(float64(v)); a <= math.MaxFloat32 {
				largest = max(largest, a)
			}
		}
	}
	if largest == 0 {
		return 0
	}
	return 1 / largest
}

func at(m *viz.ColorMap, v float32, unit float64) color.RGBA {
	if math.IsInf(float64(v), 0) {
		return viz.NotFinite
	}
	return m.At(float64(v) * unit)
}

// mixed takes each colour from its grey.
func mixed(r, g, b color.RGBA) color.RGBA {
	for _, c := range []color.RGBA{r, g, b} {
		if c == viz.NotFinite {
			return c
		}
	}
	return color.RGBA{r.R, g.R, b.R, 255}
}
