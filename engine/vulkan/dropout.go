//go:build cgo

package vulkan

import (
	"tandem/engine/device"
	"tandem/shaders"
)

// Dropout multiplies by the mask of the current step, forward and backward
// alike: the mask is drawn again instead of being kept.
func (d *Device) Dropout(p device.Dropout, x, y device.Buffer) {
	p.CheckBuffers(x, y)
	d.count().Operations++
	blocks := (p.Cols + 6) / 4 // of four words, which a row of p.Cols may begin in the midst of
	for row, rows := range d.chunks(p.Rows, p.Cols) {
		first := uint64(row)*uint64(p.Total) + uint64(p.Offset)
		push := []uint32{
			uint32(p.Cols), uint32(blocks),
			uint32(first), uint32(first >> 32), uint32(p.Total), uint32(uint64(p.Total) >> 32),
			uint32(p.Threshold()), flag(p.Threshold() == 1<<32), bits(p.Scale), p.Purpose,
		}
		d.elementwise(shaders.Dropout, rows*blocks, push, nil,
			at(x, row*p.Cols, rows*p.Cols), at(y, row*p.Cols, rows*p.Cols), d.step())
	}
}
