package viewer

import (
	"fmt"
	"image"
	"math"

	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer/ui"
)

// drawPatches draws, for each unit of the selected layer, the parts of the test
// images that excite it most.
func (v *Viewer) drawPatches(f *ui.Frame) {
	p, layer := v.scene.Patches, v.State.Unit.Layer
	if p == nil || p.Layer != layer {
		v.waiting(f, heading(f, "Strongest patches: "+layer, ""), "All test images go through the network; the parts that excite each unit most are kept.")
		return
	}
	title := "Strongest patches: " + layer
	if p.Values != "" && p.Values != layer {
		title += ", by " + p.Values
	}
	r := heading(f, title, atStep(p.Step))
	side := patchSide(p.Units)
	grid := newCellGrid(cellWidth(r), len(p.Units), image.Pt(side*(patchSize+2)+6, patchRow+side*(patchSize+2)+4))
	v.panes.grid.shape = gridShape{len(p.Units), len(p.Units), grid.columns} // for the arrow keys
	v.cells(f, r, "patches", grid, v.State.Unit.Channel, func(f *ui.Frame, r image.Rectangle, i int) {
		v.drawUnitPatches(f, r, scene.Unit{Layer: layer, Channel: i}, p.Units[i], side)
	})
}

const (
	patchSize = 30 // a patch's side, in logical pixels
	patchRow  = 16 // the line above the patches of a unit
)

// patchSide returns how many patches stand side by side, as many as stand one below
// the other, so that the most that a unit has fit.
func patchSide(units [][]scene.Patch) int {
	most := 1
	for _, u := range units {
		most = max(most, len(u))
	}
	return int(math.Ceil(math.Sqrt(float64(most))))
}

// drawUnitPatches draws a unit's number and its patches, the strongest first.
func (v *Viewer) drawUnitPatches(f *ui.Frame, r image.Rectangle, u scene.Unit, patches []scene.Patch, side int) {
	chosen := u == v.State.Unit
	head := image.Rect(r.Min.X, r.Min.Y, r.Max.X, r.Min.Y+patchRow)
	hover, pressed := f.Spot(ui.Control{ID: fmt.Sprint("patches.", u.Channel), Role: "option", Label: v.unitName(u), Pressed: chosen, Rect: head})
	if hover || chosen {
		f.Fill(r, f.Theme.Raised)
	}
	if pressed {
		v.State.Unit = u
	}
	left := image.Pt((r.Dx()-side*(patchSize+2))/2+1, patchRow+1)
	v.patchHead(f, head, u, patches)
	for i, p := range patches {
		at := r.Min.Add(left).Add(image.Pt(i%side, i/side).Mul(patchSize + 2))
		v.drawPatch(f, image.Rectangle{at, at.Add(image.Pt(patchSize, patchSize))}, u, i, p)
	}
	if chosen {
		f.Stroke(r, f.Theme.Accent)
	}
}

// patchHead writes a unit's number, and how strong it gets.
func (v *Viewer) patchHead(f *ui.Frame, r image.Rectangle, u scene.Unit, patches []scene.Patch) {
	strongest := "never active"
	if len(patches) > 0 {
		strongest = number(float64(patches[0].Value))
	}
	r = r.Inset(3)
	small := ui.Style{Size: ui.SmallSize, Color: f.Theme.Dim, Align: ui.Right}
	w := f.Measure(strongest, small)
	f.Text(image.Rect(r.Min.X, r.Min.Y-3, r.Max.X-w-4, r.Max.Y+3), fmt.Sprint(u.Channel), ui.Style{Size: ui.SmallSize, Font: ui.Bold})
	f.Text(image.Rect(r.Min.X, r.Min.Y-3, r.Max.X, r.Max.Y+3), strongest, small)
}

// drawPatch draws a patch; a press selects its unit and shows its image.
func (v *Viewer) drawPatch(f *ui.Frame, r image.Rectangle, u scene.Unit, i int, p scene.Patch) {
	placed := drawPicture(f, r, p.Picture)
	tip := fmt.Sprintf("image %d: %s, value %s\n%d×%d pixels at (%d, %d)", p.Photo, v.class(p.Label), number(float64(p.Value)), p.Field.Dx(), p.Field.Dy(), p.Field.Min.X, p.Field.Min.Y)
	hover, pressed := f.Spot(ui.Control{ID: fmt.Sprintf("patches.%d.%d", u.Channel, i), Role: "img", Label: tip, Rect: r})
	if hover {
		f.Stroke(placed.Inset(-1), f.Theme.Ink)
		f.Tip(tip)
	}
	if pressed {
		v.State.Unit = u
		v.show(p.Photo)
	}
}
