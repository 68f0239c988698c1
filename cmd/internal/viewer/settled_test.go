package viewer

import (
	"testing"

	"tandem/cmd/internal/scene"
)

// settledViewer returns a viewer of a view that shows all it wants.
func settledViewer(t *testing.T, view scene.View) (*Viewer, *fixture) {
	v, source, _ := viewerOf(t, view)
	source.Update(func(s *scene.Scene) {
		s.Gallery.Wrong = view == scene.MistakesView
		s.Series = nil
	})
	frame(v, 1280, 800, noInput)
	if ok, missing := v.Settled(); !ok {
		t.Fatalf("%v is not settled: %s", view, missing)
	}
	return v, source
}

// The images of a cell belong to what is on screen.
func TestSettledWaitsForTheImages(t *testing.T) {
	for _, view := range []scene.View{scene.ConfusionView, scene.MistakesView} {
		v, source := settledViewer(t, view)
		v.State.Label, v.State.Predicted = 3, 5
		if ok, _ := v.Settled(); ok {
			t.Errorf("%v: settled before the images of the cell have come", view)
		}
		source.Update(func(s *scene.Scene) { g := *s.Gallery; g.Label, g.Predicted = 3, 5; s.Gallery = &g })
		frame(v, 1280, 800, noInput)
		if ok, missing := v.Settled(); !ok {
			t.Errorf("%v: %s is missing", view, missing)
		}
		source.Update(func(s *scene.Scene) { g := *s.Gallery; g.Step--; s.Gallery = &g })
		frame(v, 1280, 800, noInput)
		if ok, _ := v.Settled(); ok {
			t.Errorf("%v: settled with images of another step", view)
		}
	}
}

// Without labels there are no mistakes to wait for.
func TestSettledWithoutLabels(t *testing.T) {
	for _, view := range []scene.View{scene.ConfusionView, scene.MistakesView} {
		v, source := settledViewer(t, view)
		v.State.Label = 3
		source.Update(func(s *scene.Scene) {
			u := *s.Survey
			u.Confusion, s.Survey, s.Gallery = nil, &u, nil
		})
		frame(v, 1280, 800, noInput)
		if ok, missing := v.Settled(); !ok {
			t.Errorf("%v: %s is missing", view, missing)
		}
	}
}

// Two names of a unit switch off one.
func TestSettledCountsUnitsOnce(t *testing.T) {
	v, source := settledViewer(t, scene.Filters)
	v.State.Ablated = []scene.Unit{{Layer: "conv1", Channel: 3}, {Layer: "relu1", Channel: 3}, {Layer: "conv1", Channel: 4}}
	for off, want := range map[int]bool{0: false, 1: false, 2: true, 3: false} {
		source.Update(func(s *scene.Scene) { a := *s.Answer; a.Ablated = off; s.Answer = &a })
		frame(v, 1280, 800, noInput)
		if ok, _ := v.Settled(); ok != want {
			t.Errorf("with %d units off, settled is %v", off, ok)
		}
	}
}
