package nn_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"tandem/engine/device"
	"tandem/engine/nn"
	"tandem/engine/tensor"
)

// In this network images and maps have several readers, and from most layers not
// all of them are on the way back. The first ReLU works in place.
const branches = `{"name":"branches","input":[2,9,8],"nodes":[
	{"name":"a","type":"conv","inputs":["data"],"filters":6,"kernel":3,"pad":1,"weight":{"std":0.3,"rate_factor":1},"bias":{"std":0.3,"rate_factor":1}},
	{"name":"relua","type":"relu"},
	{"name":"b","type":"conv","inputs":["data"],"filters":4,"kernel":3,"pad":1,"weight":{"std":0.3,"rate_factor":1},"bias":{"std":0.3,"rate_factor":1}},
	{"name":"cat","type":"concat","inputs":["relua","b"]},
	{"name":"norm","type":"lrn","size":5,"alpha":0.3,"beta":0.75,"k":2,"groups":2},
	{"name":"pool","type":"pool","kind":"max","kernel":3,"stride":2,"ceil":true},
	{"name":"c","type":"conv","filters":6,"kernel":3,"pad":1,"groups":2,"weight":{"std":0.3,"rate_factor":1},"bias":{"std":0.3,"rate_factor":1}},
	{"name":"reluc","type":"relu"},
	{"name":"side","type":"pool","kind":"average","inputs":["cat"],"kernel":3,"stride":2,"ceil":true},
	{"name":"joined","type":"concat","inputs":["reluc","side","pool"]},
	{"name":"fc1","type":"fc","outputs":9,"weight":{"std":0.2,"rate_factor":1},"bias":{"std":0.3,"rate_factor":1}},
	{"name":"tanh","type":"tanh"},
	{"name":"drop","type":"dropout","keep":0.6},
	{"name":"fc2","type":"fc","outputs":5,"weight":{"std":0.3,"rate_factor":1},"bias":{"std":0.3,"rate_factor":1}},
	{"name":"softmax","type":"softmax"}],
	"recipe":{"batch":4,"epochs":1,"rate":0.1,"momentum":0.9,"schedule":{"kind":"constant"},"images":{"subtract":"none","scale":1}}}`

func newBranches(t *testing.T, o nn.Options, seed uint64) *nn.Model {
	t.Helper()
	net, err := nn.ParseNetwork([]byte(branches), "branches.json")
	if err != nil {
		t.Fatal(err)
	}
	o.Batch, o.Devices = 4, cpus(t, 2)
	m, err := nn.New(net, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.Close)
	m.Init(seed)
	m.SetStep(device.StepState{Seed: seed, Step: 3})
	return m
}

