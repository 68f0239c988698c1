package viewer

import (
	"image"
	"math"

	"tandem/cmd/internal/viewer/ui"
)

// plane is how a pane looks at something large: by how much more than what fits,
// and from where. The user zooms with the wheel and moves by dragging.
type plane struct {
	zoom   float64  // 0 is 1, at which all fits
	offset ui.Point // of the middle, in shares of the whole, 0 in its middle

	dragged, moved bool // the button went down here; the mouse has moved since
	from, last     image.Point
}

// mostZoom keeps the whole's size in pixels well within what floats can tell apart.
const mostZoom = 400

// projection says where on screen each point of a plane is.
type projection struct {
	scale  float64 // pixels per unit
	origin ui.Point
}

// project returns where the points of a world from low to high are within r.
func (p *plane) project(r image.Rectangle, low, high ui.Point) projection {
	w, h := max(high.X-low.X, 1e-9), max(high.Y-low.Y, 1e-9)
	scale := max(p.zoom, 1) * min(float64(r.Dx())/w, float64(r.Dy())/h)
	middle := ui.Point{X: (low.X+high.X)/2 + p.offset.X*w, Y: (low.Y+high.Y)/2 + p.offset.Y*h}
	return projection{scale, ui.Point{
		X: float64(r.Min.X+r.Max.X)/2 - scale*middle.X,
		Y: float64(r.Min.Y+r.Max.Y)/2 - scale*middle.Y,
	}}
}

// at returns where a point of the world is on screen.
func (p projection) at(w ui.Point) ui.Point {
	return ui.Point{X: p.origin.X + p.scale*w.X, Y: p.origin.Y + p.scale*w.Y}
}

// world is the inverse of at.
func (p projection) world(s ui.Point) ui.Point {
	return ui.Point{X: (s.X - p.origin.X) / p.scale, Y: (s.Y - p.origin.Y) / p.scale}
}

// zoomAt zooms so that what is at a place of the screen stays there.
func (p *plane) zoomAt(r image.Rectangle, low, high ui.Point, place image.Point, factor float64) {
	s := ui.Point{X: float64(place.X), Y: float64(place.Y)}
	before := p.project(r, low, high).world(s)
	p.zoom = min(max(max(p.zoom, 1)*factor, 1), mostZoom)
	after := p.project(r, low, high).world(s)
	p.move(before.X-after.X, before.Y-after.Y, low, high)
}

// move moves what is in the middle, but never beyond the whole; with all in view
// it stays in the middle.
func (p *plane) move(dx, dy float64, low, high ui.Point) {
	most := 0.5 - 0.5/max(p.zoom, 1)
	hold := func(v float64) float64 { return min(max(v, -most), most) }
	p.offset.X = hold(p.offset.X + dx/max(high.X-low.X, 1e-9))
	p.offset.Y = hold(p.offset.Y + dy/max(high.Y-low.Y, 1e-9))
}

// drive does what the mouse says: the wheel zooms, dragging moves. pressed tells
// that the button went down here. It returns true for a click, which is a button
// that came up where it went down.
func (p *plane) drive(f *ui.Frame, r image.Rectangle, low, high ui.Point, pressed bool) (clicked bool) {
	if n := f.Wheel(r).Y; n != 0 {
		p.zoomAt(r, low, high, f.In.Mouse, math.Pow(1.25, -float64(n)))
	}
	if pressed && f.In.Pressed {
		p.dragged, p.moved, p.from, p.last = true, false, f.In.Mouse, f.In.Mouse
	}
	if !p.dragged {
		return false
	}
	if d := f.In.Mouse.Sub(p.from); max(d.X, -d.X, d.Y, -d.Y) > 3 {
		p.moved = true
	}
	if p.moved {
		scale, d := p.project(r, low, high).scale, p.last.Sub(f.In.Mouse)
		p.move(float64(d.X)/scale, float64(d.Y)/scale, low, high)
		p.last = f.In.Mouse
	}
	if f.In.Down && !f.In.Released {
		return false
	}
	p.dragged = false
	return f.In.Released && !p.moved
}

// zoomButtons draws what the wheel does as buttons; they zoom at a place. It returns
// the height.
func (p *plane) zoomButtons(f *ui.Frame, row, r image.Rectangle, low, high ui.Point, place image.Point, id string) int {
	pressed, h := f.Row(row, []ui.Button{
		{ID: id + ".in", Label: "+", Tip: "closer (the wheel does that, too)"},
		{ID: id + ".out", Label: "−", Tip: "farther", Off: p.zoom <= 1},
		{ID: id + ".all", Label: "all", Tip: "all of it", Off: p.zoom <= 1},
	})
	switch pressed {
	case 0:
		p.zoomAt(r, low, high, place, 1.6)
	case 1:
		p.zoomAt(r, low, high, place, 1/1.6)
	case 2:
		p.zoom, p.offset = 1, ui.Point{}
	}
	return h
}
