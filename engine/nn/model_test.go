package nn_test

import (
	"math"
	"strings"
	"testing"

	"tandem/engine/cpu"
	"tandem/engine/device"
	"tandem/engine/nn"
)

const bareSoftmax = `{"name":"bare","input":[3,1,1],"nodes":[{"name":"s","type":"softmax"}],
	"recipe":{"batch":1,"epochs":1,"rate":1,"momentum":0,"schedule":{"kind":"constant"},"images":{"subtract":"none","scale":1}}}`

// A softmax on the images themselves has nobody to send its gradient to.
func TestSoftmaxAlone(t *testing.T) {
	net, err := nn.ParseNetwork([]byte(bareSoftmax), "bare.json")
	if err != nil {
		t.Fatal(err)
	}
	d := cpu.New(1)
	defer d.Close()
	m, err := nn.New(net, nn.Options{Batch: 1, Devices: []device.Device{d}})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	m.Load([]float32{0, 0, 0}, []float32{2})
	m.Forward(true)
	m.Backward()
	m.Update()
	loss, rank := make([]float32, 1), make([]float32, 1)
	if err := m.Scores(loss, rank); err != nil || math.Abs(float64(loss[0])-math.Log(3)) > 1e-6 {
		t.Errorf("loss %g, want ln 3; %v", loss[0], err)
	}
}

func TestBatchesBeyondReasonAreErrors(t *testing.T) {
	net, err := nn.ParseNetwork([]byte(bareSoftmax), "bare.json")
	if err != nil {
		t.Fatal(err)
	}
	for batch, want := range map[int]string{0: "batch must be at least 1", math.MaxInt: "batch must be at most"} {
		if _, err := nn.New(net, nn.Options{Batch: batch, Devices: []device.Device{nil}}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("batch %d: got %v, want %s", batch, err, want)
		}
		net.Recipe.Batch = batch
		if err := net.Recipe.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("recipe with batch %d: got %v, want %s", batch, err, want)
		}
	}
}

// usedMemory is a device on which Alloc finds what others have left there.
type usedMemory struct{ device.Device }

func (d usedMemory) Alloc(n int) (device.Buffer, error) {
	b, err := d.Device.Alloc(n)
	if err == nil {
		d.Fill(b, 1e6)
	}
	return b, err
}

// The first batch may have fewer images than the model: what the rest finds is
// no label of another's making.
func TestFirstBatchOfFewerImages(t *testing.T) {
	net, err := nn.ParseNetwork([]byte(bareSoftmax), "bare.json")
	if err != nil {
		t.Fatal(err)
	}
	d := cpu.New(1)
	defer d.Close()
	m, err := nn.New(net, nn.Options{Batch: 4, Devices: []device.Device{usedMemory{d}}})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	m.Load([]float32{0, 0, 0}, []float32{2})
	m.Infer()
	loss := make([]float32, 4)
	if err := m.Scores(loss, make([]float32, 4)); err != nil || math.Abs(float64(loss[0])-math.Log(3)) > 1e-6 {
		t.Errorf("losses %g, the first should be ln 3; %v", loss, err)
	}
}

const twoReaders = `{"name":"two","input":[3,1,1],"nodes":[
	{"name":"fc1","type":"fc","inputs":["data"],"outputs":4,"weight":{"std":1,"rate_factor":1},"bias":{"rate_factor":1}},
	{"name":"fc2","type":"fc","inputs":["data"],"outputs":4,"weight":{"std":1,"rate_factor":1},"bias":{"rate_factor":1}},
	{"name":"both","type":"concat","inputs":["fc1","fc2"]},
	{"name":"drop","type":"dropout","keep":0.5},
	{"name":"s","type":"softmax"}],
	"recipe":{"batch":1,"epochs":1,"rate":1,"momentum":0,"schedule":{"kind":"constant"},"images":{"subtract":"none","scale":1}}}`

// newTwoReaders is a model whose images are read by two layers.
func newTwoReaders(t *testing.T) *nn.Model {
	t.Helper()
	net, err := nn.ParseNetwork([]byte(twoReaders), "two.json")
	if err != nil {
		t.Fatal(err)
	}
	m, err := nn.New(net, nn.Options{Batch: 2, Devices: cpus(t, 1), InputGradient: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.Close)
	m.Init(1)
	m.Load([]float32{1, 2, 3, -1, 1, 2}, []float32{2, 5})
	return m
}

func inputGradient(t *testing.T, m *nn.Model) []float32 {
	t.Helper()
	g, err := m.InputGradient()
	if err != nil {
		t.Fatal(err)
	}
	return g.Data
}

// Whoever asks twice gets the same answer.
func TestInputGradientTwice(t *testing.T) {
	m := newTwoReaders(t)
	m.Forward(true)
	m.Backward()
	first := inputGradient(t, m)
	sameBits(t, "asked again", [][]float32{first}, [][]float32{inputGradient(t, m)})
}

// Backward belongs to the last pass, also where that was replayed: after Infer
// no mask is drawn.
func TestBackwardAfterReplays(t *testing.T) {
	m := newTwoReaders(t)
	m.SetStep(device.StepState{Seed: 1}) // a rate of 0 leaves the parameters as they are
	m.Infer()
	m.Train()
	m.Infer()
	m.Backward()
	replayed := inputGradient(t, m)
	m.Forward(false)
	m.Backward()
	sameBits(t, "after Infer", [][]float32{replayed}, [][]float32{inputGradient(t, m)})
}
