package lab

import (
	"strings"
	"testing"

	"tandem/cmd/internal/scene"
	"tandem/engine/data"
	"tandem/engine/nn"
	"tandem/engine/tensor"
)

func TestNetworksThatDoNotFit(t *testing.T) {
	grey := strings.Replace(tinyJSON, "[3, 11, 11]", "[2, 11, 11]", 1)
	wide := strings.Replace(tinyJSON, "[3, 11, 11]", "[3, 11, 12]", 1)
	for name, c := range map[string]struct {
		net   string
		stats *data.Stats
		want  string
	}{
		"no statistics":  {tinyJSON, nil, "network tiny needs the statistics of the data that it learns from"},
		"two channels":   {grey, statsOf(stored), "network tiny takes images of 2 channels; only grey and coloured ones can be shown"},
		"few classes":    {strings.Replace(tinyJSON, `"outputs": 5`, `"outputs": 4`, 1), statsOf(stored), "network tiny tells 4 classes apart, the images to look at are of 5"},
		"no square":      {wide, statsOf(stored), "network tiny takes images of 3x11x12, those that it learned from make 3x11x11"},
		"small images":   {tinyJSON, statsOf(tensor.Shape{3, 14, 10}), "network tiny: a crop of 11 pixels does not fit"},
		"other images":   {tinyJSON, statsOf(tensor.Shape{3, 12, 14}), "network tiny learned from images of 3x12x14, these are 3x14x12: open them at the same size"},
		"other channels": {tinyJSON, statsOf(tensor.Shape{1, 14, 12}), "network tiny takes images of 3x11x11, those that it learned from make 1x11x11"},
	} {
		l := New(Options{Board: &scene.Board{}, Images: noise{shape: stored, n: 1}})
		if err := l.SetNetwork(parse(t, c.net), c.stats); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
		if n, _ := l.take(true); n.network != nil {
			t.Errorf("%s: taken all the same", name)
		}
	}
}

// Another network may come, for images stored in the same shape.
func TestAnotherNetwork(t *testing.T) {
	net := tinyNet(t)
	other := must[*nn.Network](t)(nn.Build("cifar-quick", nn.BuildOptions{Image: tensor.Shape{3, 12, 12}, Classes: 3}))
	same, squares := statsOf(stored), statsOf(tensor.Shape{3, 12, 12})
	visitEmpty(t, Options{}, func(t *testing.T, r *room) {
		if err := r.SetNetwork(net, same); err != nil {
			t.Fatal(err)
		}
		r.Open("cat.png", png(t, 12, 14))
		r.SetWeights(weightsOf(t, net, 1))
		if n := len(r.scene().Answer.Probabilities); n != 5 {
			t.Errorf("%d classes", n)
		}
		if err := r.SetNetwork(other, squares); err == nil || !strings.Contains(err.Error(), "learned from images of 3x12x12, these are 3x14x12") {
			t.Errorf("images of another shape: %v", err)
		}
		other.Recipe.Images.Subtract = "none"
		if err := r.SetNetwork(other, same); err != nil {
			t.Fatal(err)
		}
		r.SetWeights(weightsOf(t, net, 2)) // late
		if s := r.scene(); s.Answer != nil || len(notices(s)) != 1 {
			t.Errorf("weights of the network before: %+v, %q", s.Answer, notices(s))
		}
		r.SetWeights(weightsOf(t, other, 3))
		if a := r.scene().Answer; len(a.Probabilities) != 3 || a.Step != 3 || a.Name != "cat.png" {
			t.Errorf("got %+v", a)
		}
	})
}

// Weights that are not whole leave the ones before in place.
func TestWeightsThatAreNotWhole(t *testing.T) {
	visit(t, Options{Images: noise{shape: stored, n: 1}}, func(t *testing.T, r *room) {
		r.scene()
		cut, bent := weightsOf(t, r.net, 2), weightsOf(t, r.net, 3)
		delete(cut.Params, "fc4.weight")
		bent.Params["conv1.bias"] = tensor.New(7)
		for _, w := range []*scene.Weights{cut, bent} {
			r.SetWeights(w)
			r.scene()
		}
		got := notices(r.scene())
		want := []string{"the weights of step 2 are without fc4.weight, which network tiny needs", "in the weights of step 3, conv1.bias is 7, but network tiny needs 6"}
		if strings.Join(got, "|") != strings.Join(want, "|") || r.scene().Answer.Step != 1 {
			t.Errorf("got %q and an answer of step %d", got, r.scene().Answer.Step)
		}
	})
}
