package nn

import (
	"fmt"

	"tandem/engine/device"
	"tandem/engine/tensor"
)

// Softmax ends a network: its output is the probability of each class, and its
// backward pass starts from the multinomial logistic loss, averaged over the
// batch (section 3.5). Scratch holds the loss and the rank of each image.
type Softmax struct {
	noParams
}

func (*Softmax) Type() string { return "softmax" }

func (*Softmax) OutShape(in []tensor.Shape) (tensor.Shape, error) {
	x, err := one(in)
	if err != nil {
		return nil, err
	}
	if x.Size() < 2 {
		return nil, fmt.Errorf("needs at least 2 classes, got %s", x)
	}
	return tensor.Shape{x.Size()}, nil
}

func (*Softmax) Traits() Traits { return Traits{NeedsOutput: true} }

func (*Softmax) Halve() (Layer, error) {
	return nil, fmt.Errorf("a softmax cannot be split over two devices; set its tower to a or b")
}

func (*Softmax) Scratch(batch int, _ []tensor.Shape) []int { return []int{batch, batch} }

func (*Softmax) Forward(c *Context) {
	p := device.Classes{N: c.Batch, C: c.Out.Shape.Size()}
	logits := c.In[0].Data
	c.Device.CrossEntropy(p, logits, c.Labels, c.Scratch[0])
	c.Device.Rank(p, logits, c.Labels, c.Scratch[1])
	c.Device.Softmax(p, logits, c.Out.Data)
}

func (*Softmax) Backward(c *Context) {
	if c.In[0].Grad == nil {
		return
	}
	p := device.Classes{N: c.Batch, C: c.Out.Shape.Size()}
	c.Device.SoftmaxBackward(p, 1/float32(c.Batch), c.Out.Data, c.Labels, c.In[0].Grad)
}

// Concat joins its inputs along the channels.
type Concat struct {
	noParams
}

func (*Concat) Type() string { return "concat" }

func (*Concat) OutShape(in []tensor.Shape) (tensor.Shape, error) {
	if len(in) < 1 {
		return nil, fmt.Errorf("takes at least 1 input")
	}
	out := in[0].Clone()
	for _, s := range in[1:] {
		if len(s) != len(out) || !s[1:].Equal(out[1:]) {
			return nil, fmt.Errorf("inputs %s and %s differ in more than their channels", in[0], s)
		}
		out[0] += s[0]
	}
	return out, nil
}

func (*Concat) Traits() Traits { return Traits{} }

func (*Concat) Halve() (Layer, error) {
	return nil, fmt.Errorf("a concat cannot be split over two devices; set its tower to a or b")
}

func (*Concat) Forward(c *Context) {
	row, at := c.Out.Shape.Size(), 0
	for _, in := range c.In {
		n := in.Shape.Size()
		c.Device.Copy(device.Copy{Rows: c.Batch, Cols: n, SrcStride: n, DstOffset: at, DstStride: row}, in.Data, c.Out.Data)
		at += n
	}
}

func (*Concat) Backward(c *Context) {
	row, at := c.Out.Shape.Size(), 0
	for _, in := range c.In {
		n := in.Shape.Size()
		if in.Grad != nil {
			c.Device.Copy(device.Copy{Rows: c.Batch, Cols: n, SrcOffset: at, SrcStride: row, DstStride: n}, c.Out.Grad, in.Grad)
		}
		at += n
	}
}
