package viz

import (
	"image/color"
	"math"
	"testing"
)

var allMaps = []*ColorMap{BlueOrange, Ember, Grey}

func decode(v uint8) float64 {
	x := float64(v) / 255
	if x <= 0.04045 {
		return x / 12.92
	}
	return math.Pow((x+0.055)/1.055, 2.4)
}

func linearOf(c color.RGBA) [3]float64 { return [3]float64{decode(c.R), decode(c.G), decode(c.B)} }

// lightness is CIE L*, 0 to 100: another yardstick than the one the maps were
// built with.
func lightness(c color.RGBA) float64 {
	rgb := linearOf(c)
	y := 0.2126*rgb[0] + 0.7152*rgb[1] + 0.0722*rgb[2]
	if y <= 216.0/24389 {
		return y * 24389 / 27
	}
	return 116*math.Cbrt(y) - 16
}

// cielab is for colour differences (CIE 1976, D65).
func cielab(rgb [3]float64) [3]float64 {
	f := func(t float64) float64 {
		if t > 216.0/24389 {
			return math.Cbrt(t)
		}
		return (24389.0/27*t + 16) / 116
	}
	x := f((0.4124564*rgb[0] + 0.3575761*rgb[1] + 0.1804375*rgb[2]) / 0.95047)
	y := f(0.2126729*rgb[0] + 0.7151522*rgb[1] + 0.0721750*rgb[2])
	z := f((0.0193339*rgb[0] + 0.1191920*rgb[1] + 0.9503041*rgb[2]) / 1.08883)
	return [3]float64{116*y - 16, 500 * (x - y), 200 * (y - z)}
}

func difference(p, q [3]float64) float64 {
	a, b := cielab(p), cielab(q)
	return math.Hypot(math.Hypot(a[0]-b[0], a[1]-b[1]), a[2]-b[2])
}

func TestSequentialLightnessRises(t *testing.T) {
	colors := Ember.Colors()
	if colors[0] != (color.RGBA{0, 0, 0, 255}) {
		t.Errorf("zero is %v, want black", colors[0])
	}
	for i := 1; i < len(colors); i++ {
		if lightness(colors[i]) < lightness(colors[i-1]) {
			t.Errorf("lightness falls from %.3f to %.3f at %d", lightness(colors[i-1]), lightness(colors[i]), i)
		}
	}
	if l := lightness(colors[255]); l < 90 {
		t.Errorf("the largest value has lightness %.1f, want at least 90", l)
	}
}

func TestDivergingIsSymmetric(t *testing.T) {
	for _, m := range []*ColorMap{BlueOrange, Grey} {
		colors := m.Colors()
		if len(colors)%2 != 1 {
			t.Fatalf("%s: %d colours have no middle", m.Name, len(colors))
		}
		if mid := colors[half]; mid.R != mid.G && m == Grey || m.At(0) != mid {
			t.Errorf("%s: zero is %v, the middle %v", m.Name, m.At(0), mid)
		}
		for i := 1; i < len(colors); i++ {
			rising := lightness(colors[i]) > lightness(colors[i-1])
			if want := m == Grey || i <= half; rising != want {
				t.Errorf("%s: step %d: lightness %.2f to %.2f", m.Name, i, lightness(colors[i-1]), lightness(colors[i]))
			}
		}
	}
	for i := range half {
		low, high := lightness(BlueOrange.colors[i]), lightness(BlueOrange.colors[2*half-i])
		if math.Abs(low-high) > 4 {
			t.Errorf("arms at step %d have lightness %.1f and %.1f", i, low, high)
		}
	}
}

func TestMapsStayInsideTheScreensGamut(t *testing.T) {
	for name, path := range map[string][]oklab{"blue-orange": blueOrange, "ember": ember} {
		for i := range 100 * (len(path) - 1) {
			c := mix(path[i/100], path[i/100+1], float64(i%100)/100)
			for _, v := range c.linear() {
				if v < -0.01 || v > 1.01 {
					t.Fatalf("%s: %v has linear sRGB %.3f", name, c, c.linear())
				}
			}
		}
	}
}

// deuteranope and protanope simulate the two common kinds of colour blindness
// in linear sRGB (Viénot, Brettel and Mollon, 1999).
var (
	deuteranope = [3][3]float64{{0.29275, 0.70725, 0}, {0.29275, 0.70725, 0}, {-0.02234, 0.02234, 1}}
	protanope   = [3][3]float64{{0.11238, 0.88762, 0}, {0.11238, 0.88762, 0}, {0.00401, -0.00401, 1}}
)

func seenBy(eye [3][3]float64, c color.RGBA) [3]float64 {
	rgb := linearOf(c)
	var out [3]float64
	for i, row := range eye {
		out[i] = max(0, row[0]*rgb[0]+row[1]*rgb[1]+row[2]*rgb[2])
	}
	return out
}

func TestSignsAreToldApartByColourBlindEyes(t *testing.T) {
	for name, eye := range map[string][3][3]float64{"deuteranope": deuteranope, "protanope": protanope} {
		for _, at := range []float64{0.1, 0.25, 0.5, 0.75, 1} {
			d := difference(seenBy(eye, BlueOrange.At(-at)), seenBy(eye, BlueOrange.At(at)))
			if want := min(40, 120*at); d < want {
				t.Errorf("%s: +%g and -%g differ by %.1f, want at least %.1f", name, at, at, d, want)
			}
		}
	}
}

func TestNotFiniteIsUnlikeEveryMap(t *testing.T) {
	for _, m := range allMaps {
		for i, c := range m.colors {
			if d := difference(linearOf(c), linearOf(NotFinite)); d < 35 {
				t.Errorf("%s: colour %d %v is only %.1f from the alarm colour", m.Name, i, c, d)
			}
		}
		if m.At(math.NaN()) != NotFinite {
			t.Errorf("%s: NaN is %v", m.Name, m.At(math.NaN()))
		}
	}
}

func TestColorMapClamps(t *testing.T) {
	for _, m := range allMaps {
		low := -1.0
		if !m.Signed {
			low = 0
		}
		if m.At(-5) != m.At(low) || m.At(5) != m.At(1) || m.At(math.Inf(1)) != m.At(1) {
			t.Errorf("%s: values outside the range are not clamped", m.Name)
		}
	}
}
