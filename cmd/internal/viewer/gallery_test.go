package viewer

import (
	"fmt"
	"image"
	"image/color"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer/ui"
)

func TestCellGrid(t *testing.T) {
	for range 300 {
		least := image.Pt(5+rand.IntN(60), 5+rand.IntN(60))
		width, n := least.X+rand.IntN(500), 1+rand.IntN(100)
		g := newCellGrid(width, n, least)
		for i := range n {
			r := g.rect(i)
			if r.Dx() < least.X || r.Dy() != least.Y || !r.In(image.Rect(0, 0, width, g.height())) {
				t.Fatalf("%d cells of %v in %d: cell %d is %v", n, least, width, i, r)
			}
			if i > 0 && r.Overlaps(g.rect(i-1)) {
				t.Fatalf("cells %d and %d overlap", i-1, i)
			}
		}
		if width >= g.columns*(least.X+cellGap)+least.X {
			t.Fatalf("there is room for more than %d columns", g.columns)
		}
	}
}

// Those in view are those that overlap the view.
func TestVisibleCells(t *testing.T) {
	for range 300 {
		g := newCellGrid(50+rand.IntN(300), rand.IntN(80), image.Pt(20, 5+rand.IntN(30)))
		top := rand.IntN(300)
		bottom := top + 1 + rand.IntN(200)
		first, end := g.visible(top, bottom)
		for i := range g.n {
			r, drawn := g.rect(i), i >= first && i < end
			if seen := r.Max.Y > top && r.Min.Y < bottom; seen && !drawn {
				t.Fatalf("cell %d at %v is not drawn between %d and %d", i, r, top, bottom)
			} else if far := r.Max.Y < top-cellGap || r.Min.Y > bottom; far && drawn {
				t.Fatalf("cell %d at %v is drawn between %d and %d", i, r, top, bottom)
			}
		}
	}
}

// A narrow pane still has a column.
func TestCellGridWithoutRoom(t *testing.T) {
	if g := newCellGrid(1, 3, image.Pt(50, 10)); g.columns != 1 || g.height() != 3*10+2*cellGap {
		t.Errorf("%+v", g)
	}
	if g := newCellGrid(100, 0, image.Pt(50, 10)); g.height() > 0 {
		t.Error("no cells are", g.height(), "high")
	}
}

// What is chosen elsewhere moves into view, once: the user may scroll away again.
func TestGalleryFollowsTheChoice(t *testing.T) {
	v, _, _ := viewerOf(t, scene.MistakesView)
	seen := func() bool {
		f := frame(v, 1280, 800, ui.Input{})
		id := fmt.Sprintf("images.-1.-1.%d", v.State.Photo)
		for _, c := range f.Controls {
			if c.ID == id {
				return true
			}
		}
		return false
	}
	v.State.Photo = 45
	if !seen() {
		t.Fatal("image 45 is out of view")
	}
	first := control(t, frame(v, 1280, 800, ui.Input{}), "images.-1.-1.45").Rect
	for range 30 {
		frame(v, 1280, 800, ui.Input{Mouse: first.Min, Wheel: image.Pt(0, -9)})
	}
	if seen() {
		t.Error("the gallery cannot be scrolled away from the choice")
	}
}

// From tile to tile by Tab; Enter chooses one.
func TestGalleryByKeyboard(t *testing.T) {
	v, _, _ := viewerOf(t, scene.MistakesView)
	click(t, v, "images.-1.-1.1")
	frame(v, 1280, 800, ui.Input{Keys: []string{"Tab"}})
	if frame(v, 1280, 800, ui.Input{Keys: []string{"Enter"}}); v.State.Photo != 2 {
		t.Error("Tab and Enter chose image", v.State.Photo)
	}
	frame(v, 1280, 800, ui.Input{Keys: []string{"shift+Tab"}})
	if frame(v, 1280, 800, ui.Input{Keys: []string{"Enter"}}); v.State.Photo != 1 {
		t.Error("the way back led to image", v.State.Photo)
	}
}

