package lab

import (
	"slices"
	"strings"

	"tandem/cmd/internal/scene"
	"tandem/engine/device"
	"tandem/engine/nn"
)

// models are the models on the lab's devices.
type models struct {
	devices   []device.Device
	one, many *loaded // nil until needed
}

// loaded is a model and what its parameters are.
type loaded struct {
	*nn.Model
	weights *scene.Weights
	off     *ablation
}

func (m *models) close() {
	for _, l := range []**loaded{&m.one, &m.many} {
		if *l != nil {
			(*l).Close()
			*l = nil
		}
	}
}

// load returns the model of a place, made if there is none, with these weights.
func (m *models) load(place **loaded, batch int, n *network, w *scene.Weights, off *ablation) (*nn.Model, error) {
	if *place == nil {
		model, err := newModel(n.net, batch, m.devices)
		if err != nil {
			return nil, err
		}
		*place = &loaded{Model: model}
	}
	return (*place).Model, (*place).set(w, off)
}

// newModel makes a model of that batch, or of a smaller one that fits into memory.
func newModel(net *nn.Network, batch int, devices []device.Device) (*nn.Model, error) {
	for {
		m, err := nn.New(net, nn.Options{Batch: batch, Devices: devices, Inference: true, InputGradient: true})
		if err == nil || batch == 1 {
			return m, err
		}
		batch /= 2
	}
}

// set writes the parameters that are not what they should be.
func (l *loaded) set(w *scene.Weights, off *ablation) error {
	was, same := l.off, l.weights == w
	for _, p := range l.Params() {
		node := p.Name[:strings.LastIndex(p.Name, ".")]
		if same && slices.Equal(was.channels(node), off.channels(node)) {
			continue
		}
		if err := l.WriteParam(p.Name, nn.Weights, off.apply(l.Net.Node(node), w.Params[p.Name])); err != nil {
			return err
		}
	}
	l.weights, l.off = w, off
	return nil
}

// An increment of a long product is to take some tens of milliseconds on a slow
// device and still fill a fast one.
const (
	incrementMultiplyAdds = 2e9
	minBatch, maxBatch    = 4, 32
)

// batchFor returns how many images long products pass at a time, of which each takes
// that many multiply-adds.
func batchFor(multiplyAdds int64) int {
	return int(max(minBatch, min(maxBatch, incrementMultiplyAdds/max(1, multiplyAdds))))
}
