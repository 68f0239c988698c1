package viewer

import (
	"image"
	"math"

	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer/ui"
	"tandem/engine/tensor"
	"tandem/engine/viz"
)

// unitState is what the unit's pane remembers from frame to frame.
type unitState struct {
	before  *scene.Weights // the newest weights but one
	newest  *scene.Weights
	matched *scene.Weights // from which the answer on show was computed, if they have been seen

	pinned bool // the arithmetic at a place stays
	unit   scene.Unit
	at     image.Point
}

// follow keeps the weights that an answer was computed from, for answers lag behind.
func (s *unitState) follow(w *scene.Weights, a *scene.Answer) {
	if w != s.newest {
		s.before, s.newest = s.newest, w
	}
	for _, w := range []*scene.Weights{s.before, s.newest} {
		if w != nil && a != nil && w.Step == a.Step {
			s.matched = w
		}
	}
}

// weightsFor returns the weights that an answer was computed from, or else the newest.
func (s *unitState) weightsFor(a *scene.Answer) *scene.Weights {
	if s.matched != nil && s.matched.Step == a.Step {
		return s.matched
	}
	return s.newest
}

// unitMap returns a unit's answer to the image, 1 x H x W; nil where there is none.
func (v *Viewer) unitMap(u scene.Unit) *tensor.Tensor {
	if v.scene.Answer == nil {
		return nil
	}
	x := v.scene.Answer.Layers[u.Layer]
	if x == nil || u.Channel >= x.Shape[0] {
		return nil
	}
	return memo(v, derivedKey{x, "map", u.Channel}, func() *tensor.Tensor {
		s := threeD(x.Shape)
		size := s[1] * s[2]
		return &tensor.Tensor{Shape: tensor.Shape{1, s[1], s[2]}, Data: x.Data[u.Channel*size:][:size]}
	})
}

// answerPicture shows the unit's answer to the image; the mouse shows how each value
// came about, and a click keeps that in view.
func (v *Viewer) answerPicture(u scene.Unit) unitPicture {
	x := v.unitMap(u)
	if x == nil {
		return unitPicture{}
	}
	s := &sheet{data: x, colors: v.answerColors(u, x)}
	return unitPicture{"answer", func(f *ui.Frame, r, key image.Rectangle) {
		t, ok := v.drawFitted(f, r, s)
		if !ok {
			return
		}
		v.drawKeyRow(f, key, t.picture)
		v.answerMouse(f, r, t, u, x)
	}}
}

// answerColors colours a unit's map as the layer's grid does, a vector's element on
// the scale of all.
func (v *Viewer) answerColors(u scene.Unit, x *tensor.Tensor) viz.Options {
	layer := v.scene.Answer.Layers[u.Layer]
	all := memo(v, rangeKey{layer}, func() viz.Range { return valueRange(layer.Data) })
	o := v.State.colors()
	if o.Map == nil && all.Min < 0 {
		o.Map = viz.BlueOrange
	}
	own := valueRange(x.Data)
	if (o.Scale == viz.Common || len(x.Data) == 1) && all.MaxAbs() > 0 {
		o.Gain *= own.MaxAbs() / all.MaxAbs()
	}
	o.Scale = viz.Common // of one tile: its key has numbers
	return o
}

type rangeKey struct{ data *tensor.Tensor }

// valueRange returns what the finite values span.
func valueRange(x []float32) viz.Range {
	r := viz.Range{Min: float32(math.Inf(1)), Max: float32(math.Inf(-1))}
	for _, v := range x {
		if v-v == 0 {
			r.Min, r.Max = min(r.Min, v), max(r.Max, v)
		}
	}
	return r
}

// answerMouse shows how the value under the mouse came about, or the one that a click
// has pinned: with the keyboard, the strongest.
func (v *Viewer) answerMouse(f *ui.Frame, r image.Rectangle, t tiles, u scene.Unit, x *tensor.Tensor) {
	s := &v.panes.unit
	view := t.bounds().Intersect(r)
	hover, pressed := f.Spot(ui.Control{ID: "unit.answer", Role: "button", Label: "answer of " + v.unitName(u), Pressed: s.pinned, Rect: view})
	_, cell, over := t.hit(f.In.Mouse)
	over = over && hover
	if pressed {
		s.pinned = !s.pinned || over && cell != s.at
		s.at = strongestCell(x)
		if over {
			s.at = cell
		}
	}
	if s.unit != u {
		s.pinned, s.unit = false, u
	}
	at := s.at
	if over {
		at = cell
	}
	if !over && !s.pinned || !at.In(image.Rect(0, 0, x.Shape[2], x.Shape[1])) {
		return
	}
	frameCell(f, t, at)
	v.showSum(f, u, at)
}

// frameCell frames a cell of the only tile.
func frameCell(f *ui.Frame, t tiles, cell image.Point) {
	a, _ := t.corners(0)
	zoom := float64(t.picture.Layout.Zoom) / t.scale
	x, y := a.X+float64(cell.X)*zoom, a.Y+float64(cell.Y)*zoom
	drawFrame(f, ui.Point{X: x, Y: y}, ui.Point{X: x + zoom, Y: y + zoom}, f.Theme.Accent)
}
