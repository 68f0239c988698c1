package nn

import (
	"fmt"

	"tandem/engine/device"
	"tandem/engine/tensor"
)

// Rule says how signals pass backwards through rectified units. What no rule
// speaks of, they pass by the gradient: the transposed filters of convolutions,
// the forward pass's switches of max pools, the derivatives of tanh and sigmoid.
type Rule int

// The rules.
const (
	// PlainGradient stops signals where the unit was off in the forward pass.
	PlainGradient Rule = iota
	// Deconvolution stops negative signals, whatever the unit did in the forward
	// pass, and passes normalization unchanged: "Visualizing and Understanding
	// Convolutional Networks", Zeiler and Fergus 2013, section 2.1, uses no
	// contrast normalization on the way back.
	Deconvolution
	// Guided stops both: "Striving for Simplicity: The All Convolutional Net",
	// Springenberg et al. 2014, section 4.
	Guided
)

// BackFrom takes a signal at the output of a node of the merged network back to
// the images: seed is (n, C, H, W) or (n, F) for the first n images of the last
// pass forwards, and so is the result for the images. By the plain gradient this
// is the gradient of the sum of seed times output; a seed that is 1 in one place
// gives that of one unit. In a node whose output an in-place layer has taken
// over, the signal still starts before that layer.
//
// The model must have been made with Options.InputGradient; it may be for
// inference. Gradients of activations are overwritten, those of parameters are
// not. On two devices each computes its tower.
func (m *Model) BackFrom(layer string, seed *tensor.Tensor, r Rule) (*tensor.Tensor, error) {
	if !m.opt.InputGradient {
		return nil, fmt.Errorf("network %s: the model was made without Options.InputGradient", m.Net.Name)
	}
	starts, err := m.startsOf(layer, seed.Shape)
	if err != nil {
		return nil, err
	}
	b := m.newBackpass(starts)
	b.clear()
	m.plant(starts, seed)
	b.run(r)
	sum, err := m.sumInputGradients(seed.Shape[0])
	if err != nil {
		return nil, fmt.Errorf("network %s: back from layer %s: %w", m.Net.Name, layer, err)
	}
	return sum, nil
}

// startsOf returns the passes that compute a node, in the order of its halves.
func (m *Model) startsOf(layer string, seed tensor.Shape) ([]*compute, error) {
	parts, err := m.partsOf(layer)
	if err != nil {
		return nil, err
	}
	if parts[0] == m.loss {
		return nil, fmt.Errorf("network %s: layer %s turns scores into probabilities; start from %s, which it reads", m.Net.Name, layer, m.Net.Node(layer).Inputs[0])
	}
	shape := parts[0].ctx.Out.Shape.Clone()
	shape[0] *= len(parts)
	if len(seed) != len(shape)+1 || !seed[1:].Equal(shape) || seed[0] < 1 || seed[0] > m.opt.Batch {
		return nil, fmt.Errorf("network %s: a seed for layer %s is %s for each of 1 to %d images, got %s", m.Net.Name, layer, shape, m.opt.Batch, seed)
	}
	return parts, nil
}

// plant writes the seed into the gradient of a node's output, each half's rows
// to its device, and zero for the images beyond the seed's.
func (m *Model) plant(starts []*compute, seed *tensor.Tensor) {
	for i, c := range starts {
		half := c.ctx.Out.Shape.Size()
		rows := make([]float32, m.opt.Batch*half)
		for r := range seed.Shape[0] {
			copy(rows[r*half:(r+1)*half], seed.Data[(r*len(starts)+i)*half:])
		}
		c.ctx.Device.Upload(c.ctx.Out.Grad, 0, rows)
	}
}

// backpass is what runs on the way from some passes to the images.
type backpass struct {
	*Model
	reached  map[*compute]bool
	crossing map[*transfer]bool // whose gradient comes home
}

// newBackpass finds what the starts depend on, themselves included.
func (m *Model) newBackpass(starts []*compute) *backpass {
	b := &backpass{Model: m, reached: map[*compute]bool{}, crossing: map[*transfer]bool{}}
	for _, c := range starts {
		b.reached[c] = true
	}
	for i := len(m.passes) - 1; i >= 0; i-- {
		if c := m.passes[i]; b.reached[c] {
			b.reach(c.ctx.Node.Inputs, c.dev)
		}
	}
	return b
}

// reach marks what a pass on a device reads.
func (b *backpass) reach(inputs []string, dev int) {
	for _, name := range inputs {
		for _, c := range b.passes {
			if c.ctx.Node.Name == name {
				b.reached[c] = true
			}
		}
		for _, t := range b.transfers {
			if t.name == name && t.to.dev == dev {
				b.crossing[t] = true
			}
		}
	}
}

// clear zeroes the gradients that several readers share, for not all of them may
// send one, and those of the images.
func (b *backpass) clear() {
	var shared []*value
	for _, c := range b.passes {
		if len(c.out.extra) > 0 {
			shared = append(shared, c.out)
		}
	}
	for _, t := range b.transfers {
		shared = append(shared, t.to)
	}
	for _, v := range append(shared, b.inputs...) {
		if v == nil {
			continue
		}
		for _, g := range v.gradients() {
			b.opt.Devices[v.dev].Fill(g, 0)
		}
	}
}

// gradients returns the buffers whose sum is the gradient.
func (v *value) gradients() []device.Buffer { return append([]device.Buffer{v.Grad}, v.extra...) }

// run turns the forward pass around, as far as it is reached.
func (b *backpass) run(r Rule) {
	for i := len(b.forward) - 1; i >= 0; i-- {
		switch f := b.forward[i]; {
		case f.kind == computing && b.reached[f.c]:
			f.c.out.sumGradients(f.c.ctx.Device, f.c.ctx.Batch)
			r.back(&f.c.ctx)
		case f.kind == sending && b.crossing[f.t]:
			f.t.receiveBack()
		case f.kind == receiving && b.crossing[f.t]:
			f.t.sendBack()
		}
	}
}

// back takes the signal through one layer.
func (r Rule) back(c *Context) {
	n := c.Batch * c.Out.Shape.Size()
	a, isActivation := c.Node.Layer.(*Activation)
	_, isLRN := c.Node.Layer.(*LRN)
	rectify := device.Activation{N: n, F: device.ReLU}
	switch dx := c.In[0].Grad; {
	case r == Deconvolution && isLRN:
		c.Device.Scale(n, 1, c.Out.Grad, dx)
	case r == Deconvolution && isActivation && a.F == device.ReLU:
		c.Device.Activate(rectify, c.Out.Grad, dx)
	case r == Guided && isActivation && a.F == device.ReLU:
		c.Device.ActivateBackward(rectify, c.Out.Data, c.Out.Grad, dx)
		c.Device.Activate(rectify, dx, dx)
	default:
		c.Node.Layer.Backward(c)
	}
}
