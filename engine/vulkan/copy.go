//go:build cgo

package vulkan

import (
	"iter"

	"tandem/engine/device"
	"tandem/shaders"
)

// Copy moves or adds a block of rows.
func (d *Device) Copy(p device.Copy, src, dst device.Buffer) {
	p.CheckBuffers(src, dst)
	d.count().Operations++
	for b := range d.blocks(p) {
		from, fromOffset := d.around(src, b.SrcOffset, (b.Rows-1)*b.SrcStride+b.Cols)
		to, toOffset := d.around(dst, b.DstOffset, (b.Rows-1)*b.DstStride+b.Cols)
		push := []uint32{
			uint32(b.Cols), fromOffset, uint32(b.SrcStride), toOffset, uint32(b.DstStride), flag(b.Accumulate),
		}
		d.elementwise(shaders.Copy, b.Rows*b.Cols, push, nil, from, to)
	}
}

// around returns a view of n elements from offset on that begins where views
// may, and where in it they begin.
func (d *Device) around(b device.Buffer, offset, n int) (view, uint32) {
	skip := offset % d.limit().alignment
	return at(b, offset-skip, skip+n), uint32(skip)
}

// blocks splits a copy so that each part fits a view wherever it begins: into
// runs of rows, or into pieces of rows that are too long by themselves.
func (d *Device) blocks(p device.Copy) iter.Seq[device.Copy] {
	room := d.limit().storageRange - d.limit().alignment
	cols := min(p.Cols, room)
	rows := min(p.Rows, 1+(room-cols)/max(1, p.SrcStride, p.DstStride))
	if cols < p.Cols {
		rows = 1
	}
	return func(yield func(device.Copy) bool) {
		for r := 0; r < p.Rows; r += rows {
			for c := 0; c < p.Cols; c += cols {
				b := p
				b.Rows, b.Cols = min(rows, p.Rows-r), min(cols, p.Cols-c)
				b.SrcOffset += r*p.SrcStride + c
				b.DstOffset += r*p.DstStride + c
				if !yield(b) {
					return
				}
			}
		}
	}
}
