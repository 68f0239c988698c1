package nn_test

import (
	"testing"

	"tandem/engine/cpu"
	"tandem/engine/device"
	"tandem/engine/nn"
)

// Every layer is timed, its work counted for the batch: a weight gradient for
// all that learn, and an input gradient for all but the first.
func TestProfile(t *testing.T) {
	net, err := nn.Build("alexnet-mini", nn.BuildOptions{})
	if err != nil {
		t.Fatal(err)
	}
	d := cpu.New(1)
	defer d.Close()
	m, err := nn.New(net, nn.Options{Batch: 2, Devices: []device.Device{d}})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	m.Init(1)
	m.Load(make([]float32, 2*net.Input.Size()), make([]float32, 2))
	p, err := m.Profile()
	if err != nil {
		t.Fatal(err)
	}
	s, err := net.Summarize()
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Layers) != len(s.Layers) {
		t.Fatalf("%d times for %d layers", len(p.Layers), len(s.Layers))
	}
	for i, l := range p.Layers {
		want, gradients := s.Layers[i], int64(2)
		if i == 0 {
			gradients = 1
		}
		if l.Name != want.Name || l.Type != want.Type || l.Forward <= 0 || l.Backward <= 0 ||
			l.ForwardMultiplyAdds != 2*want.MultiplyAdds || l.BackwardMultiplyAdds != gradients*2*want.MultiplyAdds {
			t.Errorf("%+v for %+v", l, want)
		}
	}
}
