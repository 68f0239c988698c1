package nn

import (
	"fmt"

	"tandem/engine/device"
	"tandem/engine/tensor"
)

// Activation applies a nonlinearity to every element (section 3.1).
type Activation struct {
	noParams
	F device.Function `json:"-"` // told by the type's name in files
}

func (l *Activation) Type() string { return l.F.String() }

func (*Activation) OutShape(in []tensor.Shape) (tensor.Shape, error) { return one(in) }

func (*Activation) Traits() Traits {
	return Traits{InPlace: true, NeedsOutput: true, ReadsHalf: true}
}

func (l *Activation) Halve() (Layer, error) { return l, nil }

func (l *Activation) params(c *Context) device.Activation {
	return device.Activation{N: c.Batch * c.Out.Shape.Size(), F: l.F}
}

func (l *Activation) Forward(c *Context) { c.Device.Activate(l.params(c), c.In[0].Data, c.Out.Data) }

func (l *Activation) Backward(c *Context) {
	if c.In[0].Grad != nil {
		c.Device.ActivateBackward(l.params(c), c.Out.Data, c.Out.Grad, c.In[0].Grad)
	}
}

// Dropout zeroes each element with probability 1-Keep while training (section
// 4.2). At test time every element is multiplied by Keep, as in the paper; with
// Inverted set, the elements kept in training are divided by Keep instead.
type Dropout struct {
	noParams
	Keep     float32 `json:"keep"`
	Inverted bool    `json:"inverted,omitempty"`

	halved bool // the layer is one tower's half
}

func (*Dropout) Type() string { return "dropout" }

func (l *Dropout) OutShape(in []tensor.Shape) (tensor.Shape, error) {
	if !(l.Keep > 0 && l.Keep <= 1) {
		return nil, fmt.Errorf("keep must be above 0 and at most 1, got %g", l.Keep)
	}
	return one(in)
}

func (*Dropout) Traits() Traits { return Traits{InPlace: true, ReadsHalf: true} }

func (l *Dropout) Halve() (Layer, error) {
	half := *l
	half.halved = true
	return &half, nil
}

// mask describes the part of the whole layer's mask that this node draws.
func (l *Dropout) mask(c *Context) device.Dropout {
	cols := c.Out.Shape.Size()
	p := device.Dropout{
		Rows: c.Batch, Cols: cols, Total: cols, Keep: l.Keep, Scale: 1,
		Purpose: tensor.Purpose("dropout/" + c.Node.origin()),
	}
	if l.halved {
		p.Total, p.Offset = 2*cols, c.Node.half*cols
	}
	if l.Inverted {
		p.Scale = 1 / l.Keep
	}
	return p
}

func (l *Dropout) Forward(c *Context) {
	switch n := c.Batch * c.Out.Shape.Size(); {
	case c.Train:
		c.Device.Dropout(l.mask(c), c.In[0].Data, c.Out.Data)
	case l.Inverted:
		c.Device.Scale(n, 1, c.In[0].Data, c.Out.Data)
	default:
		c.Device.Scale(n, l.Keep, c.In[0].Data, c.Out.Data)
	}
}

func (l *Dropout) Backward(c *Context) {
	n := c.Batch * c.Out.Shape.Size()
	switch {
	case c.In[0].Grad == nil:
	case c.Train:
		c.Device.Dropout(l.mask(c), c.Out.Grad, c.In[0].Grad)
	case l.Inverted:
		c.Device.Scale(n, 1, c.Out.Grad, c.In[0].Grad)
	default:
		c.Device.Scale(n, l.Keep, c.Out.Grad, c.In[0].Grad)
	}
}
