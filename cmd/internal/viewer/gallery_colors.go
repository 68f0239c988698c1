package viewer

import (
	"image/color"
	"math"
)

// classColor returns a colour for a class: hues a golden angle apart, so that the
// first few differ most, in three lightnesses, so that hue is not all that tells
// neighbours apart. An unknown class is grey.
func classColor(class int) color.RGBA {
	if class < 0 {
		return color.RGBA{128, 128, 128, 255}
	}
	const golden = 0.38196601125 // of the circle
	hue := math.Mod(0.56+golden*float64(class), 1)
	value := [3]float64{1, 0.8, 0.62}[class%3]
	return hsv(hue, 0.7, value)
}

// hsv returns a colour by hue, saturation and value, all from 0 to 1.
func hsv(h, s, v float64) color.RGBA {
	channel := func(n float64) uint8 {
		k := math.Mod(n+6*h, 6)
		return uint8(math.Round(255 * (v - v*s*max(0, min(k, 4-k, 1)))))
	}
	return color.RGBA{channel(5), channel(3), channel(1), 255}
}
