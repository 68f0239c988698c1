package viewer

import (
	"image"
	"slices"
	"testing"

	"tandem/cmd/internal/scene"
)

var small = image.Pt(800, 600)

// Keys as X sends them do what the bindings say.
func TestWindowObeysKeys(t *testing.T) {
	source := newFixture(t, "alexnet-mini")
	w, _, s := use(t, source, NewState(), small)
	for _, c := range []struct {
		key  string
		mods []string
		ok   func(State) bool
	}{
		{"Right", nil, func(s State) bool { return s.Unit.Channel == 1 }},
		{"l", nil, func(s State) bool { return s.Unit.Channel == 2 }},
		{"Left", nil, func(s State) bool { return s.Unit.Channel == 1 }},
		{"o", nil, func(s State) bool { return s.Unit.Layer == "relu1" }},
		{"u", nil, func(s State) bool { return s.Unit.Layer == "conv1" }},
		{"e", nil, func(s State) bool { return s.Photo == 1 }},
		{"w", nil, func(s State) bool { return s.Photo == 0 }},
		{"2", nil, func(s State) bool { return s.View == scene.Activations }},
		{".", nil, func(s State) bool { return s.View == scene.BackwardView }},
		{"b", nil, func(s State) bool { return s.Backward == scene.Deconvolution }},
		{"n", nil, func(s State) bool { return s.Backward == scene.Guided }},
		{"m", nil, func(s State) bool { return s.Backward == scene.Deconvolution }},
		{"f", nil, func(s State) bool { return s.Freeze }},
		{"z", nil, func(s State) bool { return s.Zoom }},
		{"Escape", nil, func(s State) bool { return !s.Zoom && s.Freeze }},
		{"Escape", nil, func(s State) bool { return !s.Freeze }},
		{"x", nil, func(s State) bool { return len(s.Ablated) == 1 }},
		{"r", nil, func(s State) bool { return len(s.Ablated) == 0 }},
		{"+", nil, func(s State) bool { return s.Gain == 1.25 }},
		{"G", nil, func(s State) bool { return s.Light }},
		{"[", nil, func(s State) bool { return s.Checkpoint >= 0 }},
		{"o", []string{"Control"}, func(State) bool { return s.chosen == 1 }},
		{"v", []string{"Control"}, func(State) bool { return s.pasted == 1 }},
		{"y", nil, func(State) bool { return len(s.links) == 1 }},
		{"p", nil, func(State) bool { return len(s.exports) == 1 }},
	} {
		must(t, w.Key(c.key, c.mods...))
		if got := window.state(); !c.ok(got) {
			t.Errorf("after %v %s: %s", c.mods, c.key, got)
		}
	}
	if png := s.exports["tandem-backward.png"]; len(png) < 1000 || string(png[1:4]) != "PNG" {
		t.Errorf("exports %v", s.exports)
	}
	must(t, w.Key("space"))
	must(t, w.Key("t"))
	must(t, w.Key("s", "Control"))
	window.frames(2)
	var orders []scene.Action
	window.ask(func() {
		for _, o := range source.orders {
			orders = append(orders, o.Do)
		}
	})
	if !slices.Equal(orders, []scene.Action{scene.Pause, scene.StepOnce, scene.Save}) {
		t.Errorf("orders %v", orders)
	}
	help := func() (open bool) { window.ask(func() { open = window.help }); return open }
	must(t, w.Key("h"))
	if window.frames(2); !help() {
		t.Error("h shows no help")
	}
	must(t, w.Key("Escape"))
	if window.frames(2); help() {
		t.Error("help does not close")
	}
}
