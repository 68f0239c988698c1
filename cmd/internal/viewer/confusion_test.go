package viewer

import (
	"image"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer/ui"
	"tandem/engine/viz"
)

func randomCounts(k int) [][]int {
	counts := make([][]int, k)
	for i := range counts {
		counts[i] = make([]int, k)
		for j := range counts[i] {
			counts[i][j] = max(0, rand.IntN(9)-3)
		}
	}
	return counts
}

func TestRowShares(t *testing.T) {
	for range 100 {
		counts := randomCounts(1 + rand.IntN(7))
		shares, wrong := rowShares(counts, false), rowShares(counts, true)
		most := 0.0
		for i, row := range counts {
			total := 0
			for _, n := range row {
				total += n
			}
			for j, n := range row {
				want := 0.0
				if total > 0 {
					want = float64(n) / float64(total)
				}
				if shares[i][j] != want {
					t.Fatalf("%v: the share at %d, %d is %v", counts, i, j, shares[i][j])
				}
				if i != j {
					most = max(most, want)
				}
			}
		}
		for i, row := range wrong {
			for j, got := range row {
				want := shares[i][j] / most
				if i == j || most == 0 {
					want = 0
				}
				if math.Abs(got-want) > 1e-12 {
					t.Fatalf("%v: of the mistakes, %d, %d is %v, want %v", counts, i, j, got, want)
				}
			}
		}
	}
}

func TestMistaken(t *testing.T) {
	wrong := mistaken([][]int{{9, 1, 2}, {0, 0, 0}, {4, 4, 1}})
	if !slices.Equal(wrong, []int{3, 0, 8}) {
		t.Error(wrong)
	}
	if got := mostMistaken(wrong, 2); !slices.Equal(got, []int{0, 2}) {
		t.Error(got)
	}
	if got := mostMistaken(wrong, 9); !slices.Equal(got, []int{0, 1, 2}) {
		t.Error(got)
	}
	if got := mistaken(nil); len(got) != 0 {
		t.Error(got)
	}
}

// Each pixel has the colour of the largest of its cells; the last ones have fewer.
func TestMatrixPicture(t *testing.T) {
	for range 50 {
		k, pool := 1+rand.IntN(11), 1+rand.IntN(4)
		shares := rowShares(randomCounts(k), false)
		img := matrixPicture(shares, pool)
		if n := (k + pool - 1) / pool; img.Rect.Dx() != n || img.Rect.Dy() != n {
			t.Fatalf("%d classes by %d: %v", k, pool, img.Rect)
		}
		for y := range img.Rect.Dy() {
			for x := range img.Rect.Dx() {
				most := 0.0
				for i := y * pool; i < min(k, (y+1)*pool); i++ {
					for j := x * pool; j < min(k, (x+1)*pool); j++ {
						most = max(most, shares[i][j])
					}
				}
				if got := img.RGBAAt(x, y); got != viz.Ember.At(most) {
					t.Fatalf("%d classes by %d: pixel (%d, %d) is %v", k, pool, x, y, got)
				}
			}
		}
	}
}

// A cell of any zoom is found where it is drawn.
func TestMatrixCells(t *testing.T) {
	for range 60 {
		k := 21 + rand.IntN(980)
		counts, high := make([][]int, k), ui.Point{X: float64(k), Y: float64(k)}
		for i := range counts {
			counts[i] = make([]int, k)
		}
		var p plane
		r := image.Rect(0, 0, 300, 200)
		p.zoomAt(r, ui.Point{}, high, image.Pt(rand.IntN(300), rand.IntN(200)), float64(k)/2)
		p.move(rand.NormFloat64()*float64(k), rand.NormFloat64()*float64(k), ui.Point{}, high)
		to := p.project(r, ui.Point{}, high)
		label, predicted := rand.IntN(k), rand.IntN(k)
		cell := cellsRect(to, label, predicted, 1)
		if l, c, ok := matrixCell(to, center(cell), counts); !ok || l != label || c != predicted {
			t.Fatalf("cell %d, %d is at %v, where %d, %d is", label, predicted, cell, l, c)
		}
	}
	if _, _, ok := matrixCell(projection{scale: 1}, image.Pt(-1, 0), [][]int{{1}}); ok {
		t.Error("there is a cell outside of the matrix")
	}
}

func TestMatrixLayout(t *testing.T) {
	for range 200 {
		k := 2 + rand.IntN(namedClasses-1)
		r := image.Rect(5, 7, 5+300+rand.IntN(900), 7+200+rand.IntN(700))
		l := newMatrixLayout(r, k, 40+rand.IntN(300))
		if last := l.rect(k-1, k-1); !l.rect(0, 0).In(r) || !last.In(r) || !errorBox(l, k-1).In(r) || last.Empty() {
			t.Fatalf("%d classes in %v: from %v to %v, errors at %v", k, r, l.rect(0, 0), last, errorBox(l, k-1))
		}
		if l.rect(1, 0).Overlaps(l.rect(0, 0)) || l.rect(0, 1).Overlaps(l.rect(0, 0)) || errorBox(l, 0).Overlaps(l.rect(0, k-1)) {
			t.Fatal("cells overlap")
		}
	}
}

func TestConfusionPanes(t *testing.T) {
	for _, c := range []struct {
		w, h  int
		split bool
	}{{386, 260, false}, {690, 440, true}, {500, 700, true}, {1200, 700, true}} {
		r := image.Rect(0, 0, c.w, c.h)
		if matrix, cell := confusionPanes(r, false); matrix != r || !cell.Empty() {
			t.Error("with no cell open:", matrix, cell)
		}
		matrix, cell := confusionPanes(r, true)
		if matrix.Empty() == c.split || cell.Empty() || matrix.Overlaps(cell) || !matrix.In(r) || !cell.In(r) {
			t.Errorf("%v: %v and %v", r, matrix, cell)
		}
	}
}

