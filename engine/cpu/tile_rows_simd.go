//go:build goexperiment.simd && go1.27 && !wasm

package cpu

import "simd"

// multiplyTileRows is multiplyTile for rows that were not packed, all of one
// length: fast while each panel of columns meets them once, slower than
// multiplyTile where they are read again and again from a cache.
func multiplyTileRows(a *[tileRows][]float32, b, c []float32) {
	if simd.Emulated() {
		interleavedRows(a, b, c)
		return
	}
	simdTileRows(a, b, c)
}

func simdTileRows(a *[tileRows][]float32, b, c []float32) {
	n := simd.BroadcastFloat32s(0).Len()
	var c00, c01, c10, c11, c20, c21, c30, c31 simd.Float32s
	r0, r1, r2, r3 := a[0], a[1], a[2], a[3]
	r1, r2, r3 = r1[:len(r0)], r2[:len(r0)], r3[:len(r0)]
	for i := 0; i < len(r0) && len(b) > 2*n; i++ {
		b0 := simd.LoadFloat32s(b[0*n : 1*n])
		b1 := simd.LoadFloat32s(b[1*n : 2*n])
		a0 := simd.BroadcastFloat32s(r0[i])
		c00 = a0.MulAdd(b0, c00)
		c01 = a0.MulAdd(b1, c01)
		a1 := simd.BroadcastFloat32s(r1[i])
		c10 = a1.MulAdd(b0, c10)
		c11 = a1.MulAdd(b1, c11)
		a2 := simd.BroadcastFloat32s(r2[i])
		c20 = a2.MulAdd(b0, c20)
		c21 = a2.MulAdd(b1, c21)
		a3 := simd.BroadcastFloat32s(r3[i])
		c30 = a3.MulAdd(b0, c30)
		c31 = a3.MulAdd(b1, c31)
		b = b[2*n:]
	}
	simd.LoadFloat32s(c[0*n : 1*n]).Add(c00).Store(c[0*n : 1*n])
	simd.LoadFloat32s(c[1*n : 2*n]).Add(c01).Store(c[1*n : 2*n])
	simd.LoadFloat32s(c[2*n : 3*n]).Add(c10).Store(c[2*n : 3*n])
	simd.LoadFloat32s(c[3*n : 4*n]).Add(c11).Store(c[3*n : 4*n])
	simd.LoadFloat32s(c[4*n : 5*n]).Add(c20).Store(c[4*n : 5*n])
	simd.LoadFloat32s(c[5*n : 6*n]).Add(c21).Store(c[5*n : 6*n])
	simd.LoadFloat32s(c[6*n : 7*n]).Add(c30).Store(c[6*n : 7*n])
	simd.LoadFloat32s(c[7*n : 8*n]).Add(c31).Store(c[7*n : 8*n])
}
