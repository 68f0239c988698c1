package viewer

import (
	"fmt"
	"image"

	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer/ui"
)

// drawNeighbours draws the test images that are most like the image to a layer of
// the network.
func (v *Viewer) drawNeighbours(f *ui.Frame) {
	n, a := v.scene.Neighbours, v.answer()
	if n == nil || a == nil || n.Photo != a.Number {
		why := "All test images go through the network; the image is compared with each."
		if a == nil {
			why = v.noAnswer()
		}
		v.waiting(f, heading(f, "Nearest images", ""), why)
		return
	}
	r := heading(f, "Nearest images by "+n.Layer, atStep(n.Step))
	cut := r.Min.X + clamp(r.Dx()/4, 96, 220)
	v.drawQuery(f, image.Rect(r.Min.X, r.Min.Y, cut, r.Max.Y), a)
	f.Fill(image.Rect(cut+5, r.Min.Y, cut+6, r.Max.Y), f.Theme.Line)
	pressed := v.drawGallery(f, image.Rect(cut+12, r.Min.Y, r.Max.X, r.Max.Y), gallery{
		id: "neighbours", n: len(n.Items), chosen: -1,
		tile: func(i int) tile { return v.neighbourTile(f, n.Items[i], i, a.Label) },
	})
	if pressed >= 0 {
		v.show(n.Items[pressed].Photo)
	}
}

// drawQuery draws the image that was compared, with what it is.
func (v *Viewer) drawQuery(f *ui.Frame, r image.Rectangle, a *scene.Answer) {
	side := min(r.Dx(), max(0, r.Dy()-3*ui.LineSpace))
	drawPicture(f, image.Rect(r.Min.X, r.Min.Y, r.Max.X, r.Min.Y+side), a.Picture)
	r.Min.Y += side + 4
	words := a.Name
	if a.Label >= 0 {
		words += "\n" + v.class(a.Label)
	}
	f.Paragraph(r, words, ui.Style{Size: 12})
}

// neighbourTile writes how far a neighbour is, and its class, coloured by whether
// it is the query's.
func (v *Viewer) neighbourTile(f *ui.Frame, t scene.Thumbnail, i, label int) tile {
	d := number(t.Distance)
	return tile{
		picture: t.Picture, above: fmt.Sprintf("%d.", i+1), below: v.class(t.Label), value: d,
		ink: rightOrWrong(f.Theme, t.Label, label), tip: v.takenTip(t) + "\ndistance " + d,
	}
}
