package lab

import (
	"context"
	"math"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"tandem/cmd/internal/scene"
	"tandem/engine/cpu"
	"tandem/engine/data"
	"tandem/engine/device"
	"tandem/engine/nn"
	"tandem/engine/viz"
	"tandem/engine/viz/survey"
)

// truth is what a network makes of each image of a set, in float64.
type truth struct {
	of     []*reference
	labels []int
	stored [][]byte
	n      *network
}

func truthOf(t *testing.T, net *nn.Network, w *scene.Weights, ds data.Dataset) *truth {
	all := &truth{n: must[*network](t)(newNetwork(net, statsOf(ds.Shape())))}
	for i := range ds.Len() {
		stored := make([]byte, ds.Shape().Size())
		label := must[int](t)(ds.Read(i, stored))
		all.of = append(all.of, newReference(t, net, w, all.n.input(stored)))
		all.labels, all.stored = append(all.labels, label), append(all.stored, stored)
	}
	return all
}

func (a *truth) probabilities(i int) []float64 { return a.of[i].out["softmax"] }

func (a *truth) predicted(i int) int {
	p := a.probabilities(i)
	return slices.Index(p, slices.Max(p))
}

func (a *truth) loss(i int) float64 { return -math.Log(a.probabilities(i)[a.labels[i]]) }

// values returns what a unit of a layer put out for an image, at all places.
func (a *truth) values(i int, layer string, unit int) []float64 {
	area := a.n.shapes[layer][1:].Size()
	return a.of[i].out[layer][unit*area : (unit+1)*area]
}

// visitSets runs a lab with all products and some more, a network, and weights of
// step 1.
func visitSets(t *testing.T, net *nn.Network, o Options, f func(*testing.T, *room), more ...product) {
	t.Helper()
	t.Logf("seed %d", seed)
	visitEmpty(t, o, func(t *testing.T, r *room) {
		r.net = net
		r.products = func() []product { return append(products(o.Sets), more...) }
		if err := r.SetNetwork(net, statsOf(stored)); err != nil {
			t.Fatal(err)
		}
		r.SetWeights(weightsOf(t, net, 1))
		f(t, r)
	})
}

// watching is a want of a viewer that follows the newest weights.
func watching(v scene.View) scene.Want {
	return scene.Want{View: v, Checkpoint: scene.Newest, Label: scene.Any, Predicted: scene.Any}
}

// surveyedElsewhere makes a survey as a trainer would that validates.
func surveyedElsewhere(t *testing.T, r *room, w *scene.Weights, ds data.Dataset) *survey.Survey {
	t.Helper()
	d := cpu.New(1)
	defer d.Close()
	m := must[*nn.Model](t)(newModel(r.net, 8, []device.Device{d}))
	defer m.Close()
	if err := (&loaded{Model: m}).set(w, nil); err != nil {
		t.Fatal(err)
	}
	n := must[*network](t)(newNetwork(r.net, statsOf(stored)))
	l := must[*data.Loader](t)(data.NewEvalLoader(ds, n.stats, n.augment, m.Batch(), 1, data.LoaderOptions{Workers: 1}))
	defer l.Close()
	s := must[*survey.Survey](t)(survey.New(r.net, SurveyOptions(r.net)))
	if err := s.Run(t.Context(), m, l); err != nil {
		t.Fatal(err)
	}
	return s
}

// slow images take a while to read.
type slow struct {
	data.Dataset
	each  time.Duration
	reads atomic.Int64
}

func (s *slow) Read(i int, dst []byte) (int, error) {
	s.reads.Add(1)
	time.Sleep(s.each)
	return s.Dataset.Read(i, dst)
}

// watcher sees the scene whenever quick products can be computed, as in the middle
// of long ones.
type watcher struct{ see func(*scene.Scene) }

func (watcher) name() string                                          { return "watcher" }
func (watcher) long() bool                                            { return false }
func (watcher) compute(context.Context, *bench, *scene.Weights) error { return nil }

func (w watcher) wish(b *bench) wish {
	w.see(b.lab.options.Board.Scene())
	return wish{}
}

// unlabelled images are those of a folder without classes.
type unlabelled struct{ noise }

func (unlabelled) Classes() []string { return nil }

func (u unlabelled) Read(i int, dst []byte) (int, error) {
	_, err := u.noise.Read(i, dst)
	return viz.Unknown, err
}

func TestSamplesAreEven(t *testing.T) {
	for _, c := range []struct {
		n, count int
		want     []int
	}{{7, 0, []int{0, 1, 2, 3, 4, 5, 6}}, {7, 9, []int{0, 1, 2, 3, 4, 5, 6}}, {10, 4, []int{0, 2, 5, 7}}, {3, 1, []int{0}}} {
		b := &bench{network: must[*network](t)(newNetwork(tinyNet(t), statsOf(stored))), photos: photos{images: noise{shape: stored, n: c.n}}}
		s := b.sample(c.count)
		var got []int
		for i := range s.Len() {
			got = append(got, s.index(i))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%d of %d: %v, want %v", c.count, c.n, got, c.want)
		}
	}
}

