package viz

import (
	"image/color"
	"math"
)

// ColorMap turns numbers into colours: a signed map covers -1 to 1 with zero
// exactly in its middle, an unsigned one covers 0 to 1.
type ColorMap struct {
	Name   string
	Signed bool
	colors []color.RGBA // 2*half+1 when signed, so that one of them is the middle
}

// The colour maps. All are computed here, in OKLab, so that equal steps of the
// value are equal steps of lightness.
var (
	// BlueOrange is for signed maps: blue below zero, orange above, near-white at
	// zero. Both arms have the same lightness, so neither sign looks stronger,
	// and blue against orange is the pair that red-green colour blindness leaves
	// intact (as in ColorBrewer's PuOr and RdBu, Brewer 2003).
	BlueOrange = &ColorMap{Name: "blue-orange", Signed: true, colors: ramp(2*half+1, blueOrange)}

	// Ember is for values that are never negative, such as activations after a
	// ReLU: black at zero, through violet and orange to pale yellow. Lightness
	// is proportional to the value.
	Ember = &ColorMap{Name: "ember", colors: ramp(256, ember)}

	// Grey is for signed one-channel kernels seen as the image patch they look
	// for: black below zero, white above, 128 at zero.
	Grey = &ColorMap{Name: "grey", Signed: true, colors: greys()}
)

// The paths the maps take, from their lowest value to their highest.
var (
	blueOrange = []oklab{lch(0.40, 0.130, 260), lch(0.70, 0.130, 250), lch(0.97, 0, 0), lch(0.70, 0.155, 55), lch(0.40, 0.120, 40)}
	ember      = []oklab{lch(0, 0, 0), lch(0.35, 0.15, 300), lch(0.62, 0.19, 30), lch(0.82, 0.15, 75), lch(0.97, 0.09, 103)}
)

// NotFinite is the colour of cells that hold NaN or an infinity. No colour map
// and no colour kernel contains it.
var NotFinite = color.RGBA{255, 0, 255, 255}

// At returns the colour of t, clamped to the map's range. NaN gives NotFinite.
func (m *ColorMap) At(t float64) color.RGBA {
	if math.IsNaN(t) {
		return NotFinite
	}
	if m.Signed {
		return m.colors[half+int(math.Round(half*min(max(t, -1), 1)))]
	}
	return m.colors[int(math.Round(float64(len(m.colors)-1)*min(max(t, 0), 1)))]
}

// Colors returns the map's table, lowest value first, for a colour key or a
// shader's look-up texture.
func (m *ColorMap) Colors() []color.RGBA { return append([]color.RGBA(nil), m.colors...) }

// half is the number of steps between zero and the largest magnitude of a
// signed map: the most that leaves an exact middle in 8 bits.
const half = 127

func greys() []color.RGBA {
	colors := make([]color.RGBA, 2*half+1)
	for i := range colors {
		v := signedByte(float64(i-half) / half)
		colors[i] = color.RGBA{v, v, v, 255}
	}
	return colors
}

// signedByte maps -1 to 1 onto 1 to 255, with 128 for zero.
func signedByte(t float64) uint8 {
	return uint8(128 + math.Round(half*min(max(t, -1), 1)))
}

// ramp draws n colours along the path through the anchors, at a pace that makes
// lightness change evenly between the path's darkest and lightest points.
func ramp(n int, anchors []oklab) []color.RGBA {
	length := make([]float64, len(anchors))
	for i := 1; i < len(anchors); i++ {
		length[i] = length[i-1] + math.Abs(anchors[i].l-anchors[i-1].l)
	}
	total := length[len(length)-1]
	colors := make([]color.RGBA, n)
	leg := 1
	for i := range colors {
		at := total * float64(i) / float64(n-1)
		for leg < len(anchors)-1 && at > length[leg] {
			leg++
		}
		t := (at - length[leg-1]) / (length[leg] - length[leg-1])
		colors[i] = mix(anchors[leg-1], anchors[leg], t).rgba()
	}
	return colors
}
