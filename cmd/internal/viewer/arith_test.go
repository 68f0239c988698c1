package viewer

import (
	"image"
	"math"
	"math/rand/v2"
	"testing"

	"tandem/cmd/internal/scene"
	"tandem/engine/cpu"
	"tandem/engine/device"
	"tandem/engine/nn"
	"tandem/engine/tensor"
)

// oddNetwork has every kind of layer whose arithmetic can be shown, and odd sizes:
// groups, strides, padding that differs from side to side, a partial last window.
func oddNetwork() *nn.Network {
	p := nn.ParamSpec{Std: 0.3, Value: 0.1, RateFactor: 1}
	node := func(name string, l nn.Layer, in string) nn.Node {
		return nn.Node{Name: name, Layer: l, Inputs: []string{in}}
	}
	return &nn.Network{Name: "odd", Input: tensor.Shape{3, 17, 13}, Towers: 1, Nodes: []nn.Node{
		node("conv1", &nn.Conv{Filters: 6, Window: nn.Window{Kernel: 5, Stride: 2, Pads: []int{3, 1, 0, 2}, Ceil: true}, Weight: p, Bias: p}, nn.DataNode),
		node("relu1", &nn.Activation{F: device.ReLU}, "conv1"),
		node("grouped", &nn.Conv{Filters: 4, Window: nn.Window{Kernel: 3, Pad: 1}, Groups: 2, Weight: p, Bias: p}, "relu1"),
		node("tanh", &nn.Activation{F: device.Tanh}, "grouped"),
		node("linear", &nn.Conv{Filters: 5, Window: nn.Window{Kernel: 2}, Weight: p, Bias: p}, "tanh"),
		node("pool", &nn.Pool{Kind: "max", Window: nn.Window{Kernel: 2}}, "linear"),
		node("local", &nn.Conv{Filters: 3, Window: nn.Window{Kernel: 3, Pad: 1, Stride: 2}, Local: true, Weight: p, Bias: p}, "pool"),
		node("sigmoid", &nn.Activation{F: device.Sigmoid}, "local"),
		node("fc1", &nn.FC{Outputs: 7, Weight: p, Bias: p}, "sigmoid"),
		node("relu2", &nn.Activation{F: device.ReLU}, "fc1"),
		node("drop", &nn.Dropout{Keep: 0.5}, "relu2"),
		node("fc2", &nn.FC{Outputs: 3, Weight: p, Bias: p}, "drop"),
		node("inverted", &nn.Dropout{Keep: 0.7, Inverted: true}, "fc2"),
		node("softmax", &nn.Softmax{}, "inverted"),
	}}
}

