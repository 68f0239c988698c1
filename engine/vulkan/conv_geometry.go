//go:build cgo

package vulkan

import "tandem/engine/device"

// geometry is how a pass of a convolution counts: positions of an image, and
// taps of a filter in one channel. See conv.glsl.
type geometry struct {
	device.Conv
	planeH, planeW int
	tapsH, tapsW   int
	phaseH, phaseW int
}

// outputPositions counts positions of the output and taps of a filter.
func outputPositions(p device.Conv) geometry {
	return geometry{Conv: p, planeH: p.OutH, planeW: p.OutW, tapsH: p.KernelH, tapsW: p.KernelW}
}

// inputPositions counts every StrideH-th row and StrideW-th column of the input,
// from (row, column) on, and the taps that reach these.
func inputPositions(p device.Conv, row, column int) geometry {
	return geometry{
		Conv: p, phaseH: row, phaseW: column,
		planeH: every(p.StrideH, row, p.H), planeW: every(p.StrideW, column, p.W),
		tapsH: every(p.StrideH, (row+p.PadTop)%p.StrideH, p.KernelH),
		tapsW: every(p.StrideW, (column+p.PadLeft)%p.StrideW, p.KernelW),
	}
}

// every counts first, first+step, ... below n.
func every(step, first, n int) int { return max(0, ceilDiv(n-first, step)) }

func (g geometry) plane() int { return g.planeH * g.planeW }

// words are the push constants in conv.glsl after those of any product.
func (g geometry) words(bias bool) []uint32 {
	var words []uint32
	// A phase that no tap reaches has no depth; then nothing is divided by taps.
	for _, n := range []int{g.plane(), g.planeW, max(1, g.tapsH*g.tapsW), max(1, g.tapsW)} {
		words = append(words, uint32(n), divisor(n)[0])
	}
	for _, n := range []int{
		g.C, g.H, g.W, g.K, g.OutH, g.OutW, g.C / g.Groups, g.K / g.Groups,
		g.KernelH * g.KernelW, g.KernelW, g.StrideH, g.StrideW, g.PadTop, g.PadLeft, g.phaseH, g.phaseW,
	} {
		words = append(words, uint32(n))
	}
	return append(words, flag(bias))
}
