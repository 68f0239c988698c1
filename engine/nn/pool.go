package nn

import (
	"fmt"

	"tandem/engine/device"
	"tandem/engine/tensor"
)

// Pool is max or average pooling; it overlaps where Stride < Kernel
// (section 3.4).
type Pool struct {
	noParams
	Kind string `json:"kind"` // "max" or "average"
	Window
}

func (*Pool) Type() string { return "pool" }

func (l *Pool) OutShape(in []tensor.Shape) (tensor.Shape, error) {
	x, err := one(in)
	if err != nil {
		return nil, err
	}
	if l.Kind != "max" && l.Kind != "average" {
		return nil, fmt.Errorf("kind must be max or average, got %q", l.Kind)
	}
	w, err := l.on(x)
	if err != nil {
		return nil, err
	}
	if (w.OutH-1)*w.StrideH-w.PadTop >= x[1] || (w.OutW-1)*w.StrideW-w.PadLeft >= x[2] {
		return nil, fmt.Errorf("the last window lies wholly in the padding of an image of %dx%d", x[1], x[2])
	}
	return tensor.Shape{x[0], w.OutH, w.OutW}, nil
}

func (*Pool) Traits() Traits { return Traits{ReadsHalf: true} }

func (l *Pool) Halve() (Layer, error) { return l, nil }

func (l *Pool) Scratch(batch int, in []tensor.Shape) []int {
	if l.Kind != "max" {
		return nil
	}
	w := l.mustOn(in[0])
	return []int{batch * in[0][0] * w.OutH * w.OutW}
}

func (l *Pool) params(c *Context) device.Pool {
	return device.Pool{Image: c.image(), Window: l.mustOn(c.In[0].Shape)}
}

func (l *Pool) Forward(c *Context) {
	if l.Kind == "max" {
		c.Device.MaxPool(l.params(c), c.In[0].Data, c.Out.Data, c.Scratch[0])
		return
	}
	c.Device.AvgPool(l.params(c), c.In[0].Data, c.Out.Data)
}

func (l *Pool) Backward(c *Context) {
	switch {
	case c.In[0].Grad == nil:
	case l.Kind == "max":
		c.Device.MaxPoolBackward(l.params(c), c.Scratch[0], c.Out.Grad, c.In[0].Grad)
	default:
		c.Device.AvgPoolBackward(l.params(c), c.Out.Grad, c.In[0].Grad)
	}
}
