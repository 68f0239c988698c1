package train

import (
	"fmt"
	"strings"

	"tandem/engine/device"
	"tandem/engine/nn"
	"tandem/engine/tensor"
)

// NewModel builds the checkpoint's network with its weights, for inference.
func (c *Checkpoint) NewModel(batch int, devices []device.Device) (*nn.Model, error) {
	return c.NewModelFor(nn.Options{Batch: batch, Devices: devices, Inference: true})
}

// NewModelFor builds the checkpoint's network with its weights and, unless it is
// for inference, its velocities.
func (c *Checkpoint) NewModelFor(o nn.Options) (*nn.Model, error) {
	m, err := nn.New(c.Net, o)
	if err != nil {
		return nil, err
	}
	err = c.restore(m, nn.Weights)
	if err == nil && !o.Inference {
		err = c.restore(m, nn.Velocity)
	}
	if err != nil {
		m.Close()
		return nil, err
	}
	return m, nil
}

// restore sets one tensor of every parameter of a model.
func (c *Checkpoint) restore(m *nn.Model, kind nn.Kind) error {
	for _, p := range m.Params() {
		t, err := c.stored(p.Name, kind)
		if err != nil {
			return fmt.Errorf("%w; it serves to evaluate but not to resume", err)
		}
		if err := m.WriteParam(p.Name, kind, t); err != nil {
			return fmt.Errorf("%s: %w", c.Path, err)
		}
	}
	return nil
}

// stored returns a tensor of a parameter, which is the checkpoint's own.
func (c *Checkpoint) stored(param string, kind nn.Kind) (*tensor.Tensor, error) {
	name := param
	if kind == nn.Velocity {
		name = momentumPart + param
	}
	if t := c.tensors[name]; t != nil && isParam(param) {
		return t, nil
	}
	return nil, fmt.Errorf("%s: tensor %s is missing", c.Path, name)
}

// isParam tells the parameters among a checkpoint's tensors.
func isParam(name string) bool { return name != meanImage && !strings.HasPrefix(name, momentumPart) }

// Weight returns a copy of a parameter.
func (c *Checkpoint) Weight(name string) (*tensor.Tensor, error) {
	t, err := c.stored(name, nn.Weights)
	if err != nil {
		return nil, err
	}
	return t.Clone(), nil
}

// Velocity returns the last update of a parameter, momentum included, in its
// shape. It shares the checkpoint's storage, so nobody changes it.
func (c *Checkpoint) Velocity(name string) (*tensor.Tensor, error) {
	return c.stored(name, nn.Velocity)
}

// Params returns all parameters by name, as "conv1.weight". The tensors share
// the checkpoint's storage, so nobody changes them.
func (c *Checkpoint) Params() map[string]*tensor.Tensor {
	params := map[string]*tensor.Tensor{}
	for name, t := range c.tensors {
		if isParam(name) {
			params[name] = t
		}
	}
	return params
}

// Hyperparameters returns what the next step would be taken with.
func (c *Checkpoint) Hyperparameters() (Hyperparameters, error) {
	params, err := c.Net.Params()
	if err != nil {
		return Hyperparameters{}, err
	}
	return hyperparameters(c.Net, params, c.State), nil
}
