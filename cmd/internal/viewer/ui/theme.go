package ui

import (
	"image/color"
	"math"
)

// Theme is a set of colours. Text in Ink, Dim, Accent, Good, Bad or Warn stands on Back,
// Panel or Raised with a contrast of at least 4.5 to 1, in a tower's colour on Panel (a
// test sees to it).
type Theme struct {
	Name                string
	Back, Panel, Raised color.RGBA // behind all, of panes, of buttons
	Line                color.RGBA // borders and rules
	Ink, Dim            color.RGBA // text, and what is less important
	Accent, OnAccent    color.RGBA // selected things, and text on them
	Good, Bad, Warn     color.RGBA
	TowerA, TowerB      color.RGBA
	Series              []color.RGBA // of runs in a plot; colour-safe (Okabe and Ito 2008)
}

// Dark and Light are the two themes.
var (
	Dark = &Theme{
		Name: "dark", Back: rgb(0x14171c), Panel: rgb(0x1d2128), Raised: rgb(0x2b313b), Line: rgb(0x3a404a),
		Ink: rgb(0xe8eaed), Dim: rgb(0x9fa6b2), Accent: rgb(0xe69f00), OnAccent: rgb(0x14171c),
		Good: rgb(0x56b4e9), Bad: rgb(0xff7b54), Warn: rgb(0xf0e442), TowerA: rgb(0x56b4e9), TowerB: rgb(0xe69f00),
		Series: []color.RGBA{rgb(0x56b4e9), rgb(0xe69f00), rgb(0x2fb38a), rgb(0xcc79a7), rgb(0xf0e442), rgb(0xff7b54)},
	}
	Light = &Theme{
		Name: "light", Back: rgb(0xe9ebee), Panel: rgb(0xffffff), Raised: rgb(0xe3e6ea), Line: rgb(0xbfc4cc),
		Ink: rgb(0x16191d), Dim: rgb(0x565d68), Accent: rgb(0x0b5f97), OnAccent: rgb(0xffffff),
		Good: rgb(0x00639c), Bad: rgb(0xb03a00), Warn: rgb(0x7a5c00), TowerA: rgb(0x0072b2), TowerB: rgb(0xb35900),
		Series: []color.RGBA{rgb(0x0072b2), rgb(0xb35900), rgb(0x00795a), rgb(0xa04a7c), rgb(0x6b6100), rgb(0xb03a00)},
	}
)

func rgb(v uint32) color.RGBA { return color.RGBA{uint8(v >> 16), uint8(v >> 8), uint8(v), 255} }

// Mix returns the colour a share t of the way from a to b.
func Mix(a, b color.RGBA, t float64) color.RGBA {
	m := func(x, y uint8) uint8 { return uint8(float64(x) + t*(float64(y)-float64(x)) + 0.5) }
	return color.RGBA{m(a.R, b.R), m(a.G, b.G), m(a.B, b.B), m(a.A, b.A)}
}

// Fade returns the colour made transparent, premultiplied: 1 leaves it as it is.
func Fade(c color.RGBA, t float64) color.RGBA {
	m := func(x uint8) uint8 { return uint8(float64(x)*t + 0.5) }
	return color.RGBA{m(c.R), m(c.G), m(c.B), m(c.A)}
}

// Contrast returns how far two colours stand out from each other, from 1 to 21: WCAG's
// contrast ratio.
func Contrast(a, b color.RGBA) float64 {
	x, y := luminance(a)+0.05, luminance(b)+0.05
	return max(x/y, y/x)
}

// luminance returns WCAG's relative luminance, 0 to 1.
func luminance(c color.RGBA) float64 {
	return 0.2126*linear(c.R) + 0.7152*linear(c.G) + 0.0722*linear(c.B)
}

// linear undoes sRGB's curve.
func linear(v uint8) float64 {
	x := float64(v) / 255
	if x <= 0.04045 {
		return x / 12.92
	}
	return math.Pow((x+0.055)/1.055, 2.4)
}