// From the matrix to a cell, to an image, to its units and patches, and back.
func TestDrillDown(t *testing.T) {
	v, source, _ := viewerOf(t, scene.ConfusionView)
	click(t, v, "confusion.3.5")
	last := source.wants[len(source.wants)-1]
	if v.State.Label != 3 || v.State.Predicted != 5 || last.Label != 3 || last.Predicted != 5 {
		t.Fatalf("%d, %d; wanted %+v", v.State.Label, v.State.Predicted, last)
	}
	if f := frame(v, 1280, 800, ui.Input{}); !hasText(f, "The images are being looked up.") {
		t.Error("a gallery of other images stands for the cell's")
	}
	source.Update(func(s *scene.Scene) {
		g := *s.Gallery
		g.Label, g.Predicted, g.Wrong, g.Items, g.Total = 3, 5, false, g.Items[10:15], 7
		s.Gallery = &g
	})
	if f := frame(v, 1280, 800, ui.Input{}); !hasText(f, "cat → dog: 5 of 7 images") || !control(t, f, "confusion.units").Off {
		t.Error("the cell's images do not show, or its image is chosen before any is")
	}
	click(t, v, "images.3.5.2")
	if v.State.Photo != 12 {
		t.Fatal("image", v.State.Photo)
	}
	click(t, v, "confusion.patches")
	if v.State.View != scene.PatchesView || v.State.Photo != 12 {
		t.Error(v.State.View, v.State.Photo)
	}
	v.State.View = scene.ConfusionView
	click(t, v, "confusion.units")
	if v.State.View != scene.Activations {
		t.Error(v.State.View)
	}
	v.State.View = scene.ConfusionView
	frame(v, 1280, 800, ui.Input{Keys: []string{"Esc"}})
	if v.cellOpen() || v.State.View != scene.ConfusionView {
		t.Error("Esc leaves the cell open")
	}
}

func TestLeaveCell(t *testing.T) {
	v, _, _ := viewerOf(t, scene.ConfusionView)
	if v.leaveCell() {
		t.Error("left a cell that was not open")
	}
	v.State.Label = 3
	v.State.View = scene.Filters
	if v.leaveCell() || v.State.Label != 3 {
		t.Error("left a cell that was not on screen")
	}
	v.State.View = scene.ConfusionView
	if !v.leaveCell() || v.cellOpen() {
		t.Error("the cell stays")
	}
}

// A row's and a column's names open all their images; what is right is not left out
// where nothing else would remain.
func TestRowsColumnsAndTheDiagonal(t *testing.T) {
	v, _, _ := viewerOf(t, scene.ConfusionView)
	click(t, v, "confusion.wrong")
	click(t, v, "confusion.4.-1")
	if v.State.Label != 4 || v.State.Predicted != scene.Any || !v.State.Wrong {
		t.Errorf("a row: %+v", v.State)
	}
	click(t, v, "confusion.-1.6")
	if v.State.Label != scene.Any || v.State.Predicted != 6 {
		t.Errorf("a column: %+v", v.State)
	}
	click(t, v, "confusion.2.2")
	if v.State.Label != 2 || v.State.Predicted != 2 || v.State.Wrong {
		t.Errorf("the diagonal: %+v", v.State)
	}
	click(t, v, "confusion.back")
	if v.cellOpen() {
		t.Error("the way back does not lead back")
	}
}

func TestLargeMatrix(t *testing.T) {
	v, source, _ := viewerOf(t, scene.ConfusionView)
	source.Update(func(s *scene.Scene) {
		s.Survey = &scene.Survey{Images: 100, Confusion: randomCounts(100)}
	})
	r := control(t, frame(v, 1280, 800, ui.Input{}), "confusion.plane").Rect
	side := min(r.Dx(), r.Dy())
	at := center(r).Sub(image.Pt(side/4, side/4)) // a quarter from the corner
	clickAt(v, at)
	if l, p := v.State.Label, v.State.Predicted; l < 24 || l > 26 || p < 24 || p > 26 {
		t.Errorf("a click at a quarter opened %d, %d", l, p)
	}
	v.leaveCell()
	frame(v, 1280, 800, ui.Input{Mouse: at, Wheel: image.Pt(0, -4)})
	if v.panes.confused.zoom < 2 {
		t.Error("zoom", v.panes.confused.zoom)
	}
	// Dragging opens nothing.
	frame(v, 1280, 800, ui.Input{Mouse: at, Pressed: true, Down: true})
	frame(v, 1280, 800, ui.Input{Mouse: at.Add(image.Pt(20, 20)), Down: true})
	frame(v, 1280, 800, ui.Input{Mouse: at.Add(image.Pt(20, 20)), Released: true})
	if v.cellOpen() {
		t.Error("dragging opened a cell")
	}
	click(t, v, "confusion.all")
	if v.panes.confused.zoom != 1 {
		t.Error("zoom", v.panes.confused.zoom)
	}
}

func TestSurveyWithoutLabels(t *testing.T) {
	for _, view := range []scene.View{scene.ConfusionView, scene.MistakesView} {
		v, source, _ := viewerOf(t, view)
		source.Update(func(s *scene.Scene) { s.Survey = &scene.Survey{Images: 12} })
		if f := frame(v, 1280, 800, ui.Input{}); !hasText(f, "Nobody knows what these images show") {
			t.Errorf("%v: %v", view, f.Texts)
		}
	}
}
