package nn

import (
	"fmt"

	"tandem/engine/device"
	"tandem/engine/tensor"
)

// Conv is a convolution with shared weights, (Filters, C/Groups, Kernel,
// Kernel), and a bias per filter; or, with Local set, one with weights of its
// own at every position (cuda-convnet's "local" layer), (OutH, OutW, Filters,
// C/Groups, Kernel, Kernel), and a bias per output (Filters, OutH, OutW).
type Conv struct {
	Filters int `json:"filters"`
	Window
	Groups int       `json:"groups,omitempty"` // 1 if not given
	Weight ParamSpec `json:"weight"`
	Bias   ParamSpec `json:"bias"`
	Local  bool      `json:"-"` // told by the type's name in files
}

func (l *Conv) Type() string {
	if l.Local {
		return "local"
	}
	return "conv"
}

func (l *Conv) groups() int {
	if l.Groups == 0 {
		return 1
	}
	return l.Groups
}

func (l *Conv) OutShape(in []tensor.Shape) (tensor.Shape, error) {
	x, err := one(in)
	if err != nil {
		return nil, err
	}
	w, err := l.on(x)
	switch {
	case err != nil:
		return nil, err
	case l.Filters < 1:
		return nil, fmt.Errorf("filters must be at least 1, got %d", l.Filters)
	case l.Groups < 0:
		return nil, fmt.Errorf("groups must be at least 1, got %d", l.Groups)
	case x[0]%l.groups() != 0 || l.Filters%l.groups() != 0:
		return nil, fmt.Errorf("%d channels and %d filters do not divide into %d groups", x[0], l.Filters, l.groups())
	}
	return tensor.Shape{l.Filters, w.OutH, w.OutW}, nil
}

func (l *Conv) Params(in []tensor.Shape) []Param {
	w := l.mustOn(in[0])
	weight := tensor.Shape{l.Filters, in[0][0] / l.groups(), l.Kernel, l.Kernel}
	bias := tensor.Shape{l.Filters}
	if l.Local {
		weight = append(tensor.Shape{w.OutH, w.OutW}, weight...)
		bias = append(bias, w.OutH, w.OutW)
	}
	return []Param{{"weight", weight, l.Weight}, {"bias", bias, l.Bias}}
}

func (l *Conv) MultiplyAdds(in []tensor.Shape) int64 {
	w := l.mustOn(in[0])
	return int64(l.Filters) * int64(w.OutH*w.OutW) * int64(in[0][0]/l.groups()*l.Kernel*l.Kernel)
}

func (l *Conv) Traits() Traits { return Traits{ReadsHalf: l.groups() == 2} }

func (l *Conv) Halve() (Layer, error) {
	if l.Local {
		return nil, fmt.Errorf("a local layer cannot be split over two devices")
	}
	if l.Filters%2 != 0 || l.groups() > 2 {
		return nil, fmt.Errorf("%d filters in %d groups cannot be split over two devices", l.Filters, l.groups())
	}
	half := *l
	half.Filters, half.Groups = l.Filters/2, 1
	return &half, nil
}

func (l *Conv) Scratch(int, []tensor.Shape) []int { return nil }

func (l *Conv) params(c *Context) device.Conv {
	return device.Conv{Image: c.image(), K: l.Filters, Groups: l.groups(), Window: l.mustOn(c.In[0].Shape)}
}

func (l *Conv) Forward(c *Context) {
	forward := c.Device.ConvForward
	if l.Local {
		forward = c.Device.LocalForward
	}
	forward(l.params(c), c.In[0].Data, c.Params[0].Weights, c.Params[1].Weights, c.Out.Data)
}

func (l *Conv) Backward(c *Context) {
	if c.In[0].Grad == nil {
		return
	}
	backward := c.Device.ConvBackwardInput
	if l.Local {
		backward = c.Device.LocalBackwardInput
	}
	backward(l.params(c), c.Out.Grad, c.Params[0].Weights, c.In[0].Grad)
}

func (l *Conv) BackwardParams(c *Context) {
	backward := c.Device.ConvBackwardWeights
	if l.Local {
		backward = c.Device.LocalBackwardWeights
	}
	backward(l.params(c), c.In[0].Data, c.Out.Grad, c.Params[0].Grad, c.Params[1].Grad)
}
