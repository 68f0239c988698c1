package viz

import (
	"image"
	"image/color"
	"math"
)

// Range is what a set of values spans.
type Range struct {
	Min, Max float32 // of the finite values; 0, 0 where there are none
	Bad      int     // how many are NaN or infinite
}

// MaxAbs returns the largest magnitude.
func (r Range) MaxAbs() float32 { return max(-r.Min, r.Max) }

// rangeOf scans x.
func rangeOf(x []float32) Range {
	r := Range{Min: math.MaxFloat32, Max: -math.MaxFloat32}
	for _, v := range x {
		if finite(v) {
			r.Min, r.Max = min(r.Min, v), max(r.Max, v)
		} else {
			r.Bad++
		}
	}
	if r.Bad == len(x) {
		r.Min, r.Max = 0, 0
	}
	return r
}

func finite(v float32) bool { return v-v == 0 }

// Picture is a grid of tiles, and what a viewer needs to label it.
type Picture struct {
	Image  *image.RGBA
	Layout Layout
	Ranges []Range   // of each tile
	Range  Range     // of all tiles together
	Scale  Scale     // which of the two the colours follow
	Map    *ColorMap // nil where the three channels are shown as red, green and blue
	Gain   float64   // by which values were multiplied: the scale ends at a Gain-th of the largest
}

// gapColor lies between tiles. It is none of the maps' colours for zero.
var gapColor = color.RGBA{58, 64, 74, 255}

// newPicture returns an empty grid and the ranges of its tiles, which lie one
// after the other in data.
func newPicture(l Layout, data []float32, o Options) *Picture {
	p := &Picture{
		Image:  image.NewRGBA(image.Rectangle{Max: l.Size()}),
		Layout: l,
		Ranges: make([]Range, l.Tiles),
		Range:  rangeOf(data),
		Scale:  o.Scale,
		Map:    o.Map,
		Gain:   o.gain(),
	}
	fillRect(p.Image, p.Image.Bounds(), gapColor)
	size := len(data) / l.Tiles
	for i := range p.Ranges {
		p.Ranges[i] = rangeOf(data[i*size : (i+1)*size])
		if l.Gap > 0 && p.Ranges[i].Bad > 0 {
			// One bad cell of one pixel is easily missed: its tile gets a frame.
			fillRect(p.Image, l.Tile(i).Inset(-1), NotFinite)
		}
	}
	return p
}

// unit returns the factor that takes tile i's values onto the colour scale: 0
// where all of them are zero.
func (p *Picture) unit(i int) float64 {
	r := p.Range
	if p.Scale == PerTile {
		r = p.Ranges[i]
	}
	if r.MaxAbs() <= 0 {
		return 0
	}
	return p.Gain / float64(r.MaxAbs())
}

// fill paints tile i, asking for the colour of each of its cells once.
func (p *Picture) fill(i int, colorOf func(cell int) color.RGBA) {
	l, r := p.Layout, p.Layout.Tile(i)
	for y := range l.H {
		top := r.Min.Y + y*l.Zoom
		row := p.Image.Pix[p.Image.PixOffset(r.Min.X, top):][:4*r.Dx()]
		for x := range l.W {
			c := colorOf(y*l.W + x)
			for px := x * l.Zoom; px < (x+1)*l.Zoom; px++ {
				row[4*px], row[4*px+1], row[4*px+2], row[4*px+3] = c.R, c.G, c.B, c.A
			}
		}
		for dy := 1; dy < l.Zoom; dy++ {
			copy(p.Image.Pix[p.Image.PixOffset(r.Min.X, top+dy):], row)
		}
	}
}

// fillMap paints tile i's values in the picture's colour map.
func (p *Picture) fillMap(i int, x []float32) {
	unit := p.unit(i)
	p.fill(i, func(cell int) color.RGBA {
		v := x[cell]
		if !finite(v) {
			return NotFinite
		}
		return p.Map.At(float64(v) * unit)
	})
}

// fillColor paints tile i's three channels, one after the other in x, as red,
// green and blue around grey 128.
func (p *Picture) fillColor(i int, x []float32) {
	unit := p.unit(i)
	n := len(x) / 3
	p.fill(i, func(cell int) color.RGBA {
		r, g, b := x[cell], x[n+cell], x[2*n+cell]
		if !finite(r) || !finite(g) || !finite(b) {
			return NotFinite
		}
		return color.RGBA{signedByte(float64(r) * unit), signedByte(float64(g) * unit), signedByte(float64(b) * unit), 255}
	})
}
