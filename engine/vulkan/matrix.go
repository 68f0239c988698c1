//go:build cgo

package vulkan

import (
	"tandem/engine/device"
	"tandem/shaders"
)

// product is a matrix product for a kernel that includes gemm.glsl: rows x depth
// times depth x cols, the same for each of some groups.
type product struct {
	tile                    tile
	rows, cols, depth       int
	groups                  int
	parts, partLength, size int // size is of a part, all groups together
}

const (
	// longestPart keeps sums precise. It also stays below what lavapipe allows a
	// loop, 65,535 steps, after which it silently ends.
	longestPart = 8192
	// shortestPart outweighs the work of adding up the parts.
	shortestPart = 256
	// partUnit keeps parts at the beginning of a cache line.
	partUnit = 16
)

// newProduct chooses how to compute a product: the tile, and into how many parts
// to cut the depth, most at most. Parts and groups share a dimension of the grid.
func (d *Device) newProduct(rows, cols, depth, groups, most int) product {
	t := d.tileFor(rows, cols)
	parts := min(d.busy()/(t.count(rows, cols)*groups), depth/shortestPart)
	parts = max(parts, ceilDiv(depth, longestPart))
	parts = max(1, min(parts, most, d.bounds.groups[2]/groups))
	length := max(1, ceilDiv(ceilDiv(depth, parts), partUnit)*partUnit)
	return product{
		tile: t, rows: rows, cols: cols, depth: depth, groups: groups,
		parts: max(1, ceilDiv(depth, length)), partLength: length,
	}
}

// busy is how many workgroups are enough to occupy the device.
func (d *Device) busy() int {
	if d.tiled {
		return 512
	}
	return 64
}

// multiply starts a kernel for every tile, part and group. The parts begin at
// element first of what the kernel writes; push are the words after those of any
// product, spec the constants after the tile's.
func (d *Device) multiply(k *shaders.Kernel, p product, first int, push, spec []uint32, args ...view) {
	words := []uint32{
		uint32(p.rows), uint32(p.cols), uint32(p.depth),
		uint32(p.parts), uint32(p.partLength), uint32(p.size), uint32(first),
	}
	groups := d.grid(p.tile.count(p.rows, p.cols))
	groups[2] = uint32(p.groups * p.parts)
	d.dispatch(call{
		kernel: k,
		spec:   append(p.tile.spec(), spec...),
		push:   append(words, push...),
		args:   args,
		groups: groups,
	})
}

// partial is a result in parts, one after the other, that have to be added up.
type partial struct {
	parts int
	sums  view
	to    view
}

// partialOf has room for so many parts of y: y itself if it is one.
func (d *Device) partialOf(y view, parts int, slot scratchSlot) partial {
	if parts == 1 {
		return partial{1, y, y}
	}
	return partial{parts, d.scratch(slot, parts*y.n), y}
}

// add adds up the parts and, unless b is nil, the bias of each of the maps of
// plane elements that the result consists of. A single part is complete already.
func (d *Device) add(p partial, b device.Buffer, maps, plane int) {
	if p.parts == 1 {
		return
	}
	bias := p.sums // where there is none, anything
	if b == nil {
		maps = 0
	} else {
		bias = at(b, 0, maps)
	}
	push := []uint32{uint32(p.parts), uint32(maps), uint32(plane)}
	d.elementwise(shaders.ReduceParts, p.to.n, push, nil, p.sums, bias, p.to)
}

// biasParts sums dy, images x maps x plane, over images and planes. Its memory is
// not the one of weights, so that both can be computed at once.
func (d *Device) biasParts(images, maps, plane int, dy, db device.Buffer) partial {
	const invocations = 1 << 15 // are enough to occupy a large GPU
	parts := min(plane, ceilDiv(invocations, maps))
	calls := d.spans(images, maps*plane)
	p := d.partialOf(at(db, 0, maps), parts*len(calls), scratchB)
	for i, s := range calls {
		push := []uint32{uint32(s.count), uint32(maps), uint32(plane), uint32(parts), uint32(i * parts * maps)}
		d.elementwise(shaders.BiasGradient, maps*parts, push, nil, at(dy, s.first*maps*plane, s.count*maps*plane), p.sums)
	}
	return p
}

// span is count images or rows from first on.
type span struct{ first, count int }

// spans are what chunks splits n images or rows into.
func (d *Device) spans(n int, sizes ...int) []span {
	var list []span
	for first, count := range d.chunks(n, sizes...) {
		list = append(list, span{first, count})
	}
	return list
}
