//go:build cgo

package vulkan

import (
	"iter"

	"tandem/engine/device"
	"tandem/shaders"
)

// elementwise starts a kernel with an invocation for each of n parts. Its first
// push word is n, its first constant the workgroup's size.
func (d *Device) elementwise(k *shaders.Kernel, n int, push, spec []uint32, args ...view) {
	d.start(k, n, n, push, spec, args)
}

// byFours starts a kernel with an invocation for each four of n elements, and
// one for the rest.
func (d *Device) byFours(k *shaders.Kernel, n int, push, spec []uint32, args ...view) {
	d.start(k, n, n/4+1, push, spec, args)
}

func (d *Device) start(k *shaders.Kernel, n, invocations int, push, spec []uint32, args []view) {
	d.dispatch(call{
		kernel: k,
		spec:   append([]uint32{d.threads()}, spec...),
		push:   append([]uint32{uint32(n)}, push...),
		args:   args,
		groups: d.elementGroups(invocations),
	})
}

// runs splits n elements into runs (first, count) that fit a view. They begin
// at whole fours.
func (d *Device) runs(n int) iter.Seq2[int, int] {
	return func(yield func(first, count int) bool) {
		for first, fours := range d.chunks(ceilDiv(n, 4), 4) {
			if !yield(4*first, min(4*fours, n-4*first)) {
				return
			}
		}
	}
}

// Fill sets every element of dst.
func (d *Device) Fill(dst device.Buffer, value float32) {
	d.count().Operations++
	for first, n := range d.runs(dst.Len()) {
		d.byFours(shaders.Fill, n, []uint32{bits(value)}, nil, at(dst, first, n))
	}
}

// Scale computes y = factor * x.
func (d *Device) Scale(n int, factor float32, x, y device.Buffer) {
	device.Activation{N: n}.CheckBuffers("Scale", x, y)
	d.count().Operations++
	for first, n := range d.runs(n) {
		d.byFours(shaders.Scale, n, []uint32{bits(factor)}, nil, at(x, first, n), at(y, first, n))
	}
}

// Activate computes y = f(x).
func (d *Device) Activate(p device.Activation, x, y device.Buffer) {
	p.CheckBuffers("Activate", x, y)
	d.count().Operations++
	for first, n := range d.runs(p.N) {
		d.byFours(shaders.Activate, n, nil, []uint32{uint32(p.F)}, at(x, first, n), at(y, first, n))
	}
}

// ActivateBackward computes dx = dy * f'(x) from the output y.
func (d *Device) ActivateBackward(p device.Activation, y, dy, dx device.Buffer) {
	p.CheckBuffers("ActivateBackward", y, dy, dx)
	d.count().Operations++
	for first, n := range d.runs(p.N) {
		d.byFours(shaders.ActivateBackward, n, nil, []uint32{uint32(p.F)},
			at(y, first, n), at(dy, first, n), at(dx, first, n))
	}
}
