package device

import "fmt"

// Window is a kernel sliding over an image. Output position (i, j) covers rows
// i*StrideH-PadTop to i*StrideH-PadTop+KernelH-1. What lies outside the image
// reads as zero in convolutions and is left out in pools, so padding below and
// to the right, and the partial last window of ceil rounding, are given by OutH
// and OutW alone.
type Window struct {
	KernelH, KernelW int
	StrideH, StrideW int
	PadTop, PadLeft  int
	OutH, OutW       int
}

func (w Window) check(op string) {
	mustPositive(op, "kernel, stride and output size", w.KernelH, w.KernelW, w.StrideH, w.StrideW, w.OutH, w.OutW)
	if w.PadTop < 0 || w.PadLeft < 0 {
		panic(fmt.Sprintf("device: %s: negative padding %d, %d", op, w.PadTop, w.PadLeft))
	}
}

// Image is a batch of N images with C channels of H x W.
type Image struct{ N, C, H, W int }

// Size returns N*C*H*W.
func (i Image) Size() int { return i.N * i.C * i.H * i.W }

// Conv describes a convolution, shared or local.
type Conv struct {
	Image      // the input
	K      int // filters, all groups together
	Groups int // filters of group g read channels g*C/Groups and on
	Window
}

// OutSize returns N*K*OutH*OutW.
func (p Conv) OutSize() int { return p.N * p.K * p.OutH * p.OutW }

// FilterSize returns the elements one filter covers: C/Groups*KernelH*KernelW.
func (p Conv) FilterSize() int { return p.C / p.Groups * p.KernelH * p.KernelW }

// Check panics unless the sizes make sense.
func (p Conv) Check(op string) {
	mustPositive(op, "N, C, H, W, K and Groups", p.N, p.C, p.H, p.W, p.K, p.Groups)
	p.Window.check(op)
	if p.C%p.Groups != 0 || p.K%p.Groups != 0 {
		panic(fmt.Sprintf("device: %s: %d channels and %d filters do not divide into %d groups", op, p.C, p.K, p.Groups))
	}
}

// CheckBuffers panics unless input, weights, bias (may be nil) and output hold
// what the convolution needs; their gradients have the same sizes.
func (p Conv) CheckBuffers(op string, local bool, x, w, b, y Buffer) {
	p.Check(op)
	weights, bias := p.K*p.FilterSize(), p.K
	if local {
		weights *= p.OutH * p.OutW
		bias *= p.OutH * p.OutW
	}
	checkPresent(op, x, p.Size(), y, p.OutSize(), w, weights, b, bias)
}

// FC describes a fully connected layer.
type FC struct{ N, In, Out int }

// CheckBuffers panics unless the buffers fit; nil ones are left out.
func (p FC) CheckBuffers(op string, x, w, b, y Buffer) {
	mustPositive(op, "N, In and Out", p.N, p.In, p.Out)
	checkPresent(op, x, p.N*p.In, y, p.N*p.Out, w, p.In*p.Out, b, p.Out)
}

func checkPresent(op string, x Buffer, xn int, y Buffer, yn int, w Buffer, wn int, b Buffer, bn int) {
	for _, c := range []struct {
		name string
		buf  Buffer
		n    int
	}{{"x", x, xn}, {"y", y, yn}, {"w", w, wn}, {"b", b, bn}} {
		if c.buf != nil {
			mustLen(op, c.name, c.buf, c.n)
		}
	}
}

// Copy moves Rows rows of Cols elements between two strided blocks: element
// (r, c) goes from SrcOffset+r*SrcStride+c to DstOffset+r*DstStride+c.
type Copy struct {
	Rows, Cols           int
	SrcOffset, SrcStride int
	DstOffset, DstStride int
	Accumulate           bool // add to what is there
}

// CheckBuffers panics unless both blocks lie inside their buffers.
func (p Copy) CheckBuffers(src, dst Buffer) {
	mustPositive("Copy", "Rows and Cols", p.Rows, p.Cols)
	if p.SrcOffset < 0 || p.DstOffset < 0 || p.SrcStride < 0 || p.DstStride < p.Cols && p.Rows > 1 {
		panic(fmt.Sprintf("device: Copy: bad offsets or strides %+v", p))
	}
	mustLen("Copy", "src", src, p.SrcOffset+(p.Rows-1)*p.SrcStride+p.Cols)
	mustLen("Copy", "dst", dst, p.DstOffset+(p.Rows-1)*p.DstStride+p.Cols)
}

// Function is a neuron's nonlinearity.
type Function int

// The nonlinearities of the paper's section 3.1 and figure 1.
const (
	ReLU Function = iota
	Tanh
	Sigmoid
)

func (f Function) String() string { return [...]string{"relu", "tanh", "sigmoid"}[f] }

// Activation applies a nonlinearity to N elements.
type Activation struct {
	N int
	F Function
}

// CheckBuffers panics unless the function is known and the buffers hold N
// elements.
func (p Activation) CheckBuffers(op string, bufs ...Buffer) {
	mustPositive(op, "N", p.N)
	if p.F < ReLU || p.F > Sigmoid {
		panic(fmt.Sprintf("device: %s: unknown function %d", op, int(p.F)))
	}
	for _, b := range bufs {
		mustLen(op, "of N elements", b, p.N)
	}
}

