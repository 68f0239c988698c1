package viewer

import (
	"fmt"
	"image"

	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer/ui"
)

// drawCell draws the images of the open cell, and the ways on: back to the matrix,
// and from an image to the units and patches that took part.
func (v *Viewer) drawCell(f *ui.Frame) {
	r := f.Bounds
	g := v.wantedGallery()
	pressed, h := f.Row(r, []ui.Button{
		{ID: "confusion.back", Label: "‹ matrix", Tip: "back to all cells (Esc)"},
		{ID: "confusion.units", Label: "units", Tip: "what the layers make of the image", Off: !v.inGallery(g)},
		{ID: "confusion.patches", Label: "patches", Tip: "what excites the units of the layer most", Off: !v.inGallery(g)},
	})
	switch pressed {
	case 0:
		v.leaveCell()
	case 1:
		v.State.View = scene.Activations
	case 2:
		v.State.View = scene.PatchesView
	}
	r.Min.Y += h + 2
	line := image.Rect(r.Min.X+2, r.Min.Y, r.Max.X, r.Min.Y+ui.LineSpace)
	f.Text(line, v.cellTitle(g), ui.Style{Size: 12})
	r.Min.Y = line.Max.Y + 2
	v.drawWanted(f, r, g)
}

// cellTitle says which images a cell holds, and how many.
func (v *Viewer) cellTitle(g *scene.Gallery) string {
	name := func(i int) string {
		if i == scene.Any {
			return "anything"
		}
		return v.class(i)
	}
	title := name(v.State.Label) + " → " + name(v.State.Predicted)
	if g == nil {
		return title
	}
	return title + ": " + imagesOf(g)
}

// imagesOf says how many images a gallery shows, and of how many.
func imagesOf(g *scene.Gallery) string {
	if g.Total > len(g.Items) {
		return fmt.Sprintf("%s of %s images", count(int64(len(g.Items))), count(int64(g.Total)))
	}
	return count(int64(g.Total)) + " images"
}

// wantedGallery returns the gallery of the chosen label and class, nil until there
// is one.
func (v *Viewer) wantedGallery() *scene.Gallery {
	g, s := v.scene.Gallery, &v.State
	if g == nil || g.Label != s.Label || g.Predicted != s.Predicted || g.Wrong != s.onlyWrong() {
		return nil
	}
	return g
}

func (v *Viewer) inGallery(g *scene.Gallery) bool {
	return g != nil && indexOf(g.Items, v.State.Photo) >= 0
}

// drawWanted draws a gallery of test images and what they were taken for. A press
// shows an image.
func (v *Viewer) drawWanted(f *ui.Frame, r image.Rectangle, g *scene.Gallery) {
	switch {
	case g == nil:
		v.waiting(f, r, "The images are being looked up.")
		return
	case len(g.Items) == 0:
		v.waiting(f, r, "There are none.")
		return
	}
	pressed := v.drawGallery(f, r, gallery{
		id: fmt.Sprintf("images.%d.%d", g.Label, g.Predicted), n: len(g.Items), chosen: indexOf(g.Items, v.State.Photo),
		tile: func(i int) tile { return v.taken(f, g.Items[i]) },
	})
	if pressed >= 0 {
		v.show(g.Items[pressed].Photo)
	}
}
