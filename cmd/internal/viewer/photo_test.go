package viewer

import (
	"cmp"
	"image"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer/ui"
)

var nan32 = float32(math.NaN())

// Against sorting all classes by hand: which are on top, in which order, and where
// the right one is.
func TestTopGuesses(t *testing.T) {
	for range 200 {
		k, n := 1+rand.IntN(12), rand.IntN(8)
		p := make([]float32, k)
		for i := range p {
			if p[i] = float32(rand.IntN(5)) / 4; rand.IntN(6) == 0 {
				p[i] = nan32
			}
		}
		label := rand.IntN(k+1) - 1
		order := make([]int, k)
		for i := range order {
			order[i] = i
		}
		worth := func(i int) float64 {
			if p[i] != p[i] {
				return -1
			}
			return float64(p[i])
		}
		slices.SortFunc(order, func(a, b int) int {
			return cmp.Or(cmp.Compare(worth(b), worth(a)), cmp.Compare(a, b))
		})
		want := order[:min(n, k)]
		if place := slices.Index(order, label); place >= n {
			want = append(slices.Clone(want), label)
		}
		var got []int
		for _, g := range topGuesses(p, n, label) {
			got = append(got, g.class)
			if g.right != (g.class == label) || g.rank != 1+slices.Index(order, g.class) {
				t.Fatalf("%v, label %d: class %d is right: %v, place %d", p, label, g.class, g.right, g.rank)
			}
		}
		if !slices.Equal(got, want) {
			t.Fatalf("top %d of %v with label %d: %v, want %v", n, p, label, got, want)
		}
	}
}

func TestTopGuessesOfManyClassesAndOfNone(t *testing.T) {
	p := make([]float32, 1000)
	p[999], p[3] = 0.5, 0.25
	got := topGuesses(p, 2, 500)
	if len(got) != 3 || got[0].class != 999 || got[1].class != 3 || got[2].class != 500 || !got[2].right {
		t.Error(got)
	}
	if got := topGuesses(nil, 5, 3); len(got) != 0 {
		t.Error(got)
	}
}

func TestShareOfABar(t *testing.T) {
	bar := image.Rect(10, 0, 110, 5)
	for p, want := range map[float32]int{0: 0, 0.25: 25, 1: 100, 7: 100, -1: 0} {
		if got := share(bar, p); got != image.Rect(10, 0, 10+want, 5) {
			t.Errorf("%v of a bar of 100 is %v", p, got)
		}
	}
	if got := share(bar, nan32); got.Dx() != 0 {
		t.Errorf("NaN fills %v", got)
	}
}

func TestPoints(t *testing.T) {
	for want, p := range map[string][2]float32{"+25.0": {0.5, 0.25}, "-50.0": {0.25, 0.75}, "+0.0": {0.5, 0.5}, "–": {nan32, 0.5}} {
		if got := points(p[0], p[1]); got != want {
			t.Errorf("from %v to %v: %s, want %s", p[1], p[0], got, want)
		}
	}
}

// A pixel's place on screen holds that pixel, and no other.
func TestPixelsOnScreen(t *testing.T) {
	for range 300 {
		at := image.Pt(rand.IntN(5), rand.IntN(5))
		bounds := image.Rectangle{at, at.Add(image.Pt(1+rand.IntN(9), 1+rand.IntN(9)))}
		placed := image.Rect(7, 11, 7+bounds.Dx()+rand.IntN(50), 11+bounds.Dy()+rand.IntN(50))
		p := image.Pt(bounds.Min.X+rand.IntN(bounds.Dx()), bounds.Min.Y+rand.IntN(bounds.Dy()))
		r := onPicture(image.Rectangle{p, p.Add(image.Pt(1, 1))}, bounds, placed)
		if !r.In(placed) || r.Empty() {
			t.Fatalf("pixel %v of %v in %v is at %v", p, bounds, placed, r)
		}
		for y := r.Min.Y; y < r.Max.Y; y++ {
			for x := r.Min.X; x < r.Max.X; x++ {
				if got, ok := pixelAt(image.Pt(x, y), bounds, placed); !ok || got != p {
					t.Fatalf("pixel %v of %v in %v is at %v, but at (%d, %d) there is %v", p, bounds, placed, r, x, y, got)
				}
			}
		}
	}
	if got := onPicture(image.Rect(50, 50, 60, 60), image.Rect(0, 0, 9, 9), image.Rect(0, 0, 90, 90)); !got.Empty() {
		t.Error("pixels outside of the picture are at", got)
	}
	if _, ok := pixelAt(image.Pt(5, 5), image.Rectangle{}, image.Rect(0, 0, 9, 9)); ok {
		t.Error("an empty picture has a pixel")
	}
}