// Dropout describes the mask over a batch of Rows vectors of Cols elements.
// Element (r, c) is kept when word r*Total+Offset+c of the stream (seed,
// Purpose, step) is below Keep*2^32, so the two halves of a layer that is split
// over two devices draw the masks of the whole one.
type Dropout struct {
	Rows, Cols    int
	Total, Offset int
	Keep          float32 // probability of keeping an element, (0, 1]
	Scale         float32 // of kept elements: 1 as in the paper, 1/Keep inverted
	Purpose       uint32  // see tensor.Purpose
}

// Threshold returns the number of 32-bit words that keep an element.
func (p Dropout) Threshold() uint64 { return uint64(float64(p.Keep) * (1 << 32)) }

// CheckBuffers panics unless the mask makes sense and the buffers fit.
func (p Dropout) CheckBuffers(x, y Buffer) {
	mustPositive("Dropout", "Rows and Cols", p.Rows, p.Cols)
	if p.Offset < 0 || p.Offset+p.Cols > p.Total || !(p.Keep > 0 && p.Keep <= 1) {
		panic(fmt.Sprintf("device: Dropout: bad parameters %+v", p))
	}
	mustLen("Dropout", "x", x, p.Rows*p.Cols)
	mustLen("Dropout", "y", y, p.Rows*p.Cols)
}

// SGD describes the update of one parameter of N elements:
//
//	v := Momentum*v - Decay*rate*w - rate*g,  w := w + v,  rate = Rate*RateFactor
//
// with Rate and Momentum from the StepState.
type SGD struct {
	N          int
	RateFactor float32
	Decay      float32
}

// CheckBuffers panics unless the buffers fit.
func (p SGD) CheckBuffers(w, g, v Buffer) {
	mustPositive("SGD", "N", p.N)
	mustLen("SGD", "w", w, p.N)
	mustLen("SGD", "g", g, p.N)
	mustLen("SGD", "v", v, p.N)
}

// LRN describes local response normalization,
//
//	y = x / (K + Alpha * sum x_j^2)^Beta
//
// over the Size neighbours around each element: across maps (the paper's
// section 3.3: channels c-Size/2 to c-Size/2+Size-1, within the element's group
// of channels) or, with SameMap set, over the Size x Size square of the same
// map. Alpha is not divided by the number of neighbours.
type LRN struct {
	Image
	Size           int
	Alpha, Beta, K float32
	Groups         int // groups of channels that do not see each other; 1 with SameMap
	SameMap        bool
}

// CheckBuffers panics unless the buffers fit; each holds Size() elements.
func (p LRN) CheckBuffers(op string, bufs ...Buffer) {
	mustPositive(op, "N, C, H, W, Size and Groups", p.N, p.C, p.H, p.W, p.Size, p.Groups)
	if p.C%p.Groups != 0 {
		panic(fmt.Sprintf("device: %s: %d channels do not divide into %d groups", op, p.C, p.Groups))
	}
	for _, b := range bufs {
		mustLen(op, "of an image", b, p.Image.Size())
	}
}

// Pool describes pooling of each channel by itself.
type Pool struct {
	Image // the input
	Window
}

// OutSize returns N*C*OutH*OutW.
func (p Pool) OutSize() int { return p.N * p.C * p.OutH * p.OutW }

// CheckBuffers panics unless every window touches the image and the buffers fit.
func (p Pool) CheckBuffers(op string, in []Buffer, out []Buffer) {
	mustPositive(op, "N, C, H and W", p.N, p.C, p.H, p.W)
	p.Window.check(op)
	if p.PadTop >= p.KernelH || p.PadLeft >= p.KernelW ||
		(p.OutH-1)*p.StrideH-p.PadTop >= p.H || (p.OutW-1)*p.StrideW-p.PadLeft >= p.W {
		panic(fmt.Sprintf("device: %s: a window lies outside the image: %+v", op, p))
	}
	for _, b := range in {
		mustLen(op, "of the input's size", b, p.Image.Size())
	}
	for _, b := range out {
		mustLen(op, "of the output's size", b, p.OutSize())
	}
}

// Classes describes N rows of scores over C classes.
type Classes struct{ N, C int }

// CheckBuffers panics unless the matrices hold N*C and the vectors N elements.
func (p Classes) CheckBuffers(op string, matrices []Buffer, vectors []Buffer) {
	mustPositive(op, "N and C", p.N, p.C)
	for _, b := range matrices {
		mustLen(op, "of scores", b, p.N*p.C)
	}
	for _, b := range vectors {
		mustLen(op, "per row", b, p.N)
	}
}

// CheckMessage panics unless the buffer and the link hold n elements. op is
// Send or Receive.
func CheckMessage(op string, b Buffer, n int, l *Link) {
	mustPositive(op, "n", n)
	mustLen(op, "to copy", b, n)
	if n > l.Len() {
		panic(fmt.Sprintf("device: %s: the link holds %d elements, needs %d", op, l.Len(), n))
	}
}

// CheckMarks panics unless slots from first to first+n-1 are below MaxMarks.
func CheckMarks(op string, first, n int) {
	if first < 0 || first+n > MaxMarks {
		panic(fmt.Sprintf("device: %s: slots %d to %d, there are %d", op, first, first+n-1, MaxMarks))
	}
}
