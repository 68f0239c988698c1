// Package plot is the geometry of the viewer's plots: where in a rectangle values
// lie, which labels fit beside it, what is nearest to the mouse. It draws nothing
// and knows no window.
package plot

import (
	"image"

	"tandem/engine/viz/curves/series"
)

// Point is a place in logical pixels, y downwards.
type Point struct{ X, Y float64 }

// Area is a rectangle that two axes span, the least values at its bottom left.
type Area struct {
	Rect image.Rectangle
	X, Y series.Axis
}

// Columns returns how many columns of a pixel an envelope over the area has.
func (a Area) Columns() int { return max(1, a.Rect.Dx()) }

// At returns where a value lies. Values beyond the axes lie on the border.
func (a Area) At(x, y float64) Point {
	return Point{
		X: float64(a.Rect.Min.X) + clamp(a.X.At(x))*float64(a.Rect.Dx()),
		Y: float64(a.Rect.Max.Y) - clamp(a.Y.At(y))*float64(a.Rect.Dy()),
	}
}

func clamp(share float64) float64 { return min(max(share, 0), 1) }

// Points returns where a curve lies.
func (a Area) Points(p series.Points) []Point {
	points := make([]Point, len(p.X))
	for i, x := range p.X {
		points[i] = a.At(x, p.Y[i])
	}
	return points
}

// Time returns what on the horizontal axis lies at a pixel's middle.
func (a Area) Time(pixel int) float64 {
	return a.X.Value(clamp((float64(pixel-a.Rect.Min.X) + 0.5) / float64(a.Columns())))
}

// Dashes cuts the line from a to b, which is level or upright, into pieces of a
// length and as long a gap between.
func Dashes(a, b Point, length float64) [][2]Point {
	var all [][2]Point
	whole := max(b.X-a.X, b.Y-a.Y)
	at := func(d float64) Point {
		t := min(d/whole, 1)
		return Point{a.X + t*(b.X-a.X), a.Y + t*(b.Y-a.Y)}
	}
	for d := 0.0; d < whole; d += 2 * length {
		all = append(all, [2]Point{at(d), at(d + length)})
	}
	return all
}
