package viewer

import (
	"image"
	"slices"
	"testing"

	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer/ui"
	"tandem/engine/viz"
)

var noInput ui.Input

// keyed returns a viewer that has been given keys, one a frame.
func keyed(t testing.TB, keys ...string) (*Viewer, *fixture, *services) {
	source, s := newFixture(t, "alexnet-mini"), &services{}
	v := New(source, s, NewState())
	frame(v, 1280, 800, noInput)
	for _, k := range keys {
		frame(v, 1280, 800, ui.Input{Keys: []string{k}})
	}
	return v, source, s
}

func TestKeysChangeTheState(t *testing.T) {
	for _, c := range []struct {
		keys []string
		ok   func(s State) bool
	}{
		{[]string{"o"}, func(s State) bool { return s.Unit.Layer == "relu1" }},
		{[]string{"o", "o", "u"}, func(s State) bool { return s.Unit.Layer == "relu1" }},
		{[]string{"u"}, func(s State) bool { return s.Unit.Layer == "conv1" }},
		{[]string{"e", "e", "w"}, func(s State) bool { return s.Photo == 1 }},
		{[]string{"w"}, func(s State) bool { return s.Photo == 0 }},
		{[]string{"Right", "l"}, func(s State) bool { return s.Unit.Channel == 2 }},
		{[]string{"Right", "Right", "Left", "j"}, func(s State) bool { return s.Unit.Channel == 0 }},
		{[]string{"2"}, func(s State) bool { return s.View == scene.Activations }},
		{[]string{"0"}, func(s State) bool { return s.View == scene.MistakesView }},
		{[]string{"2", "."}, func(s State) bool { return s.View == scene.BackwardView }},
		{[]string{","}, func(s State) bool { return s.View == scene.LensView }},
		{[]string{"z"}, func(s State) bool { return s.Zoom }},
		{[]string{"z", "Esc"}, func(s State) bool { return !s.Zoom }},
		{[]string{"b"}, func(s State) bool { return s.Backward == scene.Deconvolution }},
		{[]string{"b", "n"}, func(s State) bool { return s.Backward == scene.Guided }},
		{[]string{"b", "m"}, func(s State) bool { return s.Backward == scene.ClassSaliency }},
		{[]string{"n"}, func(s State) bool { return s.Backward == scene.Deconvolution }},
		{[]string{"m"}, func(s State) bool { return s.Backward == scene.ClassSaliency }},
		{[]string{"b", "b"}, func(s State) bool { return s.Backward == scene.NoBackward }},
		{[]string{"b", "Esc"}, func(s State) bool { return s.Backward == scene.NoBackward }},
		{[]string{"f"}, func(s State) bool { return s.Freeze }},
		{[]string{"x"}, func(s State) bool { return slices.Equal(s.Ablated, []scene.Unit{{Layer: "conv1"}}) }},
		{[]string{"x", "x"}, func(s State) bool { return len(s.Ablated) == 0 }},
		{[]string{"x", "Right", "x", "r"}, func(s State) bool { return len(s.Ablated) == 0 }},
		{[]string{"s"}, func(s State) bool { return s.Scale == viz.Common }},
		{[]string{"c"}, func(s State) bool { return s.Map == "blue-orange" }},
		{[]string{"c", "c", "c", "c"}, func(s State) bool { return s.Map == "" }},
		{[]string{"+", "+", "-"}, func(s State) bool { return s.Gain == 1.25 }},
		{[]string{"g"}, func(s State) bool { return s.Light }},
	} {
		if v, _, _ := keyed(t, c.keys...); !c.ok(v.State) {
			t.Errorf("%v: %+v", c.keys, v.State)
		}
	}
}

func TestKeysThatGiveOrders(t *testing.T) {
	v, source, s := keyed(t, "Space", "t", "ctrl+s", "ctrl+o", "ctrl+v", "y", "p")
	var orders []scene.Action
	for _, o := range source.orders {
		orders = append(orders, o.Do)
	}
	if !slices.Equal(orders, []scene.Action{scene.Pause, scene.StepOnce, scene.Save}) || s.chosen != 1 || s.pasted != 1 || len(s.links) != 1 || v.capture == "" {
		t.Errorf("orders %v, services %+v, capture %q", orders, s, v.capture)
	}
	source.Update(func(s *scene.Scene) { r := *s.Run; r.State = scene.Paused; s.Run = &r })
	frame(v, 1280, 800, ui.Input{Keys: []string{"Space"}})
	if last := source.orders[len(source.orders)-1]; last.Do != scene.Play {
		t.Errorf("a paused run gets %v", last)
	}
}

