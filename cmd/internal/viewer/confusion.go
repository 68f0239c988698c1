package viewer

import (
	"fmt"
	"image"

	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer/ui"
)

// confusionState is how a matrix of many classes is looked at.
type confusionState struct{ plane }

// namedClasses is up to how many classes a matrix has names and counts; larger ones
// are a picture to zoom into.
const namedClasses = 20

// drawConfusion draws what test images of each class were taken for, and the images
// of the cell that is open: beside the matrix, below it, or, where there is no room,
// instead of it.
func (v *Viewer) drawConfusion(f *ui.Frame) {
	s := v.scene.Survey
	if s == nil || len(s.Confusion) == 0 {
		v.waiting(f, heading(f, "Confusion matrix", ""), noConfusion(s, "the matrix counts what each class was taken for."))
		return
	}
	title := fmt.Sprintf("%s test images, error %s", count(int64(s.Images)), percent(s.Top1Error))
	r := heading(f, title, atStep(s.Step))
	matrix, cell := confusionPanes(r, v.cellOpen())
	if !matrix.Empty() {
		v.drawMatrix(f.Clip(matrix), s)
	}
	if !cell.Empty() {
		v.drawCell(f.Clip(cell))
	}
}

// noConfusion says why it is not known what was taken for what, and what will be.
func noConfusion(s *scene.Survey, then string) string {
	if s != nil {
		return "Nobody knows what these images show, so no answer is right or wrong."
	}
	return "All test images go through the network; " + then
}

// confusionPanes divides r between the matrix and the images of a cell.
func confusionPanes(r image.Rectangle, open bool) (matrix, cell image.Rectangle) {
	switch {
	case !open:
		return r, image.Rectangle{}
	case r.Dx() >= 620 && r.Dx() >= r.Dy():
		cut := r.Min.X + r.Dx()*56/100
		return image.Rect(r.Min.X, r.Min.Y, cut, r.Max.Y), image.Rect(cut+8, r.Min.Y, r.Max.X, r.Max.Y)
	case r.Dy() >= 480:
		cut := r.Min.Y + r.Dy()*60/100
		return image.Rect(r.Min.X, r.Min.Y, r.Max.X, cut), image.Rect(r.Min.X, cut+8, r.Max.X, r.Max.Y)
	}
	return image.Rectangle{}, r
}

// drawMatrix draws the switch, and the matrix in the way that suits its size.
func (v *Viewer) drawMatrix(f *ui.Frame, s *scene.Survey) {
	r := f.Bounds
	const h = 22
	if f.Button(image.Rect(r.Min.X, r.Min.Y, r.Min.X+100, r.Min.Y+h), ui.Button{
		ID: "confusion.wrong", Label: "mistakes only", On: v.State.Wrong, Tip: "leaves out what is right; colours then end at the most frequent mistake",
	}) {
		v.State.Wrong = !v.State.Wrong
	}
	beside := image.Rect(r.Min.X+106, r.Min.Y, r.Max.X, r.Min.Y+h)
	r.Min.Y += h + 4
	if len(s.Confusion) > namedClasses {
		v.drawLargeMatrix(f, beside, r, s)
		return
	}
	f.Text(beside, "rows: what it is; columns: what it is taken for", ui.Style{Size: ui.SmallSize, Color: f.Theme.Dim})
	v.drawSmallMatrix(f, r, s)
}

// openCell opens the images of a label that were taken for a class.
func (v *Viewer) openCell(label, predicted int) {
	v.State.Label, v.State.Predicted = label, predicted
	if label == predicted {
		v.State.Wrong = false // or there would be none
	}
}

// cellTip says what a cell counts.
func (v *Viewer) cellTip(s *scene.Survey, label, predicted int) string {
	n, all := s.Confusion[label][predicted], sum(s.Confusion[label])
	return fmt.Sprintf("%s taken for %s:\n%s of %s (%s)", v.class(label), v.class(predicted), count(int64(n)), count(int64(all)), percent(ratio(n, all)))
}

func (v *Viewer) cellOpen() bool { return v.State.Label != scene.Any || v.State.Predicted != scene.Any }

// leaveCell goes back from the images of a cell to all, and tells whether one was
// open.
func (v *Viewer) leaveCell() bool {
	shown := v.State.View == scene.ConfusionView || v.State.View == scene.MistakesView
	if !shown || !v.cellOpen() {
		return false
	}
	v.State.Label, v.State.Predicted = scene.Any, scene.Any
	return true
}
