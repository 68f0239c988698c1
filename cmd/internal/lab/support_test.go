package lab

import (
	"context"
	"errors"
	"fmt"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"tandem/cmd/internal/scene"
	"tandem/engine/cpu"
	"tandem/engine/data"
	"tandem/engine/device"
	"tandem/engine/nn"
	"tandem/engine/tensor"
)

// tinyJSON has every kind of layer that units can be switched off in or looked
// back from. Images are cropped from 14x12 to 11x11.
const tinyJSON = `{"name": "tiny", "input": [3, 11, 11], "nodes": [
	{"name": "conv1", "type": "conv", "filters": 6, "kernel": 3, "pad": 1, "weight": {"rate_factor": 1}, "bias": {"rate_factor": 1}},
	{"name": "relu1", "type": "relu"},
	{"name": "norm1", "type": "lrn", "size": 3, "alpha": 0.5, "beta": 0.75, "k": 2},
	{"name": "pool1", "type": "pool", "kind": "max", "kernel": 3, "stride": 2},
	{"name": "conv2", "type": "conv", "filters": 4, "kernel": 3, "pad": 1, "groups": 2, "weight": {"rate_factor": 1}, "bias": {"rate_factor": 1}},
	{"name": "relu2", "type": "relu"},
	{"name": "local3", "type": "local", "filters": 3, "kernel": 3, "weight": {"rate_factor": 1}, "bias": {"rate_factor": 1}},
	{"name": "tanh3", "type": "tanh"},
	{"name": "join", "type": "concat", "inputs": ["tanh3", "relu2b"]},
	{"name": "relu2b", "type": "relu", "inputs": ["local2b"]},
	{"name": "local2b", "type": "local", "filters": 2, "kernel": 3, "inputs": ["pool1"], "weight": {"rate_factor": 1}, "bias": {"rate_factor": 1}},
	{"name": "fc4", "type": "fc", "outputs": 7, "inputs": ["join"], "weight": {"rate_factor": 1}, "bias": {"rate_factor": 1}},
	{"name": "relu4", "type": "relu"},
	{"name": "drop4", "type": "dropout", "keep": 0.5},
	{"name": "fc5", "type": "fc", "outputs": 5, "weight": {"rate_factor": 1}, "bias": {"rate_factor": 1}},
	{"name": "softmax", "type": "softmax"}],
	"recipe": {"batch": 8, "epochs": 1, "rate": 0.1, "momentum": 0.9, "schedule": {"kind": "constant"},
		"images": {"subtract": "mean-rgb", "scale": 0.02}}}`

var stored = tensor.Shape{3, 14, 12}

func tinyNet(t *testing.T) *nn.Network { return parse(t, tinyJSON) }

func parse(t *testing.T, text string) *nn.Network {
	t.Helper()
	return must[*nn.Network](t)(nn.ParseNetwork([]byte(text), "test.json"))
}

// statsOf are made up; images of a test need not have them.
func statsOf(shape tensor.Shape) *data.Stats {
	s := &data.Stats{Shape: shape, MeanImage: make([]float32, shape.Size())}
	for c := range shape[0] {
		s.Mean = append(s.Mean, 100+float64(10*c))
		s.Eigenvalues = append(s.Eigenvalues, 1)
		s.Eigenvectors = append(s.Eigenvectors, make([]float64, shape[0]))
	}
	return s
}

// seed differs from run to run. Taken outside of a bubble, where time stands still.
var seed = uint64(time.Now().UnixNano())

// weightsOf draws the weights of a step: He's, so that signals neither grow nor die.
func weightsOf(t *testing.T, net *nn.Network, step int) *scene.Weights {
	t.Helper()
	w := &scene.Weights{Step: step, Params: map[string]*tensor.Tensor{}}
	for _, p := range must[[]nn.Param](t)(net.Params()) {
		x, std := tensor.New(p.Shape...), 0.1
		if n := len(p.Shape); n == 2 {
			std = math.Sqrt(2 / float64(p.Shape[1]))
		} else if n > 3 {
			std = math.Sqrt(2 / float64(p.Shape[n-3:].Size()))
		}
		tensor.NewStream(seed, tensor.Purpose(p.Name), uint32(step)).FillNormal(x.Data, 0, float32(std))
		w.Params[p.Name] = x
	}
	return w
}

// noise is a set of random images, image i of class i%5; broken ones cannot be read.
type noise struct {
	shape  tensor.Shape
	n      int
	broken map[int]error
}

func (s noise) Len() int            { return s.n }
func (s noise) Shape() tensor.Shape { return s.shape }
func (s noise) Classes() []string   { return []string{"a", "b", "c", "d", "e"} }
func (s noise) Close() error        { return nil }

func (s noise) Read(i int, dst []byte) (int, error) {
	if err := s.broken[i]; err != nil {
		return 0, err
	}
	r := tensor.NewStream(seed, tensor.Purpose("images"), uint32(i))
	for j := range dst {
		dst[j] = byte(r.Uint32(uint64(j)))
	}
	return i % 5, nil
}

// room is a lab at work.
type room struct {
	*Lab
	board *scene.Board
	net   *nn.Network
}

// scene waits until the lab has nothing left to do and returns what there is.
func (r *room) scene() *scene.Scene {
	synctest.Wait()
	return r.board.Scene()
}

// visit runs a lab with the tiny network and weights of step 1.
func visit(t *testing.T, o Options, f func(*testing.T, *room)) {
	t.Helper()
	t.Logf("seed %d", seed)
	net := tinyNet(t)
	visitEmpty(t, o, func(t *testing.T, r *room) {
		r.net = net
		if err := r.SetNetwork(net, statsOf(stored)); err != nil {
			t.Fatal(err)
		}
		r.SetWeights(weightsOf(t, net, 1))
		f(t, r)
	})
}

// visitEmpty runs a lab in a bubble in which time passes only while all sleep.
func visitEmpty(t *testing.T, o Options, f func(*testing.T, *room)) {
	synctest.Test(t, func(t *testing.T) {
		if o.Devices == nil {
			d := cpu.New(1)
			defer d.Close()
			o.Devices = []device.Device{d}
		}
		o.Board = &scene.Board{}
		l := New(o)
		occupy(t, l, func() { f(t, &room{Lab: l, board: o.Board}) })
	})
}

// occupy runs the lab's loop while f runs.
func occupy(t *testing.T, l *Lab, f func()) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- l.Run(ctx) }()
	defer func() {
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Errorf("the loop ended with %v", err)
		}
	}()
	f()
}

// near compares with a reference.
func near(t *testing.T, name string, got []float32, want []float64, tolerance float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d values, want %d", name, len(got), len(want))
		return
	}
	if w := tensor.Worst(got, want); !(w.Error <= tolerance) {
		t.Errorf("%s: %v, tolerance %g", name, w, tolerance)
	}
}

// equal compares with what the same calls give.
func equal(t *testing.T, name string, got, want *tensor.Tensor) {
	t.Helper()
	if !got.Shape.Equal(want.Shape) || fmt.Sprint(got.Data) != fmt.Sprint(want.Data) {
		t.Errorf("%s: got %v %v, want %v %v", name, got.Shape, got.Data, want.Shape, want.Data)
	}
}

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// notices returns the bad ones' lines.
func notices(s *scene.Scene) []string {
	var all []string
	for _, n := range s.Notices {
		if n.Bad {
			all = append(all, n.Text)
		}
	}
	return all
}
