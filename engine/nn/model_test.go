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
