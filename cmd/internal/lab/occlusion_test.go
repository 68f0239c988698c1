package lab

import (
	"context"
	"math"
	"strings"
	"testing"

	"tandem/cmd/internal/scene"
	"tandem/engine/nn"
	"tandem/engine/tensor"
	"tandem/engine/viz/saliency"
)

// The lab's maps, in batches and with its own choice of side and stride, against
// the engine's on a model of one image at a time.
func TestOcclusion(t *testing.T) {
	for name, c := range map[string]struct {
		want         scene.Want
		side, stride int
	}{
		"chosen":   {scene.Want{Unit: scene.Unit{Layer: "pool1", Channel: 1}}, 2, 1},
		"whole":    {scene.Want{OccludeSide: math.MaxInt, OccludeStride: math.MaxInt}, 22, 11},
		"own":      {scene.Want{Unit: scene.Unit{Layer: "fc4", Channel: 6}, OccludeSide: 4, OccludeStride: 3}, 4, 3},
		"no unit":  {scene.Want{Unit: scene.Unit{Layer: "data"}}, 2, 1},
		"unit off": {scene.Want{Ablated: []scene.Unit{{Layer: "conv1", Channel: 2}}, OccludeStride: 2}, 2, 2},
	} {
		t.Run(name, func(t *testing.T) {
			visit(t, Options{Images: noise{shape: stored, n: 3}}, func(t *testing.T, r *room) {
				c.want.View, c.want.Photo = scene.OcclusionView, 1
				r.Want(c.want)
				s := r.scene()
				w := weightsOf(t, r.net, 1)
				for _, u := range c.want.Ablated {
					clear(w.Params["conv1.weight"].Data[u.Channel*27:][:27])
					w.Params["conv1.bias"].Data[u.Channel] = 0
				}
				checkOcclusion(t, s, passed(t, r.net, w, s.Answer), c.side, c.stride)
				if hasUnit := c.want.Unit.Layer != "" && c.want.Unit.Layer != nn.DataNode; s.Job != nil || hasUnit != (s.Occlusion.Activation != nil) {
					t.Errorf("job %v, activation %v", s.Job, s.Occlusion.Activation)
				}
			})
		})
	}
}

func checkOcclusion(t *testing.T, s *scene.Scene, m *nn.Model, side, stride int) {
	t.Helper()
	o := s.Occlusion
	if o.Class != likeliest(s.Answer.Probabilities) || o.Photo != 1 || o.Step != 1 || o.Side != side || o.Stride != stride {
		t.Errorf("got %+v", o)
	}
	direct := saliency.Occlusion{Class: o.Class, Side: side, Stride: stride, Unit: saliency.Unit{Layer: o.Unit.Layer, Channel: o.Unit.Channel}}
	want := must[*saliency.OcclusionMap](t)(direct.Run(context.Background(), m, s.Answer.Input))
	near(t, "drop", o.Drop.Data, doubles(want.Drop().Data), tolerance)
	near(t, "clear", []float32{o.Clear}, []float64{float64(want.ClearProbability)}, tolerance)
	if want.Activation != nil {
		near(t, "activation", o.Activation.Data, doubles(want.Activation.Data), tolerance)
	}
	for i, class := range want.Likeliest {
		if o.Likeliest[i] != class {
			t.Errorf("place %d is class %d, want %d", i, o.Likeliest[i], class)
		}
	}
}

func TestOcclusionOnlyWhereItIsLookedAt(t *testing.T) {
	visit(t, Options{Images: noise{shape: stored, n: 9}}, func(t *testing.T, r *room) {
		for _, v := range scene.Views() {
			if v == scene.OcclusionView {
				continue
			}
			r.Want(scene.Want{View: v})
			if r.scene().Occlusion != nil {
				t.Fatalf("computed for %v", v)
			}
		}
		r.Want(scene.Want{View: scene.OcclusionView, OccludeSide: -1})
		if got := notices(r.scene()); len(got) != 1 || !strings.Contains(got[0], "side and stride must be at least 1, got -1") {
			t.Errorf("got %q", got)
		}
		r.Want(scene.Want{View: scene.OcclusionView})
		if r.scene().Occlusion == nil {
			t.Error("after a mistake nothing more is computed")
		}
	})
}

func TestOcclusionSizes(t *testing.T) {
	for pixels, want := range map[int][2]int{1: {1, 1}, 8: {1, 1}, 24: {4, 1}, 25: {4, 2}, 28: {5, 2}, 32: {5, 2}, 48: {8, 2}, 50: {8, 3}, 224: {37, 10}, 227: {38, 10}} {
		side, stride := squares(pixels, pixels)
		if side != want[0] || stride != want[1] {
			t.Errorf("%d pixels: side %d and stride %d, want %v", pixels, side, stride, want)
		}
		if places := (pixels + stride - 1) / stride; places*places > 600 {
			t.Errorf("%d pixels: %d places", pixels, places*places)
		}
	}
}

// Zero is the mean where one is subtracted; else the square is grey.
func TestOccludingSquareIsGrey(t *testing.T) {
	net := tinyNet(t)
	n := must[*network](t)(newNetwork(net, statsOf(stored)))
	if g := n.grey(); g != nil {
		t.Errorf("with the mean subtracted: %v", g)
	}
	net = tinyNet(t)
	net.Recipe.Images.Subtract, net.Recipe.Images.Scale = "none", 0.5
	n = must[*network](t)(newNetwork(net, statsOf(stored)))
	want := tensor.New(3, 11, 11)
	for i := range want.Data {
		want.Data[i] = 63.75
	}
	equal(t, "grey", n.grey(), want)
	w := weightsOf(t, net, 1)
	visitEmpty(t, Options{Images: noise{shape: stored, n: 1}}, func(t *testing.T, r *room) {
		if err := r.SetNetwork(net, statsOf(stored)); err != nil {
			t.Fatal(err)
		}
		r.SetWeights(w)
		r.Want(scene.Want{View: scene.OcclusionView, OccludeSide: 5, OccludeStride: 11})
		s := r.scene()
		hidden := s.Answer.Input.Clone()
		for i := range hidden.Data {
			if x, y := i%11, i/11%11; x >= 3 && x < 8 && y >= 3 && y < 8 {
				hidden.Data[i] = 63.75
			}
		}
		p := newReference(t, net, w, hidden.Data).out["softmax"][s.Occlusion.Class]
		near(t, "hidden", []float32{s.Occlusion.Clear - s.Occlusion.Drop.Data[0]}, []float64{p}, tolerance)
	})
}
