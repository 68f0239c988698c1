package nn

import (
	"errors"
	"fmt"

	"tandem/engine/device"
	"tandem/engine/tensor"
)

// Options says how a network is bound to devices.
type Options struct {
	Batch         int             // images a pass
	Devices       []device.Device // one, or two for a network of two towers
	Inference     bool            // no training: no gradients, no momentum
	InputGradient bool            // compute the gradient of the input images too; for inference, by BackFrom alone
}

// Model is a network with its parameters, activations and gradients on one or
// two devices. Its methods enqueue; those that return values wait for them.
// One goroutine at a time may use it.
type Model struct {
	Net    *Network // as it was given, merged
	graph  *Network // as it runs
	opt    Options
	passes []*compute
	params []*wholeParam
	inputs []*value // the images, by device; nil where no layer reads them
	loss   *compute
	owned  [][]device.Buffer // by device

	transfers               []*transfer
	forward, backward       []task
	step, inference, marked recorded
}

// New allocates a model. Its parameters have unspecified values until Init or
// WriteParam. Errors name the layer or the device.
func New(net *Network, o Options) (*Model, error) {
	if err := checkBatch(o.Batch); err != nil {
		return nil, err
	}
	if len(o.Devices) < 1 || len(o.Devices) > 2 {
		return nil, fmt.Errorf("a network runs on 1 or 2 devices, got %d", len(o.Devices))
	}
	m := &Model{Net: net, opt: o, owned: make([][]device.Buffer, len(o.Devices))}
	var err error
	if m.graph, err = m.bound(net); err != nil {
		return nil, err
	}
	if len(o.Devices) == 2 && o.Devices[0] == o.Devices[1] {
		return nil, fmt.Errorf("%s was given twice; a network is split over two devices", o.Devices[0].Info().ID)
	}
	if err := m.build(); err != nil {
		m.Close()
		return nil, err
	}
	m.plan()
	return m, nil
}

// Batch returns the number of images a pass.
func (m *Model) Batch() int { return m.opt.Batch }

// Close frees the model's recordings and buffers; the devices stay open.
func (m *Model) Close() {
	m.closeRecordings()
	for i, bufs := range m.owned {
		for _, b := range bufs {
			m.opt.Devices[i].Free(b)
		}
		m.owned[i] = nil
	}
}

// Bytes returns the memory that the model has allocated on all devices.
func (m *Model) Bytes() int64 {
	var n int64
	for _, bufs := range m.owned {
		for _, b := range bufs {
			n += 4 * int64(b.Len())
		}
	}
	return n
}

func (m *Model) alloc(dev, n int) (device.Buffer, error) {
	b, err := m.opt.Devices[dev].Alloc(n)
	if err != nil {
		return nil, fmt.Errorf("network %s at batch %d: %w; try a smaller batch", m.Net.Name, m.opt.Batch, err)
	}
	m.owned[dev] = append(m.owned[dev], b)
	return b, nil
}

// Load copies a batch to the devices: images (Batch, C, H, W) and a class index
// for each. Fewer images may be given; the rest of the batch is then stale, of
// class 0: kernels index by labels.
func (m *Model) Load(images, labels []float32) {
	for i, v := range m.inputs {
		if v != nil {
			m.opt.Devices[i].Upload(v.Data, 0, images)
		}
	}
	c := m.loss.ctx
	c.Device.Upload(c.Labels, 0, labels)
	if rest := m.opt.Batch - len(labels); rest > 0 {
		c.Device.Upload(c.Labels, len(labels), make([]float32, rest))
	}
}

// SetStep sets seed, step, learning rate and momentum for the passes that follow.
func (m *Model) SetStep(s device.StepState) {
	for _, d := range m.opt.Devices {
		d.SetStep(s)
	}
}

// Sync waits for all devices and returns their first error.
func (m *Model) Sync() error {
	var errs deviceErrors
	for _, d := range m.opt.Devices {
		errs.add(d.Sync())
	}
	return errs.first()
}

// deviceErrors collects the errors of devices that may have failed because of
// each other.
type deviceErrors struct{ cause, effect error }

