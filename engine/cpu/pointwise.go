package cpu

import (
	"math"

	"tandem/engine/device"
)

// grain is how many elements of a simple loop one worker takes at a time:
// enough to hide the cost of handing them out, few enough to stay in its cache.
const grain = 1 << 14

// Fill sets every element of dst.
func (d *Device) Fill(dst device.Buffer, value float32) {
	to := data(dst)
	d.enqueue(func() {
		d.parallelRange(len(to), grain, func(lo, hi int) {
			part := to[lo:hi]
			for i := range part {
				part[i] = value
			}
		})
	})
}

// Copy moves or adds a block of rows.
func (d *Device) Copy(p device.Copy, src, dst device.Buffer) {
	p.CheckBuffers(src, dst)
	from, to := data(src)[p.SrcOffset:], data(dst)[p.DstOffset:]
	pieces := (p.Cols + grain - 1) / grain // of a row
	rows := max(1, grain/p.Cols)
	d.enqueue(func() {
		d.parallelRange(p.Rows*pieces, rows, func(lo, hi int) {
			for i := lo; i < hi; i++ {
				r, c := i/pieces, i%pieces*grain
				n := min(grain, p.Cols-c)
				copyRow(to[r*p.DstStride+c:][:n], from[r*p.SrcStride+c:][:n], p.Accumulate)
			}
		})
	})
}

func copyRow(dst, src []float32, accumulate bool) {
	if !accumulate {
		copy(dst, src)
		return
	}
	add(dst, src)
}

func add(dst, src []float32) {
	for i := addVector(dst, src); i < len(dst); i++ {
		dst[i] += src[i]
	}
}

// Scale computes y = factor * x.
func (d *Device) Scale(n int, factor float32, x, y device.Buffer) {
	device.Activation{N: n}.CheckBuffers("Scale", x, y)
	from, to := data(x), data(y)
	d.enqueue(func() {
		d.parallelRange(n, grain, func(lo, hi int) {
			part, out := from[lo:hi], to[lo:hi]
			for i, v := range part {
				out[i] = factor * v
			}
		})
	})
}

// Activate computes y = f(x).
func (d *Device) Activate(p device.Activation, x, y device.Buffer) {
	p.CheckBuffers("Activate", x, y)
	from, to, f := data(x), data(y), activations[p.F]
	d.enqueue(func() {
		d.parallelRange(p.N, grain, func(lo, hi int) { f.forward(to[lo:hi], from[lo:hi]) })
	})
}

// ActivateBackward computes dx = dy * f'(x) from the output y.
func (d *Device) ActivateBackward(p device.Activation, y, dy, dx device.Buffer) {
	p.CheckBuffers("ActivateBackward", y, dy, dx)
	output, from, to, f := data(y), data(dy), data(dx), activations[p.F]
	d.enqueue(func() {
		d.parallelRange(p.N, grain, func(lo, hi int) { f.backward(to[lo:hi], output[lo:hi], from[lo:hi]) })
	})
}

var activations = [...]struct {
	forward  func(y, x []float32)
	backward func(dx, y, dy []float32)
}{
	device.ReLU:    {relu, reluBackward},
	device.Tanh:    {tanh, tanhBackward},
	device.Sigmoid: {sigmoid, sigmoidBackward},
}

// relu lets NaN through, as the built-in max does.
func relu(y, x []float32) {
	for i := reluVector(y, x); i < len(x); i++ {
		y[i] = max(x[i], 0)
	}
}

func reluBackward(dx, y, dy []float32) {
	for i := reluBackwardVector(dx, y, dy); i < len(dx); i++ {
		dx[i] = whereAboveZero(y[i], dy[i])
	}
}

// whereAboveZero returns v where y > 0, else 0. The sign of y is as good as
// random, so it works on bits: a branch would be mispredicted half the time.
func whereAboveZero(y, v float32) float32 {
	bits := int32(math.Float32bits(y))
	mask := uint32((-bits &^ bits) >> 31) // all ones for positive bits
	return math.Float32frombits(math.Float32bits(v) & mask)
}

func tanh(y, x []float32) {
	for i, v := range x {
		y[i] = float32(math.Tanh(float64(v)))
	}
}

func tanhBackward(dx, y, dy []float32) {
	for i, v := range y {
		dx[i] = dy[i] * (1 - v*v)
	}
}

func sigmoid(y, x []float32) {
	for i, v := range x {
		y[i] = float32(1 / (1 + math.Exp(-float64(v))))
	}
}

func sigmoidBackward(dx, y, dy []float32) {
	for i, v := range y {
		dx[i] = dy[i] * v * (1 - v)
	}
}
