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
	if p.Rows == 1 {
		p.SrcStride, p.DstStride = 0, 0 // unused
	}
	for b := range d.blocks(p) {
		d.copyBlock(b, src, dst)
	}
}

// copyBlock goes by fours where all sizes are such.
func (d *Device) copyBlock(p device.Copy, src, dst device.Buffer) {
	from, fromOffset := d.around(src, p.SrcOffset, (p.Rows-1)*p.SrcStride+p.Cols)
	to, toOffset := d.around(dst, p.DstOffset, (p.Rows-1)*p.DstStride+p.Cols)
	unit := 1
	if (p.Cols|fromOffset|p.SrcStride|toOffset|p.DstStride)%4 == 0 {
		unit = 4
	}
	units := func(n int) uint32 { return uint32(n / unit) }
	push := []uint32{
		units(p.Cols), units(fromOffset), units(p.SrcStride), units(toOffset), units(p.DstStride), flag(p.Accumulate),
	}
	d.elementwise(shaders.Copy, p.Rows*p.Cols/unit, push, []uint32{flag(unit == 4)}, from, to)
}

// around returns a view of n elements from offset on that begins a little
// before, where views may, and how far before.
func (d *Device) around(b device.Buffer, offset, n int) (view, int) {
	skip := offset % d.bounds.alignment
	return at(b, offset-skip, skip+n), skip
}

// blocks splits a copy so that each part fits a view wherever it begins: into
// runs of rows, or into pieces of rows that are too long by themselves.
func (d *Device) blocks(p device.Copy) iter.Seq[device.Copy] {
	room := d.bounds.storageRange - d.bounds.alignment
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