func (e *deviceErrors) add(err error) {
	if err == nil {
		return // at each step, so without the allocation below
	}
	var partner *device.PartnerError
	switch {
	case errors.As(err, &partner):
		e.effect = err
	case e.cause == nil:
		e.cause = err
	}
}

// first returns the error that others follow from.
func (e *deviceErrors) first() error {
	if e.cause != nil {
		return e.cause
	}
	return e.effect
}

// Scores returns, for the first len(loss) images of the batch, the loss in nats
// and the number of classes scored above the right one.
func (m *Model) Scores(loss, rank []float32) error {
	c := m.loss.ctx
	if err := c.Device.Download(c.Scratch[0], 0, loss); err != nil {
		return err
	}
	return c.Device.Download(c.Scratch[1], 0, rank)
}

// Probabilities returns the softmax of the first n images, (n, classes).
func (m *Model) Probabilities(n int) (*tensor.Tensor, error) {
	c := m.loss.ctx
	t := tensor.New(n, c.Out.Shape.Size())
	return t, c.Device.Download(c.Out.Data, 0, t.Data)
}

// Activation returns the output of a node of the merged network for the first n
// images, (n, C, H, W). A node whose output an in-place layer has taken over
// shows that layer's output.
func (m *Model) Activation(name string, n int) (*tensor.Tensor, error) {
	return m.fetch(name, n, func(v Value) device.Buffer { return v.Data })
}

// ActivationGradient returns the gradient of the loss with respect to a node's
// output, as Activation does.
func (m *Model) ActivationGradient(name string, n int) (*tensor.Tensor, error) {
	return m.fetch(name, n, func(v Value) device.Buffer { return v.Grad })
}

// fetch joins the towers' halves where the node is split.
func (m *Model) fetch(name string, n int, pick func(Value) device.Buffer) (*tensor.Tensor, error) {
	parts, err := m.partsOf(name)
	if err != nil {
		return nil, err
	}
	shape := parts[0].ctx.Out.Shape.Clone()
	half := shape.Size()
	shape[0] *= len(parts)
	out := tensor.New(append([]int{n}, shape...)...)
	for i, c := range parts {
		buf := pick(c.ctx.Out)
		if buf == nil {
			return nil, fmt.Errorf("network %s: layer %s keeps no gradient", m.Net.Name, name)
		}
		rows := make([]float32, n*half)
		if err := c.ctx.Device.Download(buf, 0, rows); err != nil {
			return nil, err
		}
		for r := range n {
			copy(out.Data[(r*len(parts)+i)*half:], rows[r*half:(r+1)*half])
		}
	}
	return out, nil
}

// partsOf returns the passes that compute a node of the merged network: one, or
// one for each tower's half.
func (m *Model) partsOf(name string) ([]*compute, error) {
	var parts []*compute
	for _, c := range m.passes {
		if c.ctx.Node.origin() == name {
			parts = append(parts, c)
		}
	}
	if len(parts) == 0 {
		return nil, fmt.Errorf("network %s has no layer %s", m.Net.Name, name)
	}
	return parts, nil
}

// InputGradient returns the gradient of the loss with respect to the images of
// the batch, (Batch, C, H, W). The model must have been made with
// Options.InputGradient.
func (m *Model) InputGradient() (*tensor.Tensor, error) {
	if !m.opt.InputGradient || m.opt.Inference {
		return nil, fmt.Errorf("network %s: the model was made without Options.InputGradient, or for inference", m.Net.Name)
	}
	return m.sumInputGradients(m.opt.Batch)
}

// sumInputGradients adds up what the readers of the first n images sent back.
func (m *Model) sumInputGradients(n int) (*tensor.Tensor, error) {
	sum := tensor.New(append([]int{n}, m.Net.Input...)...)
	part := make([]float32, len(sum.Data))
	for i, v := range m.inputs {
		if v == nil {
			continue
		}
		for _, b := range v.gradients() {
			if err := m.opt.Devices[i].Download(b, 0, part); err != nil {
				return nil, err
			}
			for j, g := range part {
				sum.Data[j] += g
			}
		}
	}
	return sum, nil
}
