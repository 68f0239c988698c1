package nn_test

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"tandem/engine/nn"
)

// retuned changes a network's dropout and the decay of one weight and one bias.
func retuned(net *nn.Network, keep, decay float32) *nn.Network {
	return net.WithKeep(keep).WithDecay(map[string]float32{"conv1.weight": decay, "fc8.bias": decay / 3})
}

// twin returns a new model of a network with the state of another one.
func twin(t *testing.T, m *nn.Model, net *nn.Network, workers []int) *nn.Model {
	t.Helper()
	other, err := nn.New(net, nn.Options{Batch: m.Batch(), Devices: cpus(t, workers...)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(other.Close)
	for _, p := range m.Params() {
		for _, k := range []nn.Kind{nn.Weights, nn.Gradient, nn.Velocity} {
			v, err := m.ReadParam(p.Name, k)
			if err != nil {
				t.Fatal(err)
			}
			if err := other.WriteParam(p.Name, k, v); err != nil {
				t.Fatal(err)
			}
		}
	}
	return other
}

// A retuned model goes on as a new one that was made of the changed network,
// in training and in inference, on one device and on two.
func TestRetunedModelsGoOnLikeNewOnes(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	draw := rand.New(rand.NewPCG(seed, 0))
	for name, workers := range map[string][]int{"one device": {2}, "two devices": {1, 2}} {
		t.Run(name, func(t *testing.T) {
			m := newGolden(t, cpus(t, workers...))
			unchanged := twin(t, m, m.Net, workers)
			for step := range 3 { // makes the recordings that must not be replayed again
				load(m, seed, step)
				m.Train()
				m.Infer()
				load(unchanged, seed, step)
				unchanged.Train()
			}
			net := retuned(m.Net, 0.1+0.8*draw.Float32(), draw.Float32())
			fresh := twin(t, m, net, workers)
			if err := m.Retune(net); err != nil {
				t.Fatal(err)
			}
			for step := 3; step < 6; step++ {
				for _, each := range []*nn.Model{m, fresh, unchanged} {
					load(each, seed, step)
					each.Train()
				}
			}
			sameBits(t, "after 3 more steps", state(t, m), state(t, fresh))
			if slices.EqualFunc(state(t, m), state(t, unchanged), slices.Equal) {
				t.Error("the change changed nothing")
			}
			m.Infer()
			fresh.Infer()
			sameBits(t, "inference", state(t, m), state(t, fresh))
		})
	}
}

// Changed networks are new ones: the old one stays as it was.
func TestChangingANetworkLeavesTheOldOne(t *testing.T) {
	net := goldenNet(t)
	before := marshal(t, net)
	recipe := net.Recipe
	recipe.Rate *= 2
	other := retuned(net, 0.75, 0.125).WithRecipe(recipe)
	if after := marshal(t, net); after != before {
		t.Errorf("the network was\n%s\nand is\n%s", before, after)
	}
	params, err := other.Params()
	if err != nil {
		t.Fatal(err)
	}
	was, err := net.Params()
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range params {
		want := was[i].ParamSpec
		switch p.Name {
		case "conv1.weight":
			want.Decay = 0.125
		case "fc8.bias":
			want.Decay = float32(0.125) / 3
		}
		if p.ParamSpec != want {
			t.Errorf("%s: %+v, want %+v", p.Name, p.ParamSpec, want)
		}
	}
	if other.Recipe.Rate != recipe.Rate {
		t.Errorf("rate %g, want %g", other.Recipe.Rate, recipe.Rate)
	}
	for _, n := range other.Nodes {
		if l, ok := n.Layer.(*nn.Dropout); ok && l.Keep != 0.75 {
			t.Errorf("%s keeps %g", n.Name, l.Keep)
		}
	}
}

func TestRetuningToNonsense(t *testing.T) {
	for _, workers := range [][]int{{1}, {1, 1}} {
		m := newGolden(t, cpus(t, workers...))
		before := m.Net
		if err := m.Retune(m.Net.WithKeep(1.5)); err == nil || !strings.Contains(err.Error(), "keep must be above 0 and at most 1, got 1.5") || m.Net != before {
			t.Errorf("on %d devices: got %v", len(workers), err)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("another network was taken for the model's own")
		}
	}()
	other, err := nn.Build("cifar-quick", nn.BuildOptions{})
	if err != nil {
		t.Fatal(err)
	}
	newGolden(t, cpus(t, 1)).Retune(other)
}

func marshal(t *testing.T, net *nn.Network) string {
	t.Helper()
	b, err := json.Marshal(net)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
