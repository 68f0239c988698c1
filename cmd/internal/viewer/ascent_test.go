package viewer

import (
	"testing"

	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer/ui"
)

func TestAscentSelectsUnits(t *testing.T) {
	v, source, _ := viewerOf(t, scene.AscentView)
	source.Update(func(s *scene.Scene) {
		a := *s.Ascent
		a.Units = []int{7, 30, 2}
		s.Ascent = &a
	})
	click(t, v, "ascent.1")
	if v.State.Unit != (scene.Unit{Layer: "conv1", Channel: 30}) {
		t.Error(v.State.Unit)
	}
	if f := frame(v, 1280, 800, ui.Input{}); !hasText(f, "64 of 128 steps uphill") || !control(t, f, "ascent.1").Pressed {
		t.Error("neither the progress nor the choice shows")
	}
}

// Classes have their names, in the last layer and in that before its softmax.
func TestAscentOfClasses(t *testing.T) {
	for _, layer := range []string{"fc8", "softmax"} {
		v, source, _ := viewerOf(t, scene.AscentView)
		source.Update(func(s *scene.Scene) {
			a := *s.Ascent
			a.Layer, a.Walked, a.Units = layer, "fc8", []int{3, 5}
			s.Ascent = &a
		})
		v.State.Unit.Layer = layer
		f := frame(v, 1280, 800, ui.Input{})
		if !hasText(f, "cat") || !hasText(f, "dog") {
			t.Errorf("%s: %v", layer, f.Texts)
		}
		if before := hasText(f, "for fc8, before its nonlinearity"); before != (layer == "softmax") {
			t.Errorf("%s: says that another layer was walked for: %v", layer, before)
		}
	}
}

func TestAscentOfAnotherLayer(t *testing.T) {
	v, _, _ := viewerOf(t, scene.AscentView)
	v.State.Unit.Layer = "conv3"
	for _, c := range frame(v, 1280, 800, ui.Input{}).Controls {
		if c.ID == "ascent.0" {
			t.Error("images for conv1 stand for those of conv3")
		}
	}
}
