package ui

import (
	"image"
	"image/color"
	"math"
	"sync"

	"github.com/hajimehoshi/ebiten/v2"
)

// Lines and areas are triangles with their edges faded out over a pixel, in one draw
// call each. Package vector draws paths of any shape through a buffer of the
// window's size, which took a software renderer a second for the curves of a run.

// white is what triangles take their colour from: the middle of nine pixels, so that
// none beside it shows.
var white = sync.OnceValue(func() *ebiten.Image {
	img := ebiten.NewImage(3, 3)
	img.Fill(color.White)
	return img.SubImage(image.Rect(1, 1, 2, 2)).(*ebiten.Image)
})

// mesh collects triangles, in device pixels.
type mesh struct {
	vertices []ebiten.Vertex
	indices  []uint32
}

// vertex adds a corner, with a share of the colour.
func (m *mesh) vertex(p Point, c color.RGBA, share float64) {
	k := float32(share) / 255
	m.vertices = append(m.vertices, ebiten.Vertex{
		DstX: float32(p.X), DstY: float32(p.Y), SrcX: 1.5, SrcY: 1.5,
		ColorR: k * float32(c.R), ColorG: k * float32(c.G), ColorB: k * float32(c.B), ColorA: k * float32(c.A),
	})
}

// strip joins the last two rows of n corners each.
func (m *mesh) strip(n int) {
	b := uint32(len(m.vertices) - n)
	a := b - uint32(n)
	for i := range uint32(n - 1) {
		m.indices = append(m.indices, a+i, a+i+1, b+i, b+i, a+i+1, b+i+1)
	}
}

func (m *mesh) draw(dst *ebiten.Image) {
	if len(m.indices) == 0 {
		return
	}
	o := ebiten.DrawTrianglesOptions{ColorScaleMode: ebiten.ColorScaleModePremultipliedAlpha}
	dst.DrawTriangles32(m.vertices, m.indices, white(), &o)
}

// Line draws a line.
func (f *Frame) Line(a, b Point, width float64, c color.RGBA) { f.Polyline([]Point{a, b}, width, c) }

// Polyline draws lines from point to point.
func (f *Frame) Polyline(points []Point, width float64, c color.RGBA) {
	if f.dst == nil {
		return
	}
	var m mesh
	m.line(f.scaled(points), width*f.Scale, c)
	m.draw(f.dst)
}

// scaled returns points in device pixels, those left out that lie on the one before.
func (f *Frame) scaled(points []Point) []Point {
	var all []Point
	for _, p := range points {
		q := Point{p.X * f.Scale, p.Y * f.Scale}
		if n := len(all); n == 0 || math.Hypot(q.X-all[n-1].X, q.Y-all[n-1].Y) > 1e-3 {
			all = append(all, q)
		}
	}
	return all
}

// sharpest is how much longer a corner's edge is made than the line is wide, at
// most.
const sharpest = 2

// line adds a line of a width. Lines thinner than a pixel are a pixel wide and
// fainter.
func (m *mesh) line(points []Point, width float64, c color.RGBA) {
	if len(points) < 2 {
		return
	}
	share := min(1, width)
	half := max(width, 1) / 2
	for i, p := range points {
		n := normal(points, i)
		for _, side := range []struct{ at, share float64 }{{-half - 0.5, 0}, {0.5 - half, share}, {half - 0.5, share}, {half + 0.5, 0}} {
			m.vertex(Point{p.X + n.X*side.at, p.Y + n.Y*side.at}, c, side.share)
		}
		if i > 0 {
			m.strip(4)
		}
	}
}

// normal is perpendicular to the line at point i, as long as its corner needs.
func normal(points []Point, i int) Point {
	before, after := points[max(0, i-1)], points[min(len(points)-1, i+1)]
	if i == 0 {
		before = points[0]
	}
	a := across(before, points[i])
	b := across(points[i], after)
	switch {
	case i == 0:
		return b
	case i == len(points)-1:
		return a
	}
	sum := Point{a.X + b.X, a.Y + b.Y}
	length := math.Hypot(sum.X, sum.Y)
	if length < 1e-6 { // it turns back
		return a
	}
	stretch := min(sharpest, 2/length) / length
	return Point{sum.X * stretch, sum.Y * stretch}
}

// across is perpendicular to the way from a to b, of length 1.
func across(a, b Point) Point {
	dx, dy := b.X-a.X, b.Y-a.Y
	if l := math.Hypot(dx, dy); l > 0 {
		return Point{-dy / l, dx / l}
	}
	return Point{}
}

// Band fills what lies between two lines with as many points each.
func (f *Frame) Band(upper, lower []Point, c color.RGBA) {
	if f.dst == nil {
		return
	}
	var m mesh
	for i := range upper {
		x, y := f.at(upper[i])
		m.vertex(Point{float64(x), float64(y)}, c, 1)
		x, y = f.at(lower[i])
		m.vertex(Point{float64(x), float64(y)}, c, 1)
		if i > 0 {
			m.strip(2)
		}
	}
	m.draw(f.dst)
}

// Dot fills a circle.
func (f *Frame) Dot(p Point, radius float64, c color.RGBA) {
	if f.dst == nil {
		return
	}
	var m mesh
	x, y := f.at(p)
	m.dot(Point{float64(x), float64(y)}, radius*f.Scale, c)
	m.draw(f.dst)
}

// corners is how many a circle has: enough for the small ones that there are.
const corners = 20

func (m *mesh) dot(p Point, radius float64, c color.RGBA) {
	for i := range corners + 1 {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / corners)
		for _, ring := range []struct{ at, share float64 }{{0, 1}, {max(0, radius-0.5), 1}, {radius + 0.5, 0}} {
			m.vertex(Point{p.X + cos*ring.at, p.Y + sin*ring.at}, c, ring.share)
		}
		if i > 0 {
			m.strip(3)
		}
	}
}
