package viewer

import (
	"image"
	"math"
	"testing"

	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer/ui"
)

func TestLayersAreJoinedWithTheirReLUs(t *testing.T) {
	nan := math.NaN()
	source := &fixture{}
	source.Update(func(s *scene.Scene) {
		s.Health = &scene.Health{Layers: []scene.LayerHealth{
			{Name: "relu0", Dead: 0.1, WeightNorm: nan},
			{Name: "conv1", Dead: nan, WeightNorm: 1},
			{Name: "relu1", Dead: 0.25, WeightNorm: nan},
			{Name: "relu1b", Dead: 0.5, WeightNorm: nan},
			{Name: "fc2", Dead: nan, WeightNorm: 2},
		}}
	})
	v := New(source, &services{}, NewState())
	v.scene = source.Scene()
	want := []struct {
		name string
		dead float64
	}{{"relu0", 0.1}, {"conv1", 0.25}, {"relu1b", 0.5}, {"fc2", nan}}
	rows := v.learningRows()
	if len(rows) != len(want) {
		t.Fatalf("%d rows: %+v", len(rows), rows)
	}
	for i, w := range want {
		if rows[i].Name != w.name || rows[i].Dead != w.dead && !math.IsNaN(w.dead) {
			t.Errorf("row %d: %s, dead %g; want %s, %g", i, rows[i].Name, rows[i].Dead, w.name, w.dead)
		}
	}
}

func TestDeadUnitsAndLayersCanBeSelected(t *testing.T) {
	v, _ := viewing(newFixture(t, "cifar-quick"), scene.HealthView)
	f := frame(v, 1920, 1200, ui.Input{})
	frame(v, 1920, 1200, press(control(t, f, "dead.conv1.16").Rect))
	if want := (scene.Unit{Layer: "conv1", Channel: 16}); v.State.Unit != want {
		t.Errorf("selected %v, want %v", v.State.Unit, want)
	}
	frame(v, 1920, 1200, ui.Input{Released: true})
	frame(v, 1920, 1200, press(control(t, f, "health.learning.conv2").Rect))
	if v.State.Unit.Layer != "conv2" {
		t.Errorf("selected %v, want layer conv2", v.State.Unit)
	}
}

// Of a checkpoint there are no gradients: a dash, and why under the mouse.
func TestWhatIsNotKnownSaysWhy(t *testing.T) {
	source := newFixture(t, "cifar-quick")
	source.Update(func(s *scene.Scene) {
		s.Health = &scene.Health{Layers: []scene.LayerHealth{
			{Name: "conv1", Dead: math.NaN(), WeightNorm: 1, GradientNorm: math.NaN(), Update: math.NaN()},
		}}
	})
	v, _ := viewing(source, scene.HealthView)
	f := frame(v, 1280, 800, typed())
	dashes := map[string]bool{}
	pane := arrange(image.Pt(1280, 800), false, true, true).main
	for _, text := range f.Texts {
		if text.Text == "–" && text.Rect.In(pane) {
			f := frame(v, 1280, 800, ui.Input{Mouse: centre(text.Rect)})
			dashes[f.Texts[len(f.Texts)-1].Text] = true
		}
	}
	if !dashes[noGradient] || len(dashes) != 4 {
		t.Errorf("dashes say %v, want reasons for no ReLU, no gradient, no update, no counts", dashes)
	}
}

func TestEveryColumnExplainsItself(t *testing.T) {
	v, _ := viewing(newFixture(t, "cifar-quick"), scene.HealthView)
	v.State.Zoom = true
	f := frame(v, 1280, 800, typed())
	last := func(f *ui.Frame) string { return f.Texts[len(f.Texts)-1].Text }
	for _, head := range []string{"dead", "norm", "gradient", "update", "gradients", "mean", "std", "zeros", "values", "dead units"} {
		found := false
		for _, text := range f.Texts {
			if text.Text == head {
				found = last(frame(v, 1280, 800, ui.Input{Mouse: centre(text.Rect)})) != last(f)
			}
		}
		if !found {
			t.Errorf("column %q has no tip", head)
		}
	}
}

func TestHealthOfOddNetworks(t *testing.T) {
	rng, source := newRand(t), newFixture(t, "alexnet-mini")
	odd := []float64{math.NaN(), math.Inf(1), 0, -1, 1e-30, 1e30, 1e-3, 1}
	pick := func() float64 { return odd[rng.IntN(len(odd))] }
	nodes := source.Scene().Network.Net.Nodes
	for range 20 {
		source.Update(func(s *scene.Scene) {
			h := &scene.Health{}
			for _, n := range nodes[:rng.IntN(len(nodes))] {
				h.Layers = append(h.Layers, scene.LayerHealth{
					Name: n.Name, Dead: pick(), WeightNorm: pick(), GradientNorm: pick(), Update: pick(),
					Weights: scene.Histogram{Width: pick(), First: rng.IntN(9) - 4, Counts: make([]int64, rng.IntN(3))},
				})
			}
			s.Health = h
			if rng.IntN(4) == 0 {
				s.Survey = nil
				return
			}
			l := scene.LayerSurvey{Name: nodes[0].Name, Mean: pick(), Std: pick(), Zeros: pick(), Histogram: testHistogram(rng)}
			for i := range rng.IntN(3000) {
				l.Dead = append(l.Dead, i)
			}
			s.Survey = &scene.Survey{Images: 3, Layers: []scene.LayerSurvey{l}}
		})
		size := testSizes[rng.IntN(len(testSizes))]
		v, _ := viewing(source, scene.HealthView)
		checkTexts(t, frame(v, size[0], size[1], typed()))
	}
	source.Update(func(s *scene.Scene) { s.Health = nil })
	v, _ := viewing(source, scene.HealthView)
	if f := frame(v, 800, 600, typed()); !hasText(f, "are measured every now and then") {
		t.Error("without measurements nothing says why")
	}
}
