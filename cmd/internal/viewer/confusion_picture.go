package viewer

import (
	"fmt"
	"image"
	"math"

	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer/ui"
	"tandem/engine/viz"
)

type matrixID struct {
	survey *scene.Survey
	wrong  bool
	pool   int
}

// drawLargeMatrix draws a matrix of many classes as a picture; the wheel zooms, and
// dragging moves.
func (v *Viewer) drawLargeMatrix(f *ui.Frame, top, r image.Rectangle, s *scene.Survey) {
	k := len(s.Confusion)
	p, high := &v.panes.confused.plane, ui.Point{X: float64(k), Y: float64(k)}
	p.zoomButtons(f, image.Rect(top.Min.X, top.Min.Y, min(top.Max.X, top.Min.X+100), top.Max.Y), r, ui.Point{}, high, center(r), "confusion")
	f.Text(image.Rect(top.Min.X+100, top.Min.Y, top.Max.X, top.Max.Y), fmt.Sprintf("%d classes", k), ui.Style{Size: ui.SmallSize, Color: f.Theme.Dim})
	part := f.Clip(r)
	to := p.project(r, ui.Point{}, high)
	id := matrixID{s, v.State.Wrong, max(1, int(math.Ceil(1/to.scale)))}
	img := memo(v, id, func() *image.RGBA { return matrixPicture(v.rowShares(s), id.pool) })
	part.Picture(img, img.Bounds(), cellsRect(to, 0, 0, img.Bounds().Dx()*id.pool), false)
	if label, predicted := v.State.Label, v.State.Predicted; label >= 0 && predicted >= 0 {
		drawField(part, cellsRect(to, label, predicted, 1).Inset(-2))
	}
	v.touchMatrix(part, r, s, to)
}

// touchMatrix zooms and moves, says what is under the mouse, and opens the cell that
// was clicked; the keyboard opens the one in the middle.
func (v *Viewer) touchMatrix(f *ui.Frame, r image.Rectangle, s *scene.Survey, to projection) {
	k := len(s.Confusion)
	hover, pressed := f.Spot(ui.Control{ID: "confusion.plane", Role: "img", Label: "confusion matrix; Enter opens the cell in the middle", Rect: r})
	high := ui.Point{X: float64(k), Y: float64(k)}
	clicked := v.panes.confused.drive(f, r, ui.Point{}, high, pressed)
	place := f.In.Mouse
	if pressed && !f.In.Pressed {
		clicked, place = true, center(r)
	}
	label, predicted, ok := matrixCell(to, place, s.Confusion)
	if !ok {
		return
	}
	if hover {
		drawField(f, cellsRect(to, label, predicted, 1).Inset(-2))
		f.Tip(v.cellTip(s, label, predicted))
	}
	if clicked {
		v.openCell(label, predicted)
	}
}

// matrixCell returns the cell at a place of the screen.
func matrixCell(to projection, place image.Point, counts [][]int) (label, predicted int, ok bool) {
	w := to.world(ui.Point{X: float64(place.X) + 0.5, Y: float64(place.Y) + 0.5})
	label, predicted = int(math.Floor(w.Y)), int(math.Floor(w.X))
	return label, predicted, label >= 0 && label < len(counts) && predicted >= 0 && predicted < len(counts[label])
}

// cellsRect returns where n x n cells from one on are on screen.
func cellsRect(to projection, label, predicted, n int) image.Rectangle {
	a := to.at(ui.Point{X: float64(predicted), Y: float64(label)})
	b := to.at(ui.Point{X: float64(predicted + n), Y: float64(label + n)})
	round := func(v float64) int { return int(math.Round(v)) }
	return image.Rect(round(a.X), round(a.Y), round(b.X), round(b.Y))
}

// matrixPicture draws shares with pool x pool cells a pixel, which takes the colour
// of the largest, so that no cell vanishes when a matrix is made small.
func matrixPicture(shares [][]float64, pool int) *image.RGBA {
	n := (len(shares) + pool - 1) / pool
	most := make([]float64, n*n)
	for i, row := range shares {
		for j, x := range row[:min(len(row), len(shares))] {
			at := i/pool*n + j/pool
			most[at] = max(most[at], x)
		}
	}
	img := image.NewRGBA(image.Rect(0, 0, n, n))
	for i, x := range most {
		img.SetRGBA(i%n, i/n, viz.Ember.At(x))
	}
	return img
}
