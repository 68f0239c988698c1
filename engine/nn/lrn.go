package nn

import (
	"fmt"

	"tandem/engine/device"
	"tandem/engine/tensor"
)

// LRN is local response normalization (section 3.3), across maps or, with
// SameMap, over a square of the same map (the released code's rnorm).
type LRN struct {
	noParams
	Size    int     `json:"size"`
	Alpha   float32 `json:"alpha"` // factor on the sum of squares, not divided by its length
	Beta    float32 `json:"beta"`
	K       float32 `json:"k"`
	Groups  int     `json:"groups,omitempty"` // of channels that do not see each other; 1 if not given
	SameMap bool    `json:"same_map,omitempty"`
}

func (*LRN) Type() string { return "lrn" }

func (l *LRN) groups() int {
	if l.Groups == 0 || l.SameMap {
		return 1
	}
	return l.Groups
}

func (l *LRN) OutShape(in []tensor.Shape) (tensor.Shape, error) {
	x, err := one(in)
	switch {
	case err != nil:
		return nil, err
	case len(x) != 3:
		return nil, fmt.Errorf("needs maps (channels, height, width), got %s", x)
	case l.Size < 1 || l.Size > maxExtent:
		return nil, fmt.Errorf("size must be from 1 to %d, got %d", maxExtent, l.Size)
	case !(l.K > 0):
		return nil, fmt.Errorf("k must be above 0, got %g", l.K)
	case !(l.Alpha >= 0), !(l.Beta >= 0):
		return nil, fmt.Errorf("alpha and beta must not be negative, got %g and %g", l.Alpha, l.Beta)
	case l.Groups < 0 || x[0]%l.groups() != 0:
		return nil, fmt.Errorf("%d channels do not divide into %d groups", x[0], l.Groups)
	}
	return x, nil
}

func (*LRN) Traits() Traits { return Traits{ReadsHalf: true} }

func (l *LRN) Halve() (Layer, error) {
	if !l.SameMap && l.groups() != 2 {
		return nil, fmt.Errorf("normalizes across both towers, which cannot be split over two devices (groups 2 would keep them apart)")
	}
	half := *l
	half.Groups = 1
	return &half, nil
}

func (l *LRN) params(c *Context) device.LRN {
	return device.LRN{Image: c.image(), Size: l.Size, Alpha: l.Alpha, Beta: l.Beta, K: l.K, Groups: l.groups(), SameMap: l.SameMap}
}

func (l *LRN) Forward(c *Context) { c.Device.LRN(l.params(c), c.In[0].Data, c.Out.Data) }

func (l *LRN) Backward(c *Context) {
	if c.In[0].Grad != nil {
		c.Device.LRNBackward(l.params(c), c.In[0].Data, c.Out.Grad, c.In[0].Grad)
	}
}
