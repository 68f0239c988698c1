package viewer

import (
	"fmt"
	"image"
	"slices"

	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer/ui"
)

// drawMistakes draws the test images that were taken for something else, the most
// mistaken first.
func (v *Viewer) drawMistakes(f *ui.Frame) {
	s := v.scene.Survey
	if s == nil || len(s.Confusion) == 0 {
		v.waiting(f, heading(f, "Wrong answers", ""), noConfusion(s, "those it takes for something else come here."))
		return
	}
	wrong := v.mistaken(s)
	title := fmt.Sprintf("%s of %s answers wrong, error %s", count(int64(sum(wrong))), count(int64(s.Images)), percent(s.Top1Error))
	r := heading(f, title, atStep(s.Step))
	r.Min.Y += v.labelButtons(f, r, wrong) + 4
	g := v.wantedGallery()
	if g != nil {
		line := image.Rect(r.Min.X+2, r.Min.Y, r.Max.X, r.Min.Y+tileRow)
		f.Text(line, imagesOf(g)+", the highest loss first", ui.Style{Size: ui.SmallSize, Color: f.Theme.Dim})
		r.Min.Y = line.Max.Y + 2
	}
	v.drawWanted(f, r, g)
}

// shownLabels is how many labels have a button where there are too many for all.
const shownLabels = 12

// labelButtons draws the filter, all labels or the most mistaken ones, and returns
// its height.
func (v *Viewer) labelButtons(f *ui.Frame, r image.Rectangle, wrong []int) int {
	n := len(wrong)
	if n > namedClasses {
		n = shownLabels
	}
	labels := mostMistaken(wrong, n)
	if l := v.State.Label; l >= 0 && l < len(wrong) && !slices.Contains(labels, l) {
		labels = append(labels, l) // of a link, or a matrix
	}
	s := &v.State
	buttons := []ui.Button{{ID: "mistakes.all", Label: "all", On: s.Label == scene.Any}}
	for _, l := range labels {
		buttons = append(buttons, ui.Button{
			ID: fmt.Sprint("mistakes.", l), Label: v.class(l), On: s.Label == l, Tip: fmt.Sprintf("%s: %d wrong", v.class(l), wrong[l]),
		})
	}
	if s.Predicted != scene.Any {
		buttons = append(buttons, ui.Button{ID: "mistakes.predicted", Label: "taken for " + v.class(s.Predicted), On: true, Tip: "press for any class"})
	}
	pressed, h := f.Row(r, buttons)
	switch {
	case pressed == 0:
		s.Label = scene.Any
	case pressed > len(labels):
		s.Predicted = scene.Any
	case pressed > 0:
		s.Label = labels[pressed-1]
	}
	return h
}
