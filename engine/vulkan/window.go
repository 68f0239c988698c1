//go:build cgo

package vulkan

import (
	mathbits "math/bits"
	"slices"

	"tandem/engine/device"
)

// windowWords is what window.glsl takes.
func windowWords(i device.Image, w device.Window) []uint32 {
	return slices.Concat([]uint32{
		uint32(i.H), uint32(i.W), uint32(w.KernelH), uint32(w.KernelW), uint32(w.StrideH), uint32(w.StrideW),
		uint32(w.PadTop), uint32(w.PadLeft), uint32(w.OutH), uint32(w.OutW),
	}, divisor(w.StrideH), divisor(w.StrideW))
}

// divisor returns what divide.glsl needs to divide by d, from 1 to 2^31: the
// multiplier m and the shift s with n/d = (m*n>>32 + n) >> s for n below 2^31.
func divisor(d int) []uint32 {
	shift := mathbits.Len(uint(d - 1))
	multiplier := (1<<shift-uint64(d))<<32/uint64(d) + 1
	return []uint32{uint32(multiplier), uint32(shift)}
}
