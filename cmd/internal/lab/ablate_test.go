package lab

import (
	"slices"
	"strings"
	"testing"

	"tandem/cmd/internal/scene"
)

// Units switched off in layers of each kind, against a pass in float64 in which the
// channels are set to zero.
func TestAblationAgreesWithBruteForce(t *testing.T) {
	for name, c := range map[string]struct{ off, zero []scene.Unit }{
		"convolution": {[]scene.Unit{{Layer: "conv1", Channel: 5}}, []scene.Unit{{Layer: "conv1", Channel: 5}}},
		"relu":        {[]scene.Unit{{Layer: "relu1", Channel: 0}}, []scene.Unit{{Layer: "relu1", Channel: 0}}},
		"norm":        {[]scene.Unit{{Layer: "norm1", Channel: 2}}, []scene.Unit{{Layer: "conv1", Channel: 2}}},
		"pool":        {[]scene.Unit{{Layer: "pool1", Channel: 2}}, []scene.Unit{{Layer: "relu1", Channel: 2}}},
		"groups":      {[]scene.Unit{{Layer: "conv2", Channel: 3}, {Layer: "relu2", Channel: 1}}, []scene.Unit{{Layer: "conv2", Channel: 3}, {Layer: "conv2", Channel: 1}}},
		"local":       {[]scene.Unit{{Layer: "tanh3", Channel: 1}}, []scene.Unit{{Layer: "local3", Channel: 1}}},
		"joined":      {[]scene.Unit{{Layer: "join", Channel: 2}, {Layer: "join", Channel: 4}}, []scene.Unit{{Layer: "tanh3", Channel: 2}, {Layer: "relu2b", Channel: 1}}},
		"connected":   {[]scene.Unit{{Layer: "drop4", Channel: 6}, {Layer: "fc4", Channel: 0}}, []scene.Unit{{Layer: "drop4", Channel: 6}, {Layer: "fc4", Channel: 0}}},
		"score":       {[]scene.Unit{{Layer: "fc5", Channel: 4}}, []scene.Unit{{Layer: "fc5", Channel: 4}}},
	} {
		t.Run(name, func(t *testing.T) {
			visit(t, Options{Images: noise{shape: stored, n: 2}}, func(t *testing.T, r *room) {
				r.Want(scene.Want{Ablated: c.off})
				a := r.scene().Answer
				w := weightsOf(t, r.net, 1)
				near(t, "ablated", a.Probabilities, newReference(t, r.net, w, a.Input.Data, c.zero...).out["softmax"], tolerance)
				near(t, "whole", a.Whole, newReference(t, r.net, w, a.Input.Data).out["softmax"], tolerance)
				if a.Ablated != len(c.off) {
					t.Errorf("%d units are off, want %d", a.Ablated, len(c.off))
				}
			})
		})
	}
}

// What is switched on again is as it was, whatever came between, and with new
// weights what is off stays off.
func TestAblationComesAndGoes(t *testing.T) {
	visit(t, Options{Images: noise{shape: stored, n: 2}}, func(t *testing.T, r *room) {
		first := r.scene().Answer
		one, two := scene.Unit{Layer: "conv1", Channel: 1}, scene.Unit{Layer: "relu2", Channel: 2}
		for _, off := range [][]scene.Unit{{one}, {two, one}, {two}, {one, one}, nil} {
			r.Want(scene.Want{Ablated: off})
			a := r.scene().Answer
			input := a.Input.Data
			near(t, "off", a.Probabilities, newReference(t, r.net, weightsOf(t, r.net, 1), input, off...).out["softmax"], tolerance)
		}
		if got := r.scene().Answer; !slices.Equal(got.Probabilities, first.Probabilities) || got.Ablated != 0 || got.Whole != nil {
			t.Errorf("with all on again: %+v, want %v", got, first.Probabilities)
		}
		r.Want(scene.Want{Ablated: []scene.Unit{two, two}})
		r.SetWeights(weightsOf(t, r.net, 2))
		a := r.scene().Answer
		near(t, "new weights", a.Probabilities, newReference(t, r.net, weightsOf(t, r.net, 2), a.Input.Data, two).out["softmax"], tolerance)
		if a.Ablated != 1 {
			t.Errorf("one unit named twice counts as %d", a.Ablated)
		}
	})
}

// The weights that others hold stay as they are.
func TestAblationLeavesSharedWeightsAlone(t *testing.T) {
	visit(t, Options{Images: noise{shape: stored, n: 2}}, func(t *testing.T, r *room) {
		w := weightsOf(t, r.net, 2)
		r.SetWeights(w)
		r.Want(scene.Want{Ablated: []scene.Unit{{Layer: "local3"}, {Layer: "fc4", Channel: 3}}})
		r.scene()
		for name, was := range weightsOf(t, r.net, 2).Params {
			equal(t, name, w.Params[name], was)
		}
	})
}

// Each unit that cannot be switched off is a notice, once, and the others are off.
func TestUnitsThatCannotBeSwitchedOff(t *testing.T) {
	visit(t, Options{Images: noise{shape: stored, n: 2}}, func(t *testing.T, r *room) {
		good := scene.Unit{Layer: "conv1", Channel: 1}
		bad := []scene.Unit{{Layer: "conv9"}, {Layer: "conv1", Channel: 6}, {Layer: "relu1", Channel: -1}, {Layer: "softmax"}, {Layer: "data"}}
		want := []string{`no layer "conv9"`, "layer conv1 has units 0 to 5, got 6", "layer relu1 has units 0 to 5, got -1", "choose its unit in fc5", `no layer "data"`}
		for range 3 {
			r.Want(scene.Want{Ablated: append([]scene.Unit{good}, bad...)})
			r.scene()
		}
		s := r.scene()
		got := notices(s)
		if len(got) != len(want) {
			t.Fatalf("got notices %q", got)
		}
		for i, text := range got {
			if !strings.Contains(text, want[i]) {
				t.Errorf("got %q, want %s", text, want[i])
			}
		}
		near(t, "the good one", s.Answer.Probabilities, newReference(t, r.net, weightsOf(t, r.net, 1), s.Answer.Input.Data, good).out["softmax"], tolerance)
	})
}

func TestSigmoidsAndThePictureItselfCannotBeSwitchedOff(t *testing.T) {
	n := must[*network](t)(newNetwork(parse(t, `{"name": "odd", "input": [1, 4, 4], "nodes": [
		{"name": "pool0", "type": "pool", "kind": "average", "kernel": 2, "stride": 2},
		{"name": "fc1", "type": "fc", "outputs": 3, "weight": {}, "bias": {}},
		{"name": "sigmoid1", "type": "sigmoid"},
		{"name": "softmax", "type": "softmax"}],
		"recipe": {"batch": 1, "epochs": 1, "rate": 1, "momentum": 0, "schedule": {"kind": "constant"}, "images": {"subtract": "none", "scale": 1}}}`),
		statsOf([]int{1, 4, 4})))
	for layer, want := range map[string]string{
		"sigmoid1": "the sigmoid of zero is one half, so units of sigmoid1 cannot be switched off; choose them in fc1",
		"pool0":    "layer pool0 shows the image itself, which cannot be switched off",
	} {
		if _, _, err := n.source(scene.Unit{Layer: layer}); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