func TestHelpCoversTheWindow(t *testing.T) {
	v, _, _ := keyed(t, "h")
	f := frame(v, 1280, 800, noInput)
	checkTexts(t, f)
	if len(f.Controls) != 1 || f.Controls[0].ID != "help.close" {
		t.Errorf("controls below are in reach: %+v", f.Controls)
	}
	for _, b := range helpLines() {
		if !slices.ContainsFunc(f.Texts, func(x ui.Text) bool { return x.Text == b.help }) {
			t.Errorf("no line %q", b.help)
		}
	}
	frame(v, 1280, 800, press(control(t, f, "help.close").Rect))
	if v.help {
		t.Error("pressing close does not close it")
	}
	for _, size := range testSizes {
		v.help = true
		checkTexts(t, frame(v, size[0], size[1], noInput))
	}
}

// What is asked of the source is what is on screen, and once.
func TestWantFollowsTheState(t *testing.T) {
	v, source, _ := keyed(t)
	n := len(source.wants)
	frame(v, 1280, 800, noInput)
	if n != 1 || len(source.wants) != 1 {
		t.Fatalf("%d wants, then %d", n, len(source.wants))
	}
	frame(v, 1280, 800, ui.Input{Keys: []string{"x"}})
	frame(v, 1280, 800, ui.Input{Keys: []string{"e"}})
	frame(v, 1280, 800, noInput)
	if len(source.wants) != 3 || source.wants[2].Photo != 1 || len(source.wants[2].Ablated) != 1 {
		t.Errorf("wants %+v", source.wants)
	}
}

// Every control that can be pressed can be reached by Tab.
func TestTabReachesEveryControl(t *testing.T) {
	v, _, _ := keyed(t)
	f := frame(v, 1280, 800, noInput)
	seen := map[string]bool{}
	for range len(f.Controls) + 1 {
		frame(v, 1280, 800, ui.Input{Keys: []string{"Tab"}})
		seen[v.ui.Focus()] = true
	}
	for _, c := range f.Controls {
		if !c.Off && !seen[c.ID] {
			t.Errorf("%s (%s) is out of reach", c.ID, c.Label)
		}
	}
}

func TestControlsHaveNamesOfTheirOwn(t *testing.T) {
	v, _, _ := keyed(t)
	for _, view := range scene.Views() {
		v.State.View = view
		frame(v, 1280, 800, noInput)
		seen := map[string]bool{}
		for _, c := range frame(v, 1280, 800, noInput).Controls {
			if seen[c.ID] || c.ID == "" || c.Role == "" {
				t.Errorf("%v: control %+v", view, c)
			}
			seen[c.ID] = true
		}
	}
}

// An image that the user opens is shown at once.
func TestOpenedImagesAreShown(t *testing.T) {
	v, source, _ := keyed(t)
	v.State.Freeze = true
	frame(v, 1280, 800, ui.Input{Dropped: []ui.File{{Name: "cat.png", Data: []byte("x")}}})
	if o := source.orders[0]; o.Do != scene.Open || o.Name != "cat.png" || string(o.Data) != "x" {
		t.Fatalf("order %+v", o)
	}
	source.Update(func(s *scene.Scene) { s.Photos.Count++; s.Photos.Opened++ })
	frame(v, 1280, 800, noInput)
	if v.State.Photo != 200 || v.State.Freeze {
		t.Errorf("photo %d, frozen %v", v.State.Photo, v.State.Freeze)
	}
}

// What Tab reaches is in view: parts that scroll move to it.
func TestWhatTabReachesIsInView(t *testing.T) {
	source := newFixture(t, "alexnet")
	for _, c := range []struct {
		view  scene.View
		id    string
		where func(layout) image.Rectangle
	}{
		{scene.Filters, "layer.fc8", func(l layout) image.Rectangle { return l.graph }},
		{scene.LensView, "lens.0", func(l layout) image.Rectangle { return l.main }},
		{scene.HealthView, "health.output.fc8", func(l layout) image.Rectangle { return l.main }},
	} {
		v := New(source, &services{}, NewState())
		v.State.View = c.view
		pane := c.where(arrange(image.Pt(800, 600), false, true, true))
		for _, key := range []string{"Tab", "shift+Tab"} {
			f := frame(v, 800, 600, noInput)
			for range f.Controls {
				if frame(v, 800, 600, ui.Input{Keys: []string{key}}); v.ui.Focus() == c.id {
					break
				}
			}
			if r := control(t, frame(v, 800, 600, noInput), c.id).Rect; v.ui.Focus() != c.id || !r.In(pane) {
				t.Errorf("%s by %s is at %v of %v, the focus at %q", c.id, key, r, pane, v.ui.Focus())
			}
		}
	}
}
