package viz

import (
	"fmt"
	"image"
)

// colorKey is a colour map with the values at its ends.
type colorKey struct {
	f         fonts
	colors    *ColorMap
	low, high string
}

const keyWidth, keyHeight = 129, 10

// newColorKey labels p's colours: with numbers where all tiles share a scale.
func newColorKey(f fonts, p *Picture) colorKey {
	k := colorKey{f: f, colors: p.Map, low: "0", high: "largest"}
	if p.Scale == Common {
		k.high = fmt.Sprintf("%.3g", p.Range.MaxAbs())
	}
	if p.Map.Signed {
		k.low = "−" + k.high
	}
	return k
}

func (k colorKey) width() int {
	return textWidth(k.f.small, k.low) + textWidth(k.f.small, k.high) + keyWidth + 12
}

// draw puts the key into a heading whose upper left corner is at; a tick marks
// zero in the middle of a signed map.
func (k colorKey) draw(dst *image.RGBA, at image.Point) {
	baseline := at.Y + 15
	drawText(dst, k.f.small, faded, image.Pt(at.X, baseline), k.low)
	x := at.X + textWidth(k.f.small, k.low) + 6
	bar := image.Rect(x, baseline-keyHeight+1, x+keyWidth, baseline+1)
	fillRect(dst, bar.Inset(-1), gapColor)
	for i := range keyWidth {
		t := float64(i) / (keyWidth - 1)
		if k.colors.Signed {
			t = 2*t - 1
		}
		fillRect(dst, image.Rect(x+i, bar.Min.Y, x+i+1, bar.Max.Y), k.colors.At(t))
	}
	if k.colors.Signed {
		middle := x + keyWidth/2
		fillRect(dst, image.Rect(middle, bar.Min.Y-4, middle+1, bar.Min.Y), ink)
	}
	drawText(dst, k.f.small, faded, image.Pt(bar.Max.X+6, baseline), k.high)
}
