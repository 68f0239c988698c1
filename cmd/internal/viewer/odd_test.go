package viewer

import (
	"image"
	"math"
	"math/rand/v2"
	"reflect"
	"testing"

	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer/ui"
	"tandem/engine/tensor"
)

// mixed returns a scene whose parts are each of one of some scenes, or missing.
func mixed(r *rand.Rand, from []*scene.Scene) *scene.Scene {
	var s scene.Scene
	to := reflect.ValueOf(&s).Elem()
	for i := range to.NumField() {
		if r.IntN(8) > 0 {
			to.Field(i).Set(reflect.ValueOf(from[r.IntN(len(from))]).Elem().Field(i))
		}
	}
	return &s
}

// anything returns what a user might do to a window, with the mouse on something
// that was in the last frame.
func anything(r *rand.Rand, last *ui.Frame) ui.Input {
	in := ui.Input{Mouse: image.Pt(r.IntN(1280), r.IntN(800)), Pressed: r.IntN(2) == 0, Right: r.IntN(9) == 0, Released: r.IntN(3) == 0}
	if last != nil && len(last.Controls) > 0 && r.IntN(3) > 0 {
		in.Mouse = centre(last.Controls[r.IntN(len(last.Controls))].Rect)
	}
	in.Down = in.Pressed || r.IntN(4) == 0
	in.Wheel.Y = r.IntN(3) - 1
	var names []string
	for _, b := range bindings {
		names = append(names, b.keys...)
	}
	names = append(names, "Enter", "PageDown", "PageUp", "1", "4", "5", "6", "8", "9", "{", "}")
	for range r.IntN(4) {
		in.Keys = append(in.Keys, names[r.IntN(len(names))])
	}
	return in
}

// Parts of a scene lag behind: those of another network, of fewer images or of none
// are drawn, and whatever the user does to them does no harm.
func TestPartsThatDoNotBelongTogether(t *testing.T) {
	r := newRand(t)
	var from []*scene.Scene
	for _, name := range []string{"alexnet-mini", "cifar-quick"} {
		from = append(from, testScene(t, name))
	}
	from = append(from, notFinite(testScene(t, "alexnet-mini")))
	source := &fixture{}
	v := New(source, &services{}, NewState())
	var last *ui.Frame
	for range 400 {
		if r.IntN(3) == 0 {
			source.Update(func(s *scene.Scene) { *s = *mixed(r, from) })
		}
		last = frame(v, 1280, 800, anything(r, last))
		v.Settled()
	}
}

// notFinite makes every value of what was computed from weights NaN or infinite.
func notFinite(s *scene.Scene) *scene.Scene {
	for _, x := range s.Weights.Params {
		spoil(x)
	}
	for _, x := range s.Answer.Layers {
		spoil(x)
	}
	for _, x := range []*tensor.Tensor{s.Answer.Input, s.Backward.Map, s.Occlusion.Drop, s.Occlusion.Activation} {
		spoil(x)
	}
	for i := range s.Answer.Probabilities {
		s.Answer.Probabilities[i] = float32(math.NaN())
	}
	for i := range s.Map.Points {
		s.Map.Points[i][0] = math.Inf(1)
	}
	for i := range s.Lens.Kernels {
		s.Lens.Kernels[i] = math.NaN()
	}
	return s
}

func spoil(x *tensor.Tensor) {
	for i := range x.Data {
		x.Data[i] = [...]float32{float32(math.NaN()), float32(math.Inf(1))}[i%2]
	}
}

// Pictures are made once, and forgotten when they are out of sight, whatever the
// values are.
func TestPicturesAreMadeOnce(t *testing.T) {
	whole, nan := testScene(t, "alexnet-mini"), notFinite(testScene(t, "alexnet-mini"))
	for _, s := range []*scene.Scene{whole, nan} {
		source := &fixture{}
		source.Update(func(to *scene.Scene) { *to = *s })
		for _, view := range scene.Views() {
			v := New(source, &services{}, NewState())
			v.State.View, v.State.Backward = view, scene.Deconvolution
			frame(v, 1280, 800, noInput)
			frame(v, 1280, 800, noInput)
			before := map[any]*memoEntry{}
			for k, e := range v.memos {
				before[k] = e
			}
			frame(v, 1280, 800, noInput)
			if len(v.memos) != len(before) {
				t.Errorf("%v: %d things are kept, then %d", view, len(before), len(v.memos))
			}
			for k, e := range v.memos {
				if before[k] != e {
					t.Errorf("%v: %T %+v is made anew", view, k, k)
				}
			}
		}
	}
}

// A unit of the network that was on show before can be pressed: what is drawn after
// that in the same frame has no such unit.
func TestUnitsThatTheNetworkLacksCanBePressed(t *testing.T) {
	const none = 5000
	for view, c := range map[scene.View]struct {
		press string
		spoil func(*scene.Scene)
	}{
		scene.AscentView: {"ascent.0", func(s *scene.Scene) { s.Ascent.Units[0] = none }},
		scene.PatchesView: {"guess.5000", func(s *scene.Scene) {
			s.Answer.Probabilities = make([]float32, none+1)
			s.Answer.Probabilities[none] = 1
		}},
		scene.LensView:   {"lens.5000", func(s *scene.Scene) { s.Lens.Kernels = make([]float64, 2*none); s.Lens.Kernels[none] = 1 }},
		scene.HealthView: {"dead.conv1.5000", func(s *scene.Scene) { s.Survey.Layers[0].Dead = []int{none} }},
	} {
		s := testScene(t, "alexnet-mini")
		c.spoil(s)
		source := &fixture{}
		source.Update(func(to *scene.Scene) { *to = *s })
		v := New(source, &services{}, NewState())
		v.State.View = view
		f := frame(v, 1280, 800, noInput)
		frame(v, 1280, 800, press(control(t, f, c.press).Rect))
		if u := v.State.Unit; u.Channel >= v.units(u.Layer) {
			t.Errorf("%v: selected %v of %d units", view, u, v.units(u.Layer))
		}
	}
}
