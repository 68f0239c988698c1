package viewer

import (
	"image"
	"math"
	"slices"
	"testing"

	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer/ui"
	"tandem/engine/tensor"
)

// Each tower keeps its own kernels, sorted from the most coloured on, NaN last.
func TestRankedKernels(t *testing.T) {
	rng := newRand(t)
	for range 200 {
		towers := 1 + rng.IntN(2)
		l := &scene.Lens{Towers: make([]float64, towers)}
		for range towers * (1 + rng.IntN(50)) {
			c := rng.Float64()
			if rng.IntN(10) == 0 {
				c = math.NaN()
			}
			l.Kernels = append(l.Kernels, c)
		}
		per := len(l.Kernels) / towers
		for tower := range towers {
			got := ranked(l, tower)
			for i := 1; i < len(got); i++ {
				a, b := l.Kernels[got[i-1]], l.Kernels[got[i]]
				if a < b || math.IsNaN(a) && !math.IsNaN(b) {
					t.Fatalf("%g stands before %g", a, b)
				}
			}
			slices.Sort(got)
			for i, k := range got {
				if len(got) != per || k != tower*per+i {
					t.Fatalf("tower %d of %d kernels has %v", tower, len(l.Kernels), got)
				}
			}
		}
	}
}

func TestTheLensShowsAndSelectsKernels(t *testing.T) {
	source := newFixture(t, "alexnet")
	v, _ := viewing(source, scene.LensView)
	f := frame(v, 1920, 1200, typed())
	for _, words := range []string{"tower a", "0.20", "tower b", "0.70", "0.67", "section 6.1"} {
		if !hasText(f, words) {
			t.Errorf("nothing says %q", words)
		}
	}
	frame(v, 1920, 1200, press(control(t, f, "lens.77").Rect))
	if want := (scene.Unit{Layer: "conv1", Channel: 77}); v.State.Unit != want {
		t.Errorf("selected %v, want %v", v.State.Unit, want)
	}
}

// Every kernel's figure fits under its tile, however many there are.
func TestPlansOfTheLens(t *testing.T) {
	rng := newRand(t)
	for range 500 {
		l := &scene.Lens{Towers: make([]float64, 1+rng.IntN(2))}
		l.Kernels = make([]float64, len(l.Towers)*(1+rng.IntN(300)))
		r := image.Rect(0, 0, 360+rng.IntN(1500), 200+rng.IntN(900))
		const least = 26
		p := planLens(r, l, least, 3)
		rows := (len(l.Kernels)/len(l.Towers) + p.columns - 1) / p.columns
		if p.tile < least || p.tile > lensTile || p.columns*(p.tile+3) > r.Dx() || p.block < rows*(p.tile+lensLabel) || p.plot < lensPlot {
			t.Fatalf("%d kernels in %v: %+v", len(l.Kernels), r, p)
		}
		if whole := lensHead + p.text + p.plot + len(l.Towers)*p.block; p.height < whole {
			t.Fatalf("%+v is %d high", p, whole)
		}
	}
}

func TestTheMouseReadsTheLens(t *testing.T) {
	source := newFixture(t, "alexnet")
	v, _ := viewing(source, scene.LensView)
	frame(v, 1280, 800, typed())
	pane := arrange(image.Pt(1280, 800), false, true, true).main
	found := false
	for y := pane.Min.Y; y < pane.Max.Y && !found; y += 10 {
		f := frame(v, 1280, 800, ui.Input{Mouse: image.Pt(pane.Max.X-22, y)})
		found = hasText(f, "step 1,140, tower a 0.28, tower b 0.76")
	}
	if !found {
		t.Error("the mouse at the end of the plot does not read its last point")
	}
}

func TestOddLenses(t *testing.T) {
	source := newFixture(t, "alexnet-mini")
	nan := math.NaN()
	for name, l := range map[string]*scene.Lens{
		"no history":    {Layer: "conv1", Kernels: make([]float64, 32), Towers: []float64{0, 1}},
		"one moment":    {Layer: "conv1", Kernels: make([]float64, 32), Towers: []float64{0, 1}, History: []scene.LensPoint{{Step: 5, Towers: []float64{0.5, nan}}}},
		"one tower":     {Layer: "conv1", Kernels: make([]float64, 32), Towers: []float64{0.4}, History: []scene.LensPoint{{Step: 5, Towers: []float64{0.5}}, {Step: 9}}},
		"not a number":  {Layer: "conv1", Kernels: []float64{nan, nan}, Towers: []float64{nan, nan}},
		"unknown layer": {Layer: "elsewhere", Kernels: make([]float64, 400), Towers: []float64{0, 1}},
	} {
		source.Update(func(s *scene.Scene) { s.Lens = l })
		for _, size := range testSizes {
			v, _ := viewing(source, scene.LensView)
			f := frame(v, size[0], size[1], typed())
			if !t.Run(name, func(t *testing.T) { checkTexts(t, f) }) {
				t.FailNow()
			}
		}
	}
}

func TestWithoutALensThereIsAReason(t *testing.T) {
	source := newFixture(t, "alexnet-mini")
	source.Update(func(s *scene.Scene) { s.Lens = nil })
	v, _ := viewing(source, scene.LensView)
	if f := frame(v, 800, 600, typed()); !hasText(f, "when there are weights") {
		t.Error("nothing says that weights are missing")
	}
	source.Update(func(s *scene.Scene) {
		n, net := *s.Network, *s.Network.Net
		net.Input = tensor.Shape{1, 32, 32}
		n.Net = &net
		s.Network = &n
	})
	if f := frame(v, 800, 600, typed()); !hasText(f, "grey images") {
		t.Error("nothing says that grey images have no colour")
	}
}
