package nn_test

import (
	"encoding/json"
	"math"
	"os"
	"strconv"
	"testing"

	"tandem/engine/cpu"
	"tandem/engine/device"
	"tandem/engine/nn"
	"tandem/engine/tensor"
	"tandem/engine/weights"
)

// The files in testdata are PyTorch's results, written by golden.py.

const (
	logitsTolerance   = 1e-5
	gradientTolerance = 1e-4
	lossTolerance     = 1e-4
)

type golden struct {
	*weights.File
	t *testing.T
}

func readGolden(t *testing.T, name string) golden {
	t.Helper()
	f, err := weights.Read("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return golden{f, t}
}

func (g golden) get(name string) *tensor.Tensor {
	v := g.Tensors[name]
	if v == nil {
		g.t.Fatalf("the golden file has no %s", name)
	}
	return v
}

// near demands got to be within tolerance of the golden tensor.
func (g golden) near(name string, got []float32, tolerance float64) {
	g.t.Helper()
	ref := g.get(name).Data
	want := make([]float64, len(ref))
	for i, v := range ref {
		want[i] = float64(v)
	}
	if len(got) != len(want) {
		g.t.Errorf("%s: %d elements, want %d", name, len(got), len(want))
		return
	}
	if w := tensor.Worst(got, want); w.Error > tolerance {
		g.t.Errorf("%s: %v, tolerance %g", name, w, tolerance)
	}
}

// opRunner runs one case's operations on golden inputs.
type opRunner struct {
	golden
	d    device.Device
	name string
}

func (o opRunner) in(part string) device.Buffer {
	v := o.get(o.name + "." + part)
	b := o.out(len(v.Data))
	o.d.Upload(b, 0, v.Data)
	return b
}

func (o opRunner) out(n int) device.Buffer {
	b, err := o.d.Alloc(n)
	if err != nil {
		o.t.Fatal(err)
	}
	return b
}

// like allocates an output of a golden tensor's size.
func (o opRunner) like(part string) device.Buffer { return o.out(len(o.get(o.name + "." + part).Data)) }

func (o opRunner) check(part string, b device.Buffer, tolerance float64) {
	o.t.Helper()
	got := make([]float32, len(o.get(o.name+"."+part).Data))
	if err := o.d.Download(b, 0, got); err != nil {
		o.t.Fatal(err)
	}
	o.near(o.name+"."+part, got, tolerance)
}

func TestOperationsAgreeWithPyTorch(t *testing.T) {
	g := readGolden(t, "ops.safetensors")
	var cases map[string]json.RawMessage
	if err := json.Unmarshal([]byte(g.Meta["cases"]), &cases); err != nil {
		t.Fatal(err)
	}
	d := cpu.New(0)
	defer d.Close()
	for name, params := range cases {
		t.Run(name, func(t *testing.T) {
			g.t = t
			var head struct{ Kind string }
			if err := json.Unmarshal(params, &head); err != nil {
				t.Fatal(err)
			}
			run, ok := operations[head.Kind]
			if !ok {
				t.Fatalf("no operation %q", head.Kind)
			}
			run(opRunner{g, d, name}, params)
		})
	}
	if len(cases) < 22 {
		t.Errorf("only %d cases", len(cases))
	}
}

func parse[P any](o opRunner, raw json.RawMessage) (p P) {
	if err := json.Unmarshal(raw, &p); err != nil {
		o.t.Fatal(err)
	}
	return p
}

var operations = map[string]func(opRunner, json.RawMessage){
	"conv": func(o opRunner, raw json.RawMessage) {
		p := parse[device.Conv](o, raw)
		weighted(o, func(x, w, b, y device.Buffer) { o.d.ConvForward(p, x, w, b, y) },
			func(dy, w, dx device.Buffer) { o.d.ConvBackwardInput(p, dy, w, dx) },
			func(x, dy, dw, db device.Buffer) { o.d.ConvBackwardWeights(p, x, dy, dw, db) })
	},
	"local": func(o opRunner, raw json.RawMessage) {
		p := parse[device.Conv](o, raw)
		weighted(o, func(x, w, b, y device.Buffer) { o.d.LocalForward(p, x, w, b, y) },
			func(dy, w, dx device.Buffer) { o.d.LocalBackwardInput(p, dy, w, dx) },
			func(x, dy, dw, db device.Buffer) { o.d.LocalBackwardWeights(p, x, dy, dw, db) })
	},
	"fc": func(o opRunner, raw json.RawMessage) {
		p := parse[device.FC](o, raw)
		weighted(o, func(x, w, b, y device.Buffer) { o.d.FCForward(p, x, w, b, y) },
			func(dy, w, dx device.Buffer) { o.d.FCBackwardInput(p, dy, w, dx) },
			func(x, dy, dw, db device.Buffer) { o.d.FCBackwardWeights(p, x, dy, dw, db) })
	},
	"lrn": func(o opRunner, raw json.RawMessage) {
		p := parse[device.LRN](o, raw)
		x, y, dx := o.in("x"), o.like("y"), o.like("dx")
		o.d.LRN(p, x, y)
		o.d.LRNBackward(p, x, o.in("dy"), dx)
		o.check("y", y, logitsTolerance)
		o.check("dx", dx, gradientTolerance)
	},
	"maxpool": func(o opRunner, raw json.RawMessage) {
		p := parse[device.Pool](o, raw)
		y, index, dx := o.like("y"), o.like("y"), o.like("dx")
		o.d.MaxPool(p, o.in("x"), y, index)
		o.d.MaxPoolBackward(p, index, o.in("dy"), dx)
		o.check("y", y, 0)
		o.check("dx", dx, gradientTolerance)
	},
	"avgpool": func(o opRunner, raw json.RawMessage) {
		p := parse[device.Pool](o, raw)
		y, dx := o.like("y"), o.like("dx")
		o.d.AvgPool(p, o.in("x"), y)
		o.d.AvgPoolBackward(p, o.in("dy"), dx)
		o.check("y", y, logitsTolerance)
		o.check("dx", dx, gradientTolerance)
	},
	"activation": func(o opRunner, raw json.RawMessage) {
		p := parse[device.Activation](o, raw)
		y, dx := o.like("y"), o.like("dx")
		o.d.Activate(p, o.in("x"), y)
		o.d.ActivateBackward(p, y, o.in("dy"), dx)
		o.check("y", y, logitsTolerance)
		o.check("dx", dx, gradientTolerance)
	},
	"softmax": func(o opRunner, raw json.RawMessage) {
		p := parse[device.Classes](o, raw)
		x, labels := o.in("x"), o.in("labels")
		probs, loss, dx := o.like("probs"), o.like("loss"), o.like("dx")
		o.d.Softmax(p, x, probs)
		o.d.CrossEntropy(p, x, labels, loss)
		o.d.SoftmaxBackward(p, 1/float32(p.N), probs, labels, dx)
		o.check("probs", probs, logitsTolerance)
		o.check("loss", loss, logitsTolerance)
		o.check("dx", dx, gradientTolerance)
	},
}

func weighted(o opRunner, forward func(x, w, b, y device.Buffer), input func(dy, w, dx device.Buffer), weight func(x, dy, dw, db device.Buffer)) {
	x, w, dy := o.in("x"), o.in("w"), o.in("dy")
	y, dx, dw, db := o.like("y"), o.like("dx"), o.like("dw"), o.like("db")
	forward(x, w, o.in("b"), y)
	input(dy, w, dx)
	weight(x, dy, dw, db)
	o.check("y", y, logitsTolerance)
	o.check("dx", dx, gradientTolerance)
	o.check("dw", dw, gradientTolerance)
	o.check("db", db, gradientTolerance)
}

func goldenNet(t *testing.T) *nn.Network {
	t.Helper()
	text, err := os.ReadFile("testdata/net.json")
	if err != nil {
		t.Fatal(err)
	}
	net, err := nn.ParseNetwork(text, "testdata/net.json")
	if err != nil {
		t.Fatal(err)
	}
	return net
}

// The two-tower network runs merged on one device and split over two; both are
// held against PyTorch, not against each other.
func TestNetworkAgreesWithPyTorch(t *testing.T) {
	for name, count := range map[string]int{"one device": 1, "two devices": 2} {
		t.Run(name, func(t *testing.T) {
			devices := make([]device.Device, count)
			for i := range devices {
				devices[i] = cpu.New(2)
				defer devices[i].Close()
			}
			checkNetwork(t, devices)
		})
	}
}

func checkNetwork(t *testing.T, devices []device.Device) {
	g := readGolden(t, "net.safetensors")
	m, err := nn.New(goldenNet(t), nn.Options{Batch: 6, Devices: devices, InputGradient: true})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	m.Init(1) // zero velocities
	for _, p := range m.Params() {
		if err := m.WriteParam(p.Name, nn.Weights, g.get("param/"+p.Name)); err != nil {
			t.Fatal(err)
		}
	}
	step := stepState(t, g)
	m.SetStep(step)
	m.Load(g.get("x0").Data, g.get("labels0").Data)
	m.Forward(false)
	g.near("logits", activation(t, m, "fc8"), logitsTolerance)

	losses := make([]float32, 10)
	for s := range losses {
		step.Step = uint32(s)
		m.SetStep(step)
		batch := strconv.Itoa(s % 2)
		m.Load(g.get("x"+batch).Data, g.get("labels"+batch).Data)
		m.Forward(true)
		m.Backward()
		if s == 0 {
			g.near("train_logits", activation(t, m, "fc8"), logitsTolerance)
			checkGradients(t, g, m)
		}
		m.Update()
		losses[s] = meanLoss(t, m)
	}
	g.near("losses", losses, lossTolerance)
	checkParams(t, g, m, "final/", nn.Weights, lossTolerance)
}

func stepState(t *testing.T, g golden) device.StepState {
	seed, err := strconv.ParseUint(g.Meta["seed"], 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	rate, err := strconv.ParseFloat(g.Meta["rate"], 32)
	if err != nil {
		t.Fatal(err)
	}
	return device.StepState{Seed: seed, Rate: float32(rate), Momentum: 0.9}
}

func activation(t *testing.T, m *nn.Model, layer string) []float32 {
	t.Helper()
	a, err := m.Activation(layer, m.Batch())
	if err != nil {
		t.Fatal(err)
	}
	return a.Data
}

func checkGradients(t *testing.T, g golden, m *nn.Model) {
	t.Helper()
	checkParams(t, g, m, "grad/", nn.Gradient, gradientTolerance)
	dx, err := m.InputGradient()
	if err != nil {
		t.Fatal(err)
	}
	g.near("dx", dx.Data, gradientTolerance)
	checkLogitGradient(t, m)
}

// checkLogitGradient holds the gradient at fc8 against (p - onehot) / batch.
func checkLogitGradient(t *testing.T, m *nn.Model) {
	t.Helper()
	p, err := m.Probabilities(m.Batch())
	if err != nil {
		t.Fatal(err)
	}
	d, err := m.ActivationGradient("fc8", m.Batch())
	if err != nil {
		t.Fatal(err)
	}
	classes, n := p.Shape[1], float64(m.Batch())
	for i := range m.Batch() {
		hot := 0
		for c := range classes {
			if got, want := float64(d.Data[i*classes+c])*n, float64(p.Data[i*classes+c]); math.Abs(got-want) > 1e-5 {
				hot++
				if math.Abs(got-want+1) > 1e-5 {
					t.Errorf("image %d, class %d: gradient %g, probability %g", i, c, got/n, want)
				}
			}
		}
		if hot != 1 {
			t.Errorf("image %d: %d classes stand out", i, hot)
		}
	}
}

func checkParams(t *testing.T, g golden, m *nn.Model, prefix string, kind nn.Kind, tolerance float64) {
	t.Helper()
	for _, p := range m.Params() {
		v, err := m.ReadParam(p.Name, kind)
		if err != nil {
			t.Fatal(err)
		}
		g.near(prefix+p.Name, v.Data, tolerance)
	}
}

func meanLoss(t *testing.T, m *nn.Model) float32 {
	t.Helper()
	loss, rank := make([]float32, m.Batch()), make([]float32, m.Batch())
	if err := m.Scores(loss, rank); err != nil {
		t.Fatal(err)
	}
	sum := 0.0
	for _, l := range loss {
		sum += float64(l)
	}
	return float32(sum / float64(len(loss)))
}
