package viewer

import (
	"fmt"
	"image"
	"slices"

	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer/ui"
)

// drawAscent draws images that excite the units of the selected layer, as far as
// they have been walked.
func (v *Viewer) drawAscent(f *ui.Frame) {
	a, layer := v.scene.Ascent, v.State.Unit.Layer
	title := "Images that excite " + layer
	if a == nil || a.Layer != layer {
		v.waiting(f, heading(f, title, ""), "From noise, step by step, each image goes to where its unit is stronger.")
		return
	}
	r := heading(f, title, atStep(a.Step))
	r.Min.Y += v.ascentLine(f, r, a)
	n := min(len(a.Units), len(a.Pictures))
	pressed := v.drawGallery(f, r, gallery{
		id: "ascent", n: n, chosen: slices.Index(a.Units[:n], v.State.Unit.Channel),
		tile: func(i int) tile { return v.ascentTile(a, i) },
	})
	if pressed >= 0 {
		v.State.Unit.Channel = a.Units[pressed]
	}
}

// ascentLine says what was walked for and how far, and returns the height.
func (v *Viewer) ascentLine(f *ui.Frame, r image.Rectangle, a *scene.Ascent) int {
	const h = 26
	line := fmt.Sprintf("%d of %d steps uphill", a.Steps, a.Total)
	if a.Walked != a.Layer {
		line += ", for " + a.Walked + ", before its nonlinearity"
	}
	v.progress(f, image.Rect(r.Min.X+2, r.Min.Y, r.Max.X, r.Min.Y+h), line, a.Steps, a.Total)
	return h
}

func (v *Viewer) ascentTile(a *scene.Ascent, i int) tile {
	u := scene.Unit{Layer: a.Layer, Channel: a.Units[i]}
	t := tile{picture: a.Pictures[i], above: fmt.Sprint("unit ", u.Channel), tip: v.unitName(u)}
	if v.isClass(u.Layer) {
		t.above = v.class(u.Channel)
	}
	if i < len(a.Values) {
		t.below, t.value = "value", number(float64(a.Values[i]))
		t.tip += ", value " + t.value
	}
	return t
}

// isClass tells whether a layer's units stand for the classes: those of the last
// layer, and of the one it normalises.
func (v *Viewer) isClass(layer string) bool {
	n := v.scene.Network
	if n == nil {
		return false
	}
	out := n.Net.Output()
	return out.Name == layer || len(out.Inputs) == 1 && out.Inputs[0] == layer
}
