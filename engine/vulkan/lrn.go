//go:build cgo

package vulkan

import (
	"slices"

	"tandem/engine/device"
	"tandem/shaders"
)

// LRN normalizes x into y.
func (d *Device) LRN(p device.LRN, x, y device.Buffer) {
	p.CheckBuffers("LRN", x, y)
	d.count().Operations++
	count, size := independent(p)
	for first, n := range d.chunks(count, size) {
		from, to := at(x, first*size, n*size), at(y, first*size, n*size)
		switch {
		case p.SameMap:
			sums := d.scratch(scratchA, n*size)
			d.alongAxis(shaders.LRNSum, squaresAlong(rowsOf(p)), from, sums)
			d.alongAxis(shaders.LRNScale, columnsOf(p), sums, from, to)
		case p.Size > largestInRegisters:
			d.alongAxis(shaders.LRNScale, squaresAlong(channelsOf(p)), from, from, to)
		default:
			d.throughMaps(shaders.LRNMaps, p, n, from, to)
		}
	}
}

// LRNBackward computes dx from x and dy.
func (d *Device) LRNBackward(p device.LRN, x, dy, dx device.Buffer) {
	p.CheckBuffers("LRNBackward", x, dy, dx)
	d.count().Operations++
	count, size := independent(p)
	for first, n := range d.chunks(count, size) {
		from, gradient, to := at(x, first*size, n*size), at(dy, first*size, n*size), at(dx, first*size, n*size)
		switch {
		case p.SameMap:
			d.sameMapBackward(p, from, gradient, to)
		case p.Size > largestInRegisters:
			terms := d.scratch(scratchA, n*size)
			d.alongAxis(shaders.LRNTerms, squaresAlong(channelsOf(p)), from, from, gradient, to, terms)
			d.alongAxis(shaders.LRNGradient, mirrored(channelsOf(p)), terms, from, to)
		default:
			d.throughMaps(shaders.LRNMapsBackward, p, n, from, gradient, to)
		}
	}
}

func (d *Device) sameMapBackward(p device.LRN, x, dy, dx view) {
	sums, terms := d.scratch(scratchA, x.n), d.scratch(scratchB, x.n)
	d.alongAxis(shaders.LRNSum, squaresAlong(rowsOf(p)), x, sums)
	d.alongAxis(shaders.LRNTerms, columnsOf(p), sums, x, dy, dx, terms)
	d.alongAxis(shaders.LRNSum, mirrored(rowsOf(p)), terms, sums)
	d.alongAxis(shaders.LRNGradient, mirrored(columnsOf(p)), sums, x, dx)
}

// independent returns how many parts do not see each other, maps or groups of
// channels, and how many elements each has.
func independent(p device.LRN) (count, size int) {
	if p.SameMap {
		return p.N * p.C, p.H * p.W
	}
	return p.N * p.Groups, p.C / p.Groups * p.H * p.W
}

// largestInRegisters is the largest window that a kernel keeps in registers.
const largestInRegisters = 16

// Invocations that keep a device busy, and the fewest channels worth an
// invocation: it reads its neighbours' too.
const (
	busyGPU       = 1 << 17
	busyProcessor = 1 << 10
	fewChannels   = 16
)

// throughMaps starts a kernel with an invocation for each pixel and block of
// channels of several groups.
func (d *Device) throughMaps(k *shaders.Kernel, p device.LRN, groups int, args ...view) {
	enough := busyProcessor
	if d.tiled {
		enough = busyGPU
	}
	pixels, channels := p.H*p.W, p.C/p.Groups
	blocks := min(ceilDiv(enough, groups*pixels), ceilDiv(channels, fewChannels))
	block := ceilDiv(channels, blocks)
	blocks = ceilDiv(channels, block)
	push := []uint32{
		uint32(pixels), uint32(channels), uint32(blocks), uint32(block), bits(p.K), bits(p.Alpha), bits(p.Beta),
	}
	d.elementwise(k, groups*blocks*pixels, push, []uint32{uint32(p.Size)}, args...)
}

// axis is what a kernel sums along.
type axis struct {
	device.LRN
	stride, extent int
	before         int // places from a window's begin to its element
	squares        bool
}

func rowsOf(p device.LRN) axis     { return axis{p, p.W, p.H, p.Size / 2, false} }
func columnsOf(p device.LRN) axis  { return axis{p, 1, p.W, p.Size / 2, false} }
func channelsOf(p device.LRN) axis { return axis{p, p.H * p.W, p.C / p.Groups, p.Size / 2, false} }

// squaresAlong sums squares.
func squaresAlong(a axis) axis {
	a.squares = true
	return a
}

// mirrored sums over the places in whose windows an element lies.
func mirrored(a axis) axis {
	a.before = a.Size - 1 - a.Size/2
	return a
}

// alongAxis starts a kernel that sums its first buffer along an axis.
func (d *Device) alongAxis(k *shaders.Kernel, a axis, args ...view) {
	push := slices.Concat(
		[]uint32{uint32(a.stride), uint32(a.extent)}, divisor(a.stride), divisor(a.extent),
		[]uint32{uint32(a.before), uint32(a.Size), flag(a.squares), bits(a.K), bits(a.Alpha), bits(a.Beta)})
	d.elementwise(k, args[0].n, push, nil, args...)
}
