//go:build cgo

package vulkan

import (
	"iter"

	"tandem/engine/device"
	"tandem/shaders"
)

// LocalForward computes convolution with weights and bias of its own at every
// position.
func (d *Device) LocalForward(p device.Conv, x, w, b, y device.Buffer) {
	p.CheckBuffers("LocalForward", true, x, w, b, y)
	d.count().Operations++
	for t := range d.localParts(p) {
		bias := t.weights(w) // where there is none, anything
		if b != nil {
			bias = at(b, 0, p.K*p.OutH*p.OutW)
		}
		images := ceilDiv(t.images, severalOf(p.N))
		d.local(shaders.LocalForward, t, images*t.positions*p.K, severalOf(p.N), b != nil,
			t.input(x), t.weights(w), bias, t.output(y))
	}
}

// LocalBackwardInput computes dx.
func (d *Device) LocalBackwardInput(p device.Conv, dy, w, dx device.Buffer) {
	p.CheckBuffers("LocalBackwardInput", true, dx, w, nil, dy)
	d.count().Operations++
	for t := range d.localParts(p) {
		images := ceilDiv(t.images, severalOf(p.N))
		d.local(shaders.LocalBackwardInput, t, images*p.C*p.H*p.W, severalOf(p.N), t.position > 0,
			t.output(dy), t.weights(w), t.input(dx))
	}
}

// LocalBackwardWeights computes dw and, unless it is nil, db.
func (d *Device) LocalBackwardWeights(p device.Conv, x, dy, dw, db device.Buffer) {
	p.CheckBuffers("LocalBackwardWeights", true, x, dw, db, dy)
	d.count().Operations++
	filters := p.K / p.Groups
	blocks := ceilDiv(filters, severalOf(filters))
	for t := range d.localParts(p) {
		d.local(shaders.LocalBackwardWeights, t, t.positions*p.Groups*blocks*p.FilterSize(), severalOf(filters), t.image > 0,
			t.input(x), t.output(dy), t.weights(dw))
		if db != nil && t.position == 0 {
			n := p.K * p.OutH * p.OutW
			d.elementwise(shaders.LocalBackwardBias, n, []uint32{uint32(t.images), flag(t.image > 0)}, nil,
				t.output(dy), at(db, 0, n))
		}
	}
}

// severalOf is how many of n an invocation makes.
func severalOf(n int) int {
	if n < 4 {
		return 1
	}
	return 4
}

// localPart is some images and the weights of some positions.
type localPart struct {
	device.Conv
	image, images       int
	position, positions int
}

// localParts splits a layer so that every buffer fits a view. Parts that share
// outputs come one after the other.
func (d *Device) localParts(p device.Conv) iter.Seq[localPart] {
	return func(yield func(localPart) bool) {
		for image, images := range d.chunks(p.N, p.Size()/p.N, p.OutSize()/p.N) {
			for position, positions := range d.chunks(p.OutH*p.OutW, p.K*p.FilterSize()) {
				if !yield(localPart{p, image, images, position, positions}) {
					return
				}
			}
		}
	}
}

func (t localPart) input(b device.Buffer) view {
	size := t.C * t.H * t.W
	return at(b, t.image*size, t.images*size)
}

func (t localPart) output(b device.Buffer) view {
	size := t.K * t.OutH * t.OutW
	return at(b, t.image*size, t.images*size)
}

func (t localPart) weights(b device.Buffer) view {
	size := t.K * t.FilterSize()
	return at(b, t.position*size, t.positions*size)
}

// local starts a kernel with n invocations; add says whether it adds the bias,
// or to what its output holds.
func (d *Device) local(k *shaders.Kernel, t localPart, n, several int, add bool, args ...view) {
	push := []uint32{
		uint32(t.images), uint32(t.Groups), uint32(t.C / t.Groups), uint32(t.K / t.Groups),
		uint32(t.position), uint32(t.positions), flag(add),
	}
	d.elementwise(k, n, append(push, windowWords(t.Image, t.Window)...), []uint32{uint32(several)}, args...)
}