func TestWindows(t *testing.T) {
	for _, c := range []struct{ unit, count, size, first, end int }{
		{0, 7, 64, 0, 7}, {6, 7, 64, 0, 7}, {64, 64, 64, 0, 64}, {63, 96, 64, 0, 64}, {64, 96, 64, 64, 96},
		{95, 96, 64, 64, 96}, {-1, 96, 64, 0, 64}, {1000, 96, 64, 64, 96},
	} {
		if first, end := window(c.unit, c.count, c.size); first != c.first || end != c.end {
			t.Errorf("unit %d of %d: %d to %d, want %d to %d", c.unit, c.count, first, end, c.first, c.end)
		}
	}
}

// Layers of the networks that come with the program, and of one with a branch.
func TestLayersThatShareUnits(t *testing.T) {
	build := func(name, recipe string) *nn.Network {
		return must[*nn.Network](t)(nn.Build(name, nn.BuildOptions{Recipe: recipe}))
	}
	paper, code, cifar, tiny := build("alexnet", ""), build("alexnet", "krizhevsky"), build("cifar-18pct", ""), tinyNet(t)
	for _, c := range []struct {
		net                    *nn.Network
		layer, origin, standIn string
	}{
		{paper, "conv1", "conv1", "relu1"}, {paper, "relu1", "conv1", "relu1"}, {paper, "norm1", "conv1", "relu1"},
		{paper, "pool2", "conv2", "relu2"}, {paper, "drop6", "fc6", "relu6"}, {paper, "fc7", "fc7", "relu7"},
		{paper, "fc8", "fc8", "fc8"}, {paper, "softmax", "fc8", "fc8"}, {paper, "data", "", ""}, {paper, "none", "", ""},
		{code, "norm1", "conv1", "relu1"}, {code, "pool1", "conv1", "relu1"}, {code, "conv1", "conv1", "relu1"},
		{cifar, "pool1", "conv1", "relu1"}, {cifar, "norm1", "conv1", "relu1"}, {cifar, "pool3", "conv3", "relu3"},
		{tiny, "local3", "local3", "tanh3"}, {tiny, "join", "join", ""}, {tiny, "local2b", "local2b", "relu2b"},
	} {
		if got := origin(c.net, c.layer); got != c.origin {
			t.Errorf("%s: %s comes from %q, want %q", c.net.Name, c.layer, got, c.origin)
		}
		surveyed := survey.DefaultLayers(c.net)
		if got := standIn(c.net, c.layer, func(n string) bool { return slices.Contains(surveyed, n) }); got != c.standIn {
			t.Errorf("%s: %q stands for %s, want %q", c.net.Name, got, c.layer, c.standIn)
		}
	}
}

const classifierJSON = `{"name": "classifier", "input": [3, 11, 11], "nodes": [
	{"name": "fc1", "type": "fc", "outputs": 5, "weight": {"rate_factor": 1}, "bias": {"rate_factor": 1}},
	{"name": "softmax", "type": "softmax"}],
	"recipe": {"batch": 8, "epochs": 1, "rate": 0.1, "momentum": 0.9, "schedule": {"kind": "constant"},
		"images": {"subtract": "mean-rgb", "scale": 0.02}}}`

func TestLayersOfFeatures(t *testing.T) {
	for name, want := range map[string]string{
		"alexnet": "relu7", "alexnet-torchvision": "relu7", "alexnet-mini": "relu7", "cifar-quick": "relu4", "cifar-18pct": "pool3", "cifar-11pct": "relu4",
	} {
		if got := featureLayer(must[*nn.Network](t)(nn.Build(name, nn.BuildOptions{}))); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	if got := featureLayer(parse(t, classifierJSON)); got != "fc1" {
		t.Errorf("a classifier alone: %q", got)
	}
}

// A training that diverged has weights that are no numbers.
func TestWeightsThatAreNoNumbers(t *testing.T) {
	images := noise{shape: stored, n: 20}
	visitSets(t, tinyNet(t), Options{Images: images}, func(t *testing.T, r *room) {
		w := weightsOf(t, r.net, 2)
		for _, x := range w.Params {
			x.Data[0] = float32(math.NaN())
		}
		r.SetWeights(w)
		for _, v := range scene.Views() {
			want := watching(v)
			want.Unit.Layer = "relu4"
			r.Want(want)
			r.scene()
		}
		s := r.scene()
		if s.Survey.Top1Error != 1 || s.Gallery.Total != 20 || s.Gallery.Items[0].Predicted != -1 || len(s.Neighbours.Items) != 0 || s.Map != nil || s.Lens.Kernels[0] == s.Lens.Kernels[0] {
			t.Errorf("got %+v", s)
		}
		if got := notices(s); len(got) != 1 {
			t.Errorf("the map cannot be had, but %q", got)
		}
	})
}
