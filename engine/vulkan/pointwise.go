//go:build cgo

package vulkan

import (
	"tandem/engine/device"
	"tandem/shaders"
)

// elementwise starts a kernel with an invocation for each of n elements. Its
// first push word is n, its first constant the workgroup's size.
func (d *Device) elementwise(k *shaders.Kernel, n int, push, spec []uint32, args ...view) {
	d.dispatch(call{
		kernel: k,
		spec:   append([]uint32{d.threads()}, spec...),
		push:   append([]uint32{uint32(n)}, push...),
		args:   args,
		groups: d.elementGroups(n),
	})
}

// Fill sets every element of dst.
func (d *Device) Fill(dst device.Buffer, value float32) {
	d.count().Operations++
	for first, n := range d.chunks(dst.Len(), 1) {
		d.elementwise(shaders.Fill, n, []uint32{bits(value)}, nil, at(dst, first, n))
	}
}

// Scale computes y = factor * x.
func (d *Device) Scale(n int, factor float32, x, y device.Buffer) {
	device.Activation{N: n}.CheckBuffers("Scale", x, y)
	d.count().Operations++
	for first, n := range d.chunks(n, 1) {
		d.elementwise(shaders.Scale, n, []uint32{bits(factor)}, nil, at(x, first, n), at(y, first, n))
	}
}

// Activate computes y = f(x).
func (d *Device) Activate(p device.Activation, x, y device.Buffer) {
	p.CheckBuffers("Activate", x, y)
	d.count().Operations++
	for first, n := range d.chunks(p.N, 1) {
		d.elementwise(shaders.Activate, n, nil, []uint32{uint32(p.F)}, at(x, first, n), at(y, first, n))
	}
}

// ActivateBackward computes dx = dy * f'(x) from the output y.
func (d *Device) ActivateBackward(p device.Activation, y, dy, dx device.Buffer) {
	p.CheckBuffers("ActivateBackward", y, dy, dx)
	d.count().Operations++
	for first, n := range d.chunks(p.N, 1) {
		d.elementwise(shaders.ActivateBackward, n, nil, []uint32{uint32(p.F)},
			at(y, first, n), at(dy, first, n), at(dx, first, n))
	}
}
