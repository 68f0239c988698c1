//go:build cgo

package vulkan

import (
	mathbits "math/bits"

	"tandem/engine/device"
	"tandem/shaders"
)

// rowwise starts a kernel with a workgroup for each row.
func (d *Device) rowwise(k *shaders.Kernel, rows, classes int, args ...view) {
	d.dispatch(call{
		kernel: k,
		spec:   []uint32{d.rowThreads(classes)},
		push:   []uint32{uint32(rows), uint32(classes)},
		args:   args,
		groups: d.grid(rows),
	})
}

// rowThreads is the size of a workgroup for a row: on a GPU one invocation per
// column up to a limit; on a processor, where a barrier costs more than what
// it saves, one vector's worth.
func (d *Device) rowThreads(columns int) uint32 {
	if !d.tiled {
		return 8
	}
	return min(d.threads(), max(32, uint32(1)<<mathbits.Len(uint(columns-1))))
}

// Softmax computes the probabilities of each row.
func (d *Device) Softmax(p device.Classes, x, y device.Buffer) {
	p.CheckBuffers("Softmax", []device.Buffer{x, y}, nil)
	d.count().Operations++
	for row, rows := range d.chunks(p.N, p.C) {
		d.rowwise(shaders.Softmax, rows, p.C, at(x, row*p.C, rows*p.C), at(y, row*p.C, rows*p.C))
	}
}

// CrossEntropy computes -log softmax(x)[label] of each row.
func (d *Device) CrossEntropy(p device.Classes, x, labels, loss device.Buffer) {
	p.CheckBuffers("CrossEntropy", []device.Buffer{x}, []device.Buffer{labels, loss})
	d.count().Operations++
	d.perRow(shaders.CrossEntropy, p, x, labels, loss)
}

// Rank counts the classes ahead of each row's label.
func (d *Device) Rank(p device.Classes, scores, labels, rank device.Buffer) {
	p.CheckBuffers("Rank", []device.Buffer{scores}, []device.Buffer{labels, rank})
	d.count().Operations++
	d.perRow(shaders.Rank, p, scores, labels, rank)
}

// perRow reads rows of scores with a label each, and writes a number for each.
func (d *Device) perRow(k *shaders.Kernel, p device.Classes, scores, labels, out device.Buffer) {
	for row, rows := range d.chunks(p.N, p.C, 1) {
		d.rowwise(k, rows, p.C, at(scores, row*p.C, rows*p.C), at(labels, row, rows), at(out, row, rows))
	}
}

// SoftmaxBackward computes the gradient of scale times the summed losses.
func (d *Device) SoftmaxBackward(p device.Classes, scale float32, probs, labels, dx device.Buffer) {
	p.CheckBuffers("SoftmaxBackward", []device.Buffer{probs, dx}, []device.Buffer{labels})
	d.count().Operations++
	for row, rows := range d.chunks(p.N, p.C, 1) {
		d.elementwise(shaders.SoftmaxBackward, rows*p.C, []uint32{uint32(p.C), bits(scale)}, nil,
			at(probs, row*p.C, rows*p.C), at(labels, row, rows), at(dx, row*p.C, rows*p.C))
	}
}