func TestRightOrWrong(t *testing.T) {
	th := ui.Dark
	for _, c := range []struct {
		answer, label int
		want          color.RGBA
	}{{3, 3, th.Good}, {3, 4, th.Bad}, {-1, 4, th.Dim}, {3, -1, th.Dim}} {
		if got := rightOrWrong(th, c.answer, c.label); got != c.want {
			t.Errorf("%d for %d is %v", c.answer, c.label, got)
		}
	}
}

// paneCases are scenes that are hard to lay out.
var paneCases = map[string]func(*scene.Scene){
	"nothing at all": func(s *scene.Scene) { *s = scene.Scene{} },
	"nothing computed": func(s *scene.Scene) {
		*s = scene.Scene{Network: s.Network, Photos: s.Photos, Run: s.Run, Job: &scene.Job{Name: "survey", Done: 120, Total: 400}}
	},
	"images without labels": func(s *scene.Scene) {
		s.Survey = &scene.Survey{Images: 12}
		a := *s.Answer
		a.Label = -1
		s.Answer = &a
	},
	"long names": longNames,
	"two classes": func(s *scene.Scene) {
		sv := *s.Survey
		sv.Confusion = [][]int{{100000, 3}, {0, 0}}
		s.Survey = &sv
		a := *s.Answer
		a.Probabilities, a.Label = []float32{nan32, nan32}, 1
		s.Answer = &a
	},
	"1000 classes": func(s *scene.Scene) {
		longNames(s)
		sv := *s.Survey
		sv.Confusion = make([][]int, 1000)
		for i := range sv.Confusion {
			sv.Confusion[i] = make([]int, 1000)
			sv.Confusion[i][(7*i)%1000] = 50
		}
		s.Survey = &sv
	},
	"units switched off": func(s *scene.Scene) {
		a := *s.Answer
		a.Whole, a.Ablated = make([]float32, len(a.Probabilities)), 384
		a.Probabilities = append([]float32{1}, a.Probabilities[1:]...)
		s.Answer = &a
	},
	"NaN": func(s *scene.Scene) {
		b, o, m := *s.Backward, *s.Occlusion, *s.Map
		b.Map, o.Drop, o.Clear = b.Map.Clone(), o.Drop.Clone(), nan32
		for i := range b.Map.Data {
			b.Map.Data[i] = nan32
		}
		o.Drop.Data[5] = float32(math.Inf(1))
		m.Points = append([][2]float64{{math.NaN(), 1}, {math.Inf(1), 2}}, m.Points[2:]...)
		s.Backward, s.Occlusion, s.Map = &b, &o, &m
	},
}

func longNames(s *scene.Scene) {
	n := *s.Network
	n.Classes = nil
	for i := range 1000 {
		n.Classes = append(n.Classes, fmt.Sprintf("a very long name of a class, %d %s", i, strings.Repeat("wide ", 8)))
	}
	s.Network = &n
	a := *s.Answer
	a.Name = strings.Repeat("a_long_file_name_", 9) + ".jpeg"
	s.Answer = &a
}

var paneViews = []scene.View{
	scene.BackwardView, scene.OcclusionView, scene.PatchesView, scene.AscentView, scene.NeighboursView, scene.MapView, scene.ConfusionView, scene.MistakesView,
}

// No text leaves its pane or covers another, whatever the scene is.
func TestPanesFit(t *testing.T) {
	for name, change := range paneCases {
		source := newFixture(t, "cifar-quick")
		source.Update(change)
		for _, view := range paneViews {
			for _, size := range testSizes {
				for _, open := range []bool{false, true} {
					v := New(source, &services{}, NewState())
					v.State.View, v.State.Backward = view, scene.Deconvolution
					if open {
						v.State.Label, v.State.Predicted = 1, 0
					}
					frame(v, size[0], size[1], ui.Input{})
					f := frame(v, size[0], size[1], ui.Input{})
					if !t.Run("", func(t *testing.T) { checkTexts(t, f) }) {
						t.Fatalf("%s: %v at %v, a cell open: %v", name, view, size, open)
					}
				}
			}
		}
	}
}
