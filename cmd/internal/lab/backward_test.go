package lab

import (
	"image"
	"slices"
	"strings"
	"testing"

	"tandem/cmd/internal/scene"
	"tandem/engine/cpu"
	"tandem/engine/device"
	"tandem/engine/nn"
	"tandem/engine/tensor"
	"tandem/engine/viz/saliency"
)

// passed returns a model of the network that an answer's input has just passed.
func passed(t *testing.T, net *nn.Network, w *scene.Weights, a *scene.Answer) *nn.Model {
	t.Helper()
	d := cpu.New(1)
	m := must[*nn.Model](t)(nn.New(net, nn.Options{Batch: 1, Devices: []device.Device{d}, Inference: true, InputGradient: true}))
	t.Cleanup(func() { m.Close(); d.Close() })
	for name, p := range w.Params {
		if err := m.WriteParam(name, nn.Weights, p); err != nil {
			t.Fatal(err)
		}
	}
	m.Load(a.Input.Data, []float32{0})
	m.Forward(false)
	return m
}

// All modes against the engine's own, called on a model of the test's.
func TestBackwardModes(t *testing.T) {
	visit(t, Options{Images: noise{shape: stored, n: 3}}, func(t *testing.T, r *room) {
		w := weightsOf(t, r.net, 1)
		unit := scene.Unit{Layer: "pool1", Channel: 3}
		u := saliency.Unit{Layer: "pool1", Channel: 3}
		for mode := scene.NoBackward + 1; int(mode) < scene.Modes(); mode++ {
			r.Want(scene.Want{Photo: 2, Unit: unit, Backward: mode})
			s := r.scene()
			m := passed(t, r.net, w, s.Answer)
			var want *tensor.Tensor
			switch mode {
			case scene.Deconvolution:
				want = must[*tensor.Tensor](t)(saliency.Deconvolution(m, u, 1))
			case scene.Guided:
				want = must[*tensor.Tensor](t)(saliency.GuidedBackpropagation(m, u, 1))
			case scene.Gradient, scene.GradientTimesInput:
				want = must[*tensor.Tensor](t)(saliency.InputGradient(m, u, 1))
			case scene.ClassSaliency:
				continue // below
			}
			if mode == scene.GradientTimesInput {
				for i, x := range s.Answer.Input.Data {
					want.Data[i] *= x
				}
			}
			b := s.Backward
			equal(t, mode.String(), b.Map, &tensor.Tensor{Shape: tensor.Shape{3, 11, 11}, Data: want.Data})
			if b.Mode != mode || b.Unit != unit || b.Photo != 2 || b.Step != 1 {
				t.Errorf("%v: got %+v", mode, b)
			}
			checkPlace(t, b, s.Answer.Layers["pool1"])
		}
	})
}

// The unit is strongest where it is said to be, and that place of pool1 sees 3 + 2
// pixels around twice its column and row.
func checkPlace(t *testing.T, b *scene.Backward, layer *tensor.Tensor) {
	t.Helper()
	channel := layer.Data[b.Unit.Channel*25:][:25]
	if largest := slices.Max(channel); b.Value != largest || channel[b.At.Y*5+b.At.X] != largest {
		t.Errorf("got %g at %v of %v", b.Value, b.At, channel)
	}
	lo := b.At.Mul(2).Sub(image.Pt(1, 1))
	if want := (image.Rectangle{lo, lo.Add(image.Pt(5, 5))}).Intersect(image.Rect(0, 0, 11, 11)); b.Field != want {
		t.Errorf("the field of %v is %v, want %v", b.At, b.Field, want)
	}
}

// Straight behind the first convolution the ways back are known: its kernel, which
// deconvolution scales by the activation. It is the same from the convolution and
// from the ReLU that has taken its place.
func TestBackwardStartsFromTheUnit(t *testing.T) {
	visit(t, Options{Images: noise{shape: stored, n: 3}}, func(t *testing.T, r *room) {
		w := weightsOf(t, r.net, 1)
		for _, layer := range []string{"conv1", "relu1"} {
			for mode := scene.Deconvolution; mode <= scene.Gradient; mode++ {
				for channel := range 6 {
					r.Want(scene.Want{Unit: scene.Unit{Layer: layer, Channel: channel}, Backward: mode})
					b := r.scene().Backward
					factor := 1.0
					if mode == scene.Deconvolution {
						factor = float64(b.Value)
					}
					if b.Value == 0 {
						t.Logf("channel %d is off", channel)
						continue
					}
					near(t, layer+" by "+mode.String(), b.Map.Data, kernelAt(w.Params["conv1.weight"], channel, b.At, factor), tolerance)
				}
			}
		}
	})
}

// kernelAt lays a kernel of 3 x 3 with padding 1 where the unit looks.
func kernelAt(w *tensor.Tensor, channel int, at image.Point, factor float64) []float64 {
	out := make([]float64, 3*121)
	for i, v := range w.Data[channel*27:][:27] {
		y, x := at.Y-1+i/3%3, at.X-1+i%3
		if y >= 0 && y < 11 && x >= 0 && x < 11 {
			out[i/9*121+y*11+x] = factor * float64(v)
		}
	}
	return out
}