func backFrom(t *testing.T, m *nn.Model, layer string, seed *tensor.Tensor, r nn.Rule) *tensor.Tensor {
	t.Helper()
	g, err := m.BackFrom(layer, seed, r)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// seedFor draws a seed for a layer's output of n images.
func seedFor(t *testing.T, m *nn.Model, layer string, n int, random uint64) *tensor.Tensor {
	t.Helper()
	s, err := m.Activation(layer, n)
	if err != nil {
		t.Fatal(err)
	}
	tensor.NewStream(random, tensor.Purpose(layer), 1).FillNormal(s.Data, 0, 1)
	return s
}

// The plain gradient from any layer is the derivative of what its output weighs,
// in a model for training and in one for inference.
func TestBackFromAgreesWithFiniteDifferences(t *testing.T) {
	random := uint64(time.Now().UnixNano())
	t.Logf("seed %d", random)
	for _, inference := range []bool{false, true} {
		m := newBranches(t, nn.Options{Inference: inference, InputGradient: true}, random)
		images := tensor.New(4, 2, 9, 8)
		tensor.NewStream(random, 1, 0).FillNormal(images.Data, 0, 1)
		for _, layer := range []string{"fc2", "b", "relua", "drop", "pool", "norm", "joined", "reluc", "side", "tanh", "cat"} {
			t.Run(fmt.Sprintf("%s inference=%v", layer, inference), func(t *testing.T) {
				p := weighed{t: t, m: m, layer: layer, images: images, seed: seedFor(t, m, layer, 4, random)}
				p.value(images)
				p.check(backFrom(t, m, layer, p.seed, nn.PlainGradient), random)
			})
		}
	}
}

// weighed is the sum of seed times a layer's output, as a function of the images.
type weighed struct {
	t      *testing.T
	m      *nn.Model
	layer  string
	images *tensor.Tensor
	seed   *tensor.Tensor
	terms  float64 // sum of the terms' magnitudes
}

func (p *weighed) value(images *tensor.Tensor) float64 {
	p.m.Load(images.Data, make([]float32, 4))
	p.m.Forward(false)
	y := activation(p.t, p.m, p.layer)
	p.terms = 0
	for i, v := range y {
		p.terms += math.Abs(float64(v) * float64(p.seed.Data[i]))
	}
	return dot(y, p.seed.Data)
}

// check compares along the gradient and along random directions; kinks can spoil
// one, not most of them.
func (p *weighed) check(g *tensor.Tensor, random uint64) {
	const directions, tolerance = 7, 4e-3
	bad := 0
	for i := range directions {
		dir := g.Clone()
		if i > 0 {
			tensor.NewStream(random, 2, uint32(i)).FillNormal(dir.Data, 0, 1)
		}
		scale(dir.Data, 1/norm(dir.Data))
		want := dot(g.Data, dir.Data)
		if e := p.miss(dir, want) / norm(g.Data); !(e <= tolerance) {
			bad++
			p.t.Logf("direction %d: %g by the gradient, off by %.2g of its length", i, want, e)
		}
	}
	if bad > directions/3 {
		p.t.Errorf("%d of %d directions are off", bad, directions)
	}
}

func (p *weighed) miss(dir *tensor.Tensor, want float64) float64 {
	best := math.Inf(1)
	for _, h := range stepSizes {
		up := p.value(shifted(p.images, dir, h))
		down := p.value(shifted(p.images, dir, -h))
		noise := 0x1p-23 * p.terms / math.Sqrt(float64(len(p.seed.Data)))
		best = min(best, max(0, math.Abs(up-down-2*float64(h)*want)-noise)/(2*float64(h)))
	}
	return best
}

// Worked out by hand: the convolution makes 1 and -3 of the image, the
// normalization halves what the ReLU leaves of them.
func TestRulesOfRectifiedUnits(t *testing.T) {
	net, err := nn.ParseNetwork([]byte(`{"name":"tiny","input":[2,1,1],"nodes":[
		{"name":"conv","type":"conv","filters":2,"kernel":1,"weight":{"rate_factor":1},"bias":{"rate_factor":1}},
		{"name":"relu","type":"relu"},
		{"name":"norm","type":"lrn","size":1,"alpha":0,"beta":1,"k":2},
		{"name":"softmax","type":"softmax"}],
		"recipe":{"batch":1,"epochs":1,"rate":1,"momentum":0,"schedule":{"kind":"constant"},"images":{"subtract":"none","scale":1}}}`), "tiny.json")
	if err != nil {
		t.Fatal(err)
	}
	m, err := nn.New(net, nn.Options{Batch: 1, Devices: cpus(t, 1), Inference: true, InputGradient: true})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	m.Init(1)
	if err := m.WriteParam("conv.weight", nn.Weights, &tensor.Tensor{Shape: tensor.Shape{2, 2, 1, 1}, Data: []float32{1, -2, -3, 1}}); err != nil {
		t.Fatal(err)
	}
	m.Load([]float32{1, 0}, []float32{0})
	m.Infer()
	for _, c := range []struct {
		layer string
		rule  nn.Rule
		seed  []float32
		want  []float32
	}{
		{"relu", nn.PlainGradient, []float32{-1, 2}, []float32{-1, 2}},
		{"relu", nn.Deconvolution, []float32{-1, 2}, []float32{-6, 2}},
		{"relu", nn.Guided, []float32{-1, 2}, []float32{0, 0}},
		{"relu", nn.PlainGradient, []float32{5, 2}, []float32{5, -10}},
		{"relu", nn.Deconvolution, []float32{5, 2}, []float32{-1, -8}},
		{"relu", nn.Guided, []float32{5, 2}, []float32{5, -10}},
		{"norm", nn.PlainGradient, []float32{4, 2}, []float32{2, -4}},
		{"norm", nn.Deconvolution, []float32{4, 2}, []float32{-2, -6}},
		{"norm", nn.Guided, []float32{4, 2}, []float32{2, -4}},
		{"conv", nn.PlainGradient, []float32{-1, 2}, []float32{-7, 4}},
		{"conv", nn.Deconvolution, []float32{-1, 2}, []float32{-7, 4}},
		{"conv", nn.Guided, []float32{-1, 2}, []float32{-7, 4}},
	} {
		got := backFrom(t, m, c.layer, &tensor.Tensor{Shape: tensor.Shape{1, 2, 1, 1}, Data: c.seed}, c.rule)
		if !slices.Equal(got.Data, c.want) {
			t.Errorf("%s, rule %d, seed %v: got %v, want %v", c.layer, c.rule, c.seed, got.Data, c.want)
		}
	}
}

// Training that is looked into goes on bit for bit as if it were not.
func TestBackFromLeavesTrainingAlone(t *testing.T) {
	const random = 11
	plain, watched := newBranches(t, nn.Options{}, random), newBranches(t, nn.Options{InputGradient: true}, random)
	look := func(from string, r nn.Rule) { backFrom(t, watched, from, seedFor(t, watched, from, 3, random), r) }
	for step := range 4 {
		for _, m := range []*nn.Model{plain, watched} {
			loadBranches(m, random, step)
		}
		if step == 3 { // between the passes, too
			watched.Forward(true)
			look("tanh", nn.PlainGradient)
			watched.Backward()
			look("cat", nn.Guided)
			watched.Update()
		} else {
			watched.Train()
		}
		plain.Train()
		sameBits(t, fmt.Sprintf("step %d", step), state(t, watched), state(t, plain))
		look("fc2", nn.Deconvolution)
		look("b", nn.PlainGradient)
	}
}

func loadBranches(m *nn.Model, random uint64, step int) {
	images := make([]float32, 4*2*9*8)
	tensor.NewStream(random, 3, uint32(step)).FillNormal(images, 0, 1)
	m.SetStep(device.StepState{Seed: random, Step: uint32(step), Rate: 0.01, Momentum: 0.9})
	m.Load(images, []float32{0, 4, 2, 2})
}

// A batch may be looked at in part, and each image by itself: what is beside it
// makes no difference.
func TestBackFromOfFewerImages(t *testing.T) {
	const random = 12
	m := newBranches(t, nn.Options{Inference: true, InputGradient: true}, random)
	loadBranches(m, random, 0)
	m.Infer()
	seed := seedFor(t, m, "pool", 4, random)
	all := backFrom(t, m, "pool", seed, nn.Guided)
	for n := 1; n < 4; n++ {
		part := &tensor.Tensor{Shape: seed.Shape.Clone(), Data: seed.Data[:n*len(seed.Data)/4]}
		part.Shape[0] = n
		got := backFrom(t, m, "pool", part, nn.Guided)
		if !slices.Equal(got.Shape, tensor.Shape{n, 2, 9, 8}) || !slices.Equal(got.Data, all.Data[:len(got.Data)]) {
			t.Errorf("%d of 4 images differ", n)
		}
	}
}

// The towers on devices of their own send back what they send back on one.
func TestBackFromTwoDevices(t *testing.T) {
	const random = 13
	var models []*nn.Model
	for _, workers := range [][]int{{2}, {1, 1}} {
		m := newSeeingGolden(t, true, cpus(t, workers...))
		load(m, random, 0)
		m.Infer()
		models = append(models, m)
	}
	for _, layer := range []string{"fc8", "drop7", "fc6", "pool5", "conv4", "relu3", "conv3", "norm2", "relu1"} {
		seed := seedFor(t, models[0], layer, 5, random)
		for _, r := range []nn.Rule{nn.PlainGradient, nn.Deconvolution, nn.Guided} {
			one, two := backFrom(t, models[0], layer, seed, r), backFrom(t, models[1], layer, seed, r)
			want := make([]float64, len(one.Data))
			for i, v := range one.Data {
				want[i] = float64(v)
			}
			if w := tensor.Worst(two.Data, want); w.Error > logitsTolerance || norm(one.Data) == 0 {
				t.Errorf("%s, rule %d: %v", layer, r, w)
			}
		}
	}
}

// Nor do two devices mind, whose messages take the same ways.
func TestBackFromLeavesTwoDevicesAlone(t *testing.T) {
	const random = 14
	plain, watched := newGolden(t, cpus(t, 1, 1)), newSeeingGolden(t, false, cpus(t, 1, 1))
	for step := range 3 {
		for _, m := range []*nn.Model{plain, watched} {
			load(m, random, step)
			m.Train()
		}
		for _, layer := range []string{"fc8", "conv3", "relu1"} {
			backFrom(t, watched, layer, seedFor(t, watched, layer, 6, random), nn.Deconvolution)
		}
		sameBits(t, fmt.Sprintf("step %d", step), state(t, watched), state(t, plain))
	}
}

// newSeeingGolden is golden_test.go's network with gradients of its images.
func newSeeingGolden(t *testing.T, inference bool, devices []device.Device) *nn.Model {
	t.Helper()
	m, err := nn.New(goldenNet(t), nn.Options{Batch: 6, Devices: devices, Inference: inference, InputGradient: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.Close)
	if !inference {
		m.Init(1)
	}
	g := readGolden(t, "net.safetensors")
	for _, p := range m.Params() {
		if err := m.WriteParam(p.Name, nn.Weights, g.get("param/"+p.Name)); err != nil {
			t.Fatal(err)
		}
	}
	return m
}

func TestBackFromErrors(t *testing.T) {
	seed := tensor.New(4, 5)
	for _, c := range []struct {
		o     nn.Options
		layer string
		seed  *tensor.Tensor
		want  string
	}{
		{nn.Options{}, "fc2", seed, "made without Options.InputGradient"},
		{nn.Options{Inference: true}, "fc2", seed, "made without Options.InputGradient"},
		{nn.Options{InputGradient: true}, "fc3", seed, "no layer fc3"},
		{nn.Options{InputGradient: true}, "data", seed, "no layer data"},
		{nn.Options{InputGradient: true}, "softmax", seed, "start from fc2"},
		{nn.Options{InputGradient: true}, "fc1", seed, "a seed for layer fc1 is 9 for each of 1 to 4 images, got 4x5"},
		{nn.Options{InputGradient: true}, "fc2", tensor.New(5, 5), "1 to 4 images, got 5x5"},
		{nn.Options{InputGradient: true}, "fc2", tensor.New(0, 5), "1 to 4 images, got 0x5"},
		{nn.Options{InputGradient: true}, "fc2", tensor.New(5), "1 to 4 images, got 5"},
	} {
		_, err := newBranches(t, c.o, 1).BackFrom(c.layer, c.seed, nn.Guided)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v, %s: got %v, want %s", c.o, c.layer, err, c.want)
		}
	}
}