// computed runs a network on a random image and returns it as a scene.
func computed(t *testing.T, net *nn.Network) *scene.Scene {
	t.Helper()
	d := cpu.New(1)
	defer d.Close()
	m, err := nn.New(net, nn.Options{Batch: 1, Devices: []device.Device{d}, Inference: true})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	m.Init(rand.Uint64())
	r := rand.New(rand.NewPCG(rand.Uint64(), 0))
	s := &scene.Scene{Network: testNetwork(t, net), Weights: &scene.Weights{Params: map[string]*tensor.Tensor{}}}
	s.Answer = &scene.Answer{Input: noise(r, 1, net.Input...), Layers: map[string]*tensor.Tensor{}}
	m.Load(s.Answer.Input.Data, []float32{0})
	m.Infer()
	for _, n := range net.Nodes {
		x, err := m.Activation(n.Name, 1)
		if err != nil {
			t.Fatal(err)
		}
		s.Answer.Layers[n.Name] = &tensor.Tensor{Shape: x.Shape[1:], Data: x.Data}
	}
	for _, p := range m.Params() {
		if s.Weights.Params[p.Name], err = m.ReadParam(p.Name, nn.Weights); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// What the window says of a value is what the engine has computed, at every place of
// every unit of every layer.
func TestArithmeticIsTheEngines(t *testing.T) {
	s := computed(t, oddNetwork())
	shown := 0
	for _, n := range s.Network.Net.Nodes {
		x := s.Answer.Layers[n.Name]
		maps := threeD(x.Shape)
		for i, want := range x.Data {
			u := scene.Unit{Layer: n.Name, Channel: i / (maps[1] * maps[2])}
			at := image.Pt(i%maps[2], i/maps[2]%maps[1])
			r, ok := work(s.Network, s.Weights, s.Answer, u, at)
			if !ok {
				break
			}
			shown++
			if got := r.value(); !(math.Abs(got-float64(want)) <= 1e-5*(1+math.Abs(got))) {
				t.Fatalf("%s, unit %d at %v: %g, want %g", n.Name, u.Channel, at, got, want)
			}
		}
	}
	want := 0
	for name, x := range s.Answer.Layers {
		if name != "pool" && name != "softmax" {
			want += len(x.Data)
		}
	}
	if shown != want {
		t.Errorf("arithmetic of %d values, want %d", shown, want)
	}
}

// Sums and stages are those of the value's own layer, the stages in order.
func TestArithmeticSaysWhatCameAfter(t *testing.T) {
	s := computed(t, oddNetwork())
	for layer, want := range map[string][]string{
		"conv1": {"relu"}, "relu1": {"relu"}, "linear": nil, "fc1": {"relu"}, "drop": {"relu", "dropout"}, "fc2": {"dropout"}, "sigmoid": {"sigmoid"},
	} {
		r, ok := work(s.Network, s.Weights, s.Answer, scene.Unit{Layer: layer, Channel: 1}, image.Point{})
		var got []string
		for _, st := range r.Then {
			got = append(got, st.Type)
		}
		if !ok || len(got) != len(want) {
			t.Errorf("%s: %v %v, want %v", layer, ok, got, want)
			continue
		}
		for i := range want {
			if got[i] != want[i] {
				t.Errorf("%s: %v, want %v", layer, got, want)
			}
		}
	}
}

// A grouped unit reads its own group's channels, and padding counts as zero.
func TestArithmeticReadsItsGroupAndPadding(t *testing.T) {
	s := computed(t, oddNetwork())
	r, ok := work(s.Network, s.Weights, s.Answer, scene.Unit{Layer: "grouped", Channel: 3}, image.Pt(0, 0))
	if !ok || r.First != 3 || len(r.Sums) != 3 || r.Window != image.Rect(-1, -1, 2, 2) {
		t.Fatalf("%v: channels from %d, %d of them, window %v", ok, r.First, len(r.Sums), r.Window)
	}
	for p := range 9 {
		at := image.Pt(p%3, p/3)
		x, w, padded := r.factors(1, at)
		if padded != (at.X == 0 || at.Y == 0) {
			t.Errorf("padded %v at %v", padded, at)
		}
		if want := s.Weights.Params["grouped.weight"].Data[(3*3+1)*9+p]; w != want {
			t.Errorf("weight %g at %v, want %g", w, at, want)
		}
		relu := s.Answer.Layers["relu1"]
		if want := relu.Data[4*relu.Shape[1]*relu.Shape[2]+(at.Y-1)*relu.Shape[2]+at.X-1+0]; !padded && x != want {
			t.Errorf("input %g at %v, want %g", x, at, want)
		}
	}
}

// Parts of a scene may lag behind each other, or be missing: then there is nothing
// to show, and nothing breaks.
func TestArithmeticRefusesWhatDoesNotFit(t *testing.T) {
	s := computed(t, oddNetwork())
	u := scene.Unit{Layer: "grouped", Channel: 1}
	less := func(names ...string) *scene.Weights {
		w := &scene.Weights{Params: map[string]*tensor.Tensor{}}
		for k, v := range s.Weights.Params {
			w.Params[k] = v
		}
		for _, n := range names {
			delete(w.Params, n)
		}
		return w
	}
	small := less()
	small.Params["grouped.weight"] = tensor.New(1, 3, 3, 3)
	other := *s.Answer
	other.Layers = map[string]*tensor.Tensor{"relu1": tensor.New(6, 2, 2)}
	for name, ok := range map[string]bool{
		"no network": first(work(nil, s.Weights, s.Answer, u, image.Point{})),
		"no weights": first(work(s.Network, nil, s.Answer, u, image.Point{})),
		"no answer":  first(work(s.Network, s.Weights, nil, u, image.Point{})),
		"no kernel":  first(work(s.Network, less("grouped.weight"), s.Answer, u, image.Point{})),
		"no bias":    first(work(s.Network, less("grouped.bias"), s.Answer, u, image.Point{})),
		"few":        first(work(s.Network, small, s.Answer, u, image.Point{})),
		"small maps": first(work(s.Network, s.Weights, &other, u, image.Point{})),
		"a pool":     first(work(s.Network, s.Weights, s.Answer, scene.Unit{Layer: "pool"}, image.Point{})),
	} {
		if ok {
			t.Errorf("%s: arithmetic of what is not there", name)
		}
	}
}

func first(_ arithmetic, ok bool) bool { return ok }

// NaN in the input is NaN in the sum, and is not taken for zero by the ReLU.
func TestArithmeticKeepsNaN(t *testing.T) {
	s := computed(t, oddNetwork())
	s.Answer.Input.Data[0] = float32(math.NaN())
	r, ok := work(s.Network, s.Weights, s.Answer, scene.Unit{Layer: "conv1"}, image.Pt(0, 0))
	if !ok || !math.IsNaN(r.value()) {
		t.Errorf("%v, value %g", ok, r.value())
	}
}

// value is what the unit puts out in the end.
func (r *arithmetic) value() float64 {
	if n := len(r.Then); n > 0 {
		return r.Then[n-1].Value
	}
	return r.Sum
}
