package viewer

import (
	"fmt"
	"image"

	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer/ui"
	"tandem/engine/viz"
)

// matrixLayout is where the cells of a small matrix go.
type matrixLayout struct {
	origin image.Point // of the first cell
	cell   image.Point
	k      int
}

const (
	errorWidth   = 52 // of the column with the error of each row
	matrixHeader = 18
)

// newMatrixLayout divides r into a column of names, k x k cells, and a column of
// errors, below a row of names.
func newMatrixLayout(r image.Rectangle, k, names int) matrixLayout {
	names = min(names, r.Dx()/3)
	cell := image.Pt((r.Dx()-names-errorWidth)/k, (r.Dy()-matrixHeader)/k)
	return matrixLayout{r.Min.Add(image.Pt(names, matrixHeader)), image.Pt(clamp(cell.X, 1, 76), clamp(cell.Y, 1, 40)), k}
}

func (l matrixLayout) rect(row, column int) image.Rectangle {
	at := l.origin.Add(image.Pt(column*l.cell.X, row*l.cell.Y))
	return image.Rectangle{at, at.Add(l.cell)}
}

type sharesID struct {
	survey *scene.Survey
	wrong  bool
}

func (v *Viewer) rowShares(s *scene.Survey) [][]float64 {
	return memo(v, sharesID{s, v.State.Wrong}, func() [][]float64 { return rowShares(s.Confusion, v.State.Wrong) })
}

type mistakenID struct{ survey *scene.Survey }

func (v *Viewer) mistaken(s *scene.Survey) []int {
	return memo(v, mistakenID{s}, func() []int { return mistaken(s.Confusion) })
}

// drawSmallMatrix draws counts with the classes' names. A press on a cell, a row's
// or a column's name opens its images.
func (v *Viewer) drawSmallMatrix(f *ui.Frame, r image.Rectangle, s *scene.Survey) {
	k := len(s.Confusion)
	names, widest := v.rowNames(f, k)
	l := newMatrixLayout(r, k, widest+8)
	v.drawColumnNames(f, l)
	shares := v.rowShares(s)
	for i := range k {
		v.drawRowName(f, l, r.Min.X, i, names[i])
		for j := range min(k, len(s.Confusion[i])) {
			v.drawCount(f, l.rect(i, j), s, i, j, shares[i][j])
		}
		v.drawRowError(f, l, s, i)
	}
	head := errorBox(l, 0)
	f.Text(image.Rect(head.Min.X, l.origin.Y-matrixHeader, head.Max.X, l.origin.Y), "error", ui.Style{Size: ui.SmallSize, Color: f.Theme.Dim, Align: ui.Right})
}

// rowNames returns the classes with their numbers, and the width of the widest.
func (v *Viewer) rowNames(f *ui.Frame, k int) (names []string, widest int) {
	for i := range k {
		names = append(names, fmt.Sprintf("%d  %s", i, v.class(i)))
		widest = max(widest, f.Measure(names[i], ui.Style{Size: 12}))
	}
	return names, widest
}

// drawColumnNames writes names where all fit, else numbers, as at the rows.
func (v *Viewer) drawColumnNames(f *ui.Frame, l matrixLayout) {
	style := ui.Style{Size: ui.SmallSize, Align: ui.Center}
	fit := true
	for j := range l.k {
		fit = fit && f.Measure(v.class(j), style) <= l.cell.X-2
	}
	for j := range l.k {
		r := image.Rect(l.rect(0, j).Min.X, l.origin.Y-matrixHeader, l.rect(0, j).Max.X, l.origin.Y)
		name := v.class(j)
		if !fit {
			name = fmt.Sprint(j)
		}
		f.Text(r, name, style)
		v.drawHeaderSpot(f, r, scene.Any, j, "all taken for "+v.class(j))
	}
}

func (v *Viewer) drawRowName(f *ui.Frame, l matrixLayout, left, row int, name string) {
	r := image.Rect(left, l.rect(row, 0).Min.Y, l.origin.X-4, l.rect(row, 0).Max.Y)
	if l.cell.Y >= captionRow {
		f.Text(r, name, ui.Style{Size: 12})
	}
	v.drawHeaderSpot(f, r, row, scene.Any, "all of "+v.class(row))
}

func (v *Viewer) drawHeaderSpot(f *ui.Frame, r image.Rectangle, label, predicted int, tip string) {
	hover, pressed := f.Spot(ui.Control{ID: fmt.Sprintf("confusion.%d.%d", label, predicted), Role: "option", Label: tip, Rect: r})
	if hover {
		f.Tip(tip)
	}
	if pressed {
		v.openCell(label, predicted)
	}
	if v.State.Label == label && v.State.Predicted == predicted {
		f.Stroke(r, f.Theme.Accent)
	}
}

// drawCount draws a cell, its colour by the share of its row.
func (v *Viewer) drawCount(f *ui.Frame, r image.Rectangle, s *scene.Survey, label, predicted int, share float64) {
	tip := v.cellTip(s, label, predicted)
	hover, pressed := f.Spot(ui.Control{ID: fmt.Sprintf("confusion.%d.%d", label, predicted), Role: "option", Label: tip, Rect: r})
	back := viz.Ember.At(share)
	ink := textOn(back)
	if v.State.Wrong && label == predicted {
		back, ink = f.Theme.Panel, f.Theme.Dim
	}
	f.Fill(image.Rect(r.Min.X, r.Min.Y, r.Max.X-1, r.Max.Y-1), back)
	style := ui.Style{Size: ui.SmallSize, Color: ink, Align: ui.Center}
	number := count(int64(s.Confusion[label][predicted]))
	if r.Dy() >= tileRow && f.Measure(number, style) <= r.Dx()-2 {
		f.Text(r, number, style)
	}
	open := v.State.Label == label && v.State.Predicted == predicted
	if hover || open {
		drawField(f, r.Inset(1)) // seen on any count
	}
	if hover {
		f.Tip(tip)
	}
	if pressed {
		v.openCell(label, predicted)
	}
}

// errorBox is where the error of a row goes.
func errorBox(l matrixLayout, row int) image.Rectangle {
	last := l.rect(row, l.k-1)
	return image.Rect(last.Max.X+2, last.Min.Y, last.Max.X+errorWidth-2, last.Max.Y)
}

func (v *Viewer) drawRowError(f *ui.Frame, l matrixLayout, s *scene.Survey, row int) {
	if l.cell.Y < tileRow {
		return
	}
	share := percent(ratio(v.mistaken(s)[row], sum(s.Confusion[row])))
	f.Text(errorBox(l, row), share, ui.Style{Size: ui.SmallSize, Color: f.Theme.Dim, Align: ui.Right})
}