// A unit that a negative bias keeps off passes no gradient behind its ReLU, but one
// before it.
func TestBackwardOfAUnitThatIsOff(t *testing.T) {
	visit(t, Options{Images: noise{shape: stored, n: 3}}, func(t *testing.T, r *room) {
		w := weightsOf(t, r.net, 2)
		w.Params["conv1.bias"].Data[4] = -1e6
		r.SetWeights(w)
		for layer, moved := range map[string]bool{"relu1": false, "conv1": true} {
			r.Want(scene.Want{Unit: scene.Unit{Layer: layer, Channel: 4}, Backward: scene.Gradient})
			b := r.scene().Backward
			some := slices.ContainsFunc(b.Map.Data, func(v float32) bool { return v != 0 })
			if b.Value != 0 || some != moved {
				t.Errorf("%s: value %g, a gradient: %v, want %v", layer, b.Value, some, moved)
			}
		}
	})
}

// A class is its score, whether named in the softmax or before, and the class
// saliency is the likeliest's, whatever the unit.
func TestBackwardOfClasses(t *testing.T) {
	visit(t, Options{Images: noise{shape: stored, n: 3}}, func(t *testing.T, r *room) {
		want := func(layer string, mode scene.Mode) *scene.Backward {
			r.Want(scene.Want{Unit: scene.Unit{Layer: layer, Channel: 2}, Backward: mode})
			return r.scene().Backward
		}
		score, probability := want("fc5", scene.Gradient), want("softmax", scene.Gradient)
		equal(t, "softmax", probability.Map, score.Map)
		if probability.Unit.Layer != "softmax" || probability.Value != score.Value || probability.Field != image.Rect(0, 0, 11, 11) {
			t.Errorf("got %+v, want %+v", probability, score)
		}
		b, a := want("", scene.ClassSaliency), r.scene().Answer
		class := likeliest(a.Probabilities)
		m := passed(t, r.net, weightsOf(t, r.net, 1), a)
		equal(t, "class saliency", b.Map, must[*tensor.Tensor](t)(saliency.ClassSaliency(m, []int{class})))
		if b.Unit != (scene.Unit{Layer: "fc5", Channel: class}) || b.Value != a.Layers["fc5"].Data[class] || !b.Map.Shape.Equal(tensor.Shape{1, 11, 11}) {
			t.Errorf("got %+v", b)
		}
		if again := want("conv2", scene.ClassSaliency); again != b {
			t.Error("another unit, yet the same class saliency was computed anew")
		}
	})
}

// What goes back goes through the network that answered: with units off, without
// them.
func TestBackwardWithUnitsOff(t *testing.T) {
	visit(t, Options{Images: noise{shape: stored, n: 3}}, func(t *testing.T, r *room) {
		off := []scene.Unit{{Layer: "relu2", Channel: 0}, {Layer: "conv1", Channel: 3}}
		r.Want(scene.Want{Unit: scene.Unit{Layer: "fc5", Channel: 1}, Backward: scene.Gradient, Ablated: off})
		s := r.scene()
		w := weightsOf(t, r.net, 1)
		for _, u := range []scene.Unit{{Layer: "conv2", Channel: 0}, {Layer: "conv1", Channel: 3}} {
			k := w.Params[u.Layer+".weight"]
			size := k.Shape[1:].Size()
			clear(k.Data[u.Channel*size:][:size])
			w.Params[u.Layer+".bias"].Data[u.Channel] = 0
		}
		m := passed(t, r.net, w, s.Answer)
		want := must[*tensor.Tensor](t)(saliency.InputGradient(m, saliency.Unit{Layer: "fc5", Channel: 1}, 1))
		equal(t, "gradient", s.Backward.Map, &tensor.Tensor{Shape: want.Shape[1:], Data: want.Data})
	})
}

func TestBackwardWithoutAUnit(t *testing.T) {
	visit(t, Options{Images: noise{shape: stored, n: 3}}, func(t *testing.T, r *room) {
		for _, u := range []scene.Unit{{}, {Layer: "data", Channel: 1}} {
			r.Want(scene.Want{Unit: u, Backward: scene.Guided})
			if s := r.scene(); s.Backward != nil || len(s.Notices) > 0 {
				t.Errorf("%+v: got %+v, %v", u, s.Backward, s.Notices)
			}
		}
		for u, want := range map[scene.Unit]string{{Layer: "conv7"}: `no layer "conv7"`, {Layer: "fc5", Channel: 5}: "layer fc5 has units 0 to 4, got 5"} {
			r.Want(scene.Want{Unit: u, Backward: scene.Guided})
			if got := notices(r.scene()); len(got) == 0 || !strings.Contains(got[len(got)-1], want) {
				t.Errorf("%+v: got %q, want %s", u, got, want)
			}
		}
	})
}
