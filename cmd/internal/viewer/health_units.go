package viewer

import (
	"fmt"
	"image"
	"strconv"

	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer/ui"
)

// cellLayer names a layer; a click selects it.
func (v *Viewer) cellLayer(f *ui.Frame, r image.Rectangle, table, name string) {
	style := ui.Style{Size: 12}
	if v.State.Unit.Layer == name {
		style.Font, style.Color = ui.Bold, f.Theme.Accent
	}
	f.Text(r, name, style)
	hover, pressed := f.Spot(ui.Control{ID: "health." + table + "." + name, Role: "option", Label: name, Pressed: v.State.Unit.Layer == name, Rect: r})
	if hover {
		f.Tip("click to look at " + name)
	}
	if n := v.scene.Network; pressed && n != nil && n.Net.Node(name) != nil {
		v.selectLayer(name)
	}
}

// cellDead says how many units of a layer are dead, and lists as many as fit.
func (v *Viewer) cellDead(f *ui.Frame, r image.Rectangle, l scene.LayerSurvey) {
	small := ui.Style{Size: ui.SmallSize}
	if len(l.Dead) == 0 {
		small.Color = f.Theme.Dim
		f.Text(r, "none", small)
		return
	}
	small.Color = f.Theme.Bad
	at := f.Text(r, fmt.Sprintf("%d of %d:", len(l.Dead), len(l.Units)), small).Max.X + 6
	small.Color = f.Theme.Ink
	for i, unit := range l.Dead {
		word := strconv.Itoa(unit)
		right := at + f.Measure(word, small)
		if rest := len(l.Dead) - i; rest > 1 && right+f.Measure(" …", small) > r.Max.X || right > r.Max.X {
			f.Text(image.Rect(at, r.Min.Y, r.Max.X, r.Max.Y), "…", small)
			return
		}
		v.drawDead(f, image.Rect(at, r.Min.Y, right, r.Max.Y), scene.Unit{Layer: l.Name, Channel: unit}, word)
		at = right + 6
	}
}

func (v *Viewer) drawDead(f *ui.Frame, r image.Rectangle, u scene.Unit, word string) {
	style := ui.Style{Size: ui.SmallSize}
	if v.State.Unit == u {
		style.Color = f.Theme.Accent
	}
	f.Text(r, word, style)
	f.Fill(image.Rect(r.Min.X, r.Max.Y-2, r.Max.X, r.Max.Y-1), f.Theme.Line)
	hover, pressed := f.Spot(ui.Control{ID: "dead." + u.Layer + "." + word, Role: "option", Label: "dead unit " + word + " of " + u.Layer, Pressed: v.State.Unit == u, Rect: r})
	if hover {
		f.Tip("unit " + word + " of " + u.Layer + " was never above zero\nclick to look at it")
	}
	if pressed {
		v.State.Unit = u
	}
}
