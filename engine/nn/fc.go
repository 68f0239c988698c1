package nn

import (
	"fmt"

	"tandem/engine/device"
	"tandem/engine/tensor"
)

// FC is a fully connected layer: weights (Outputs, inputs), a bias per output.
// Maps are read in the order channel, row, column.
type FC struct {
	Outputs int       `json:"outputs"`
	Weight  ParamSpec `json:"weight"`
	Bias    ParamSpec `json:"bias"`
}

func (*FC) Type() string { return "fc" }

func (l *FC) OutShape(in []tensor.Shape) (tensor.Shape, error) {
	if _, err := one(in); err != nil {
		return nil, err
	}
	if l.Outputs < 1 {
		return nil, fmt.Errorf("outputs must be at least 1, got %d", l.Outputs)
	}
	return tensor.Shape{l.Outputs}, nil
}

func (l *FC) Params(in []tensor.Shape) []Param {
	return []Param{
		{"weight", tensor.Shape{l.Outputs, in[0].Size()}, l.Weight},
		{"bias", tensor.Shape{l.Outputs}, l.Bias},
	}
}

func (l *FC) MultiplyAdds(in []tensor.Shape) int64 { return int64(l.Outputs) * int64(in[0].Size()) }

func (*FC) Traits() Traits { return Traits{WholeWindows: true} }

func (l *FC) Halve() (Layer, error) {
	if l.Outputs%2 != 0 {
		return nil, fmt.Errorf("%d outputs cannot be split over two devices", l.Outputs)
	}
	half := *l
	half.Outputs /= 2
	return &half, nil
}

func (*FC) Scratch(int, []tensor.Shape) []int { return nil }

func (l *FC) params(c *Context) device.FC {
	return device.FC{N: c.Batch, In: c.In[0].Shape.Size(), Out: l.Outputs}
}

func (l *FC) Forward(c *Context) {
	c.Device.FCForward(l.params(c), c.In[0].Data, c.Params[0].Weights, c.Params[1].Weights, c.Out.Data)
}

func (l *FC) Backward(c *Context) {
	if c.In[0].Grad != nil {
		c.Device.FCBackwardInput(l.params(c), c.Out.Grad, c.Params[0].Weights, c.In[0].Grad)
	}
}

func (l *FC) BackwardParams(c *Context) {
	c.Device.FCBackwardWeights(l.params(c), c.In[0].Data, c.Out.Grad, c.Params[0].Grad, c.Params[1].Grad)
}
