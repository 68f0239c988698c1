package nn

import (
	"fmt"

	"tandem/engine/device"
	"tandem/engine/tensor"
)

// Window is the sliding window of a convolution or a pool.
type Window struct {
	Kernel int   `json:"kernel"`
	Stride int   `json:"stride,omitempty"` // 1 if not given
	Pad    int   `json:"pad,omitempty"`    // on every side
	Pads   []int `json:"pads,omitempty"`   // top, left, bottom, right, in place of Pad
	Ceil   bool  `json:"ceil,omitempty"`   // count a partial last window, as the released code does
}

// maxExtent bounds kernels and strides, so that sums of them never overflow.
const maxExtent = 1 << 20

func (w Window) stride() int {
	if w.Stride == 0 {
		return 1
	}
	return w.Stride
}

// pads returns top, left, bottom, right.
func (w Window) pads() [4]int {
	if len(w.Pads) == 4 {
		return [4]int(w.Pads)
	}
	return [4]int{w.Pad, w.Pad, w.Pad, w.Pad}
}

func (w Window) check() error {
	switch p := w.pads(); {
	case w.Kernel < 1:
		return fmt.Errorf("kernel must be at least 1, got %d", w.Kernel)
	case w.Stride < 0:
		return fmt.Errorf("stride must be at least 1, got %d", w.Stride)
	case len(w.Pads) != 0 && len(w.Pads) != 4:
		return fmt.Errorf("pads must be top, left, bottom, right, got %d numbers", len(w.Pads))
	case min(p[0], p[1], p[2], p[3]) < 0:
		return fmt.Errorf("padding must not be negative, got %v", p)
	case max(w.Kernel, w.Stride) > maxExtent:
		return fmt.Errorf("kernel and stride must be at most %d, got %d and %d", maxExtent, w.Kernel, w.Stride)
	case max(p[0], p[1], p[2], p[3]) >= w.Kernel:
		return fmt.Errorf("padding %v must be below the kernel size %d", p, w.Kernel)
	}
	return nil
}

// Positions returns (size + before + after - kernel) / stride + 1, rounded down
// or up: the number of windows along an axis. Rounding up never adds a window
// that lies outside the image and its leading padding.
func positions(size, before, after, kernel, stride int, ceil bool) int {
	span := size + before + after - kernel
	if span < 0 {
		if ceil && size+before > 0 {
			return 1
		}
		return 0
	}
	n := span/stride + 1
	if ceil && span%stride != 0 && n*stride < size+before {
		n++
	}
	return n
}

// on returns the window over an image of shape (C, H, W).
func (w Window) on(in tensor.Shape) (device.Window, error) {
	if err := w.check(); err != nil {
		return device.Window{}, err
	}
	if len(in) != 3 {
		return device.Window{}, fmt.Errorf("needs maps (channels, height, width), got %s", in)
	}
	p, s := w.pads(), w.stride()
	d := device.Window{
		KernelH: w.Kernel, KernelW: w.Kernel, StrideH: s, StrideW: s, PadTop: p[0], PadLeft: p[1],
		OutH: positions(in[1], p[0], p[2], w.Kernel, s, w.Ceil),
		OutW: positions(in[2], p[1], p[3], w.Kernel, s, w.Ceil),
	}
	if d.OutH < 1 || d.OutW < 1 {
		return d, fmt.Errorf("a %dx%d kernel with padding %v does not fit an image of %dx%d", w.Kernel, w.Kernel, p, in[1], in[2])
	}
	return d, nil
}

// mustOn is on for shapes that inference has accepted.
func (w Window) mustOn(in tensor.Shape) device.Window {
	d, err := w.on(in)
	if err != nil {
		panic("nn: " + err.Error())
	}
	return d
}