func TestInputLayout(t *testing.T) {
	for range 300 {
		r := image.Rect(3, 5, 3+220+rand.IntN(300), 5+110+rand.IntN(400))
		picture, bars := inputLayout(r, rand.IntN(2) == 0)
		if !picture.In(r) || !bars.In(r) || picture.Overlaps(bars) || bars.Dx() < 110 || bars.Dy() < 5*guessRow {
			t.Fatalf("%v: the picture at %v, the bars at %v", r, picture, bars)
		}
	}
}

func viewerOf(t testing.TB, view scene.View) (*Viewer, *fixture, *services) {
	source, s := newFixture(t, "alexnet-mini"), &services{}
	v := New(source, s, NewState())
	v.State.View, v.State.Backward = view, scene.Deconvolution
	return v, source, s
}

// click presses and lets go of a control.
func click(t testing.TB, v *Viewer, name string) {
	t.Helper()
	r := control(t, frame(v, 1280, 800, ui.Input{}), name).Rect
	clickAt(v, r.Min.Add(r.Max).Div(2))
}

func clickAt(v *Viewer, p image.Point) {
	frame(v, 1280, 800, ui.Input{Mouse: p, Pressed: true, Down: true})
	frame(v, 1280, 800, ui.Input{Mouse: p, Released: true})
}

func TestImageButtons(t *testing.T) {
	v, source, s := viewerOf(t, scene.Filters)
	v.State.Freeze = true
	click(t, v, "photo.next")
	if v.State.Photo != 1 || v.State.Freeze {
		t.Error("the next image:", v.State.Photo, "frozen:", v.State.Freeze)
	}
	if last := source.wants[len(source.wants)-1]; last.Photo != 1 {
		t.Error("wanted", last.Photo)
	}
	click(t, v, "photo.previous")
	if v.State.Photo != 0 || !control(t, frame(v, 1280, 800, ui.Input{}), "photo.previous").Off {
		t.Error("the image before:", v.State.Photo)
	}
	click(t, v, "photo.open")
	click(t, v, "photo.paste")
	if s.chosen != 1 || s.pasted != 1 {
		t.Error(*s)
	}
}

// The right label has its row though it is not among the five, and a press on a row
// selects its unit.
func TestGuessRows(t *testing.T) {
	v, source, _ := viewerOf(t, scene.Filters)
	p := []float32{0.3, 0.2, 0.1, 0.01, 0.1, 0.1, 0.09, 0.05, 0.03, 0.02}
	source.Update(func(s *scene.Scene) {
		a := *s.Answer
		a.Probabilities = p
		s.Answer = &a
	})
	f := frame(v, 1280, 800, ui.Input{})
	if c := control(t, f, "guess.3"); c.Label != "cat: 1.0 %, place 10, the right one" {
		t.Error(c.Label)
	}
	click(t, v, "guess.1")
	if v.State.Unit != (scene.Unit{Layer: "softmax", Channel: 1}) {
		t.Error(v.State.Unit)
	}
}

func TestGuessesBeforeUnitsWereSwitchedOff(t *testing.T) {
	v, source, _ := viewerOf(t, scene.Filters)
	source.Update(func(s *scene.Scene) {
		a := *s.Answer
		a.Probabilities, a.Ablated = []float32{0.75, 0.25}, 2
		a.Whole = []float32{0.5, 0.5}
		s.Answer = &a
	})
	f := frame(v, 1280, 800, ui.Input{})
	if !hasText(f, "75.0 % +25.0") || !hasText(f, "25.0 % -25.0") || !hasText(f, "units off: 2; thin: before") {
		t.Error(f.Texts)
	}
}

func TestAnswerOfAnotherImage(t *testing.T) {
	v, _, _ := viewerOf(t, scene.Filters)
	v.State.Photo = 7
	if f := frame(v, 1280, 800, ui.Input{}); !hasText(f, "soon no. 7") || v.answer() != nil {
		t.Error("an answer for image 0 stands for image 7")
	}
	v.State.Freeze = true
	if f := frame(v, 1280, 800, ui.Input{}); !hasText(f, "frozen, step 1,200") || v.answer() == nil {
		t.Error("a frozen answer is not the answer")
	}
}

// An image that the user has opened is none of the set.
func TestTheSetIsNamedForItsImagesOnly(t *testing.T) {
	v, source, _ := viewerOf(t, scene.Filters)
	for opened, want := range map[int]bool{0: true, 3: false} {
		source.Update(func(s *scene.Scene) {
			s.Photos.Opened = opened
			a := *s.Answer
			a.Number = s.Photos.Count - 3
			s.Answer = &a
		})
		f := frame(v, 1280, 800, noInput)
		f = frame(v, 1280, 800, ui.Input{Mouse: centre(control(t, f, "photo").Rect)})
		if got := hasText(f, source.Scene().Photos.About); got != want {
			t.Errorf("with %d opened: %q is named: %v", opened, source.Scene().Photos.About, got)
		}
	}
}
