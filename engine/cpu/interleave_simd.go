//go:build goexperiment.simd && go1.27 && amd64

package cpu

import (
	"simd"
	"simd/archsimd"
)

// interleave4Vector does the leading elements of interleave4, as transposes of
// 4 x 4, and returns their number.
func interleave4Vector(dst []float32, width int, a, b, c, d []float32) int {
	if simd.Emulated() {
		return 0
	}
	b, c, d = b[:len(a)], c[:len(a)], d[:len(a)]
	i := 0
	for ; i+4 <= len(a); i += 4 {
		x, y := archsimd.LoadFloat32x4(a[i:i+4]), archsimd.LoadFloat32x4(b[i:i+4])
		z, w := archsimd.LoadFloat32x4(c[i:i+4]), archsimd.LoadFloat32x4(d[i:i+4])
		xy01, xy23 := x.ConcatPermuteScalars(0, 1, 4, 5, y), x.ConcatPermuteScalars(2, 3, 6, 7, y)
		zw01, zw23 := z.ConcatPermuteScalars(0, 1, 4, 5, w), z.ConcatPermuteScalars(2, 3, 6, 7, w)
		xy01.ConcatPermuteScalars(0, 2, 4, 6, zw01).Store(dst[0*width:])
		xy01.ConcatPermuteScalars(1, 3, 5, 7, zw01).Store(dst[1*width:])
		xy23.ConcatPermuteScalars(0, 2, 4, 6, zw23).Store(dst[2*width:])
		xy23.ConcatPermuteScalars(1, 3, 5, 7, zw23).Store(dst[3*width:])
		dst = dst[min(4*width, len(dst)):]
	}
	return i
}
