//go:build goexperiment.simd && go1.27 && !wasm

package cpu

import (
	"fmt"
	"simd"
	"simd/archsimd"
)

// tileRows is the height of the micro-kernel's tile, which is two vectors wide.
// Its eight accumulators are what Go's register allocator keeps without spilling
// at every vector length: 110 GFLOP/s a core of an AMD EPYC with 512 bits, 58
// with 256, both from cache.
const tileRows = 4

// tileWidth returns the tile's width, known only at run time.
func tileWidth() int {
	if simd.Emulated() {
		return scalarWidth
	}
	return simd.VectorBitSize() / 32 * 2
}

func kernelName() string {
	if simd.Emulated() {
		// Package simd asks for carry-less multiplication too, which is not
		// needed here and which many processors with AVX2 lack.
		if archsimd.X86.AVX2() {
			return "scalar; GODEBUG=simd=+ turns AVX2 on"
		}
		return "scalar"
	}
	return fmt.Sprintf("simd, %d bits", simd.VectorBitSize())
}

// multiplyTile adds to the tile c, tileRows x tileWidth, the product of a
// panel of rows a (tileRows values for each step of the depth) and a panel of
// columns b (tileWidth values). a ends the loop, with one element more than the
// depth asks; b may be longer still. That the rest is never empty lets the
// compiler drop its checks.
func multiplyTile(a, b, c []float32) {
	if simd.Emulated() {
		scalarTile(a, b, c)
		return
	}
	simdTile(a, b, c)
}

// dot returns the inner product of two vectors of the same length.
func dot(a, b []float32) float32 {
	if simd.Emulated() {
		return scalarDot(a, b)
	}
	return simdDot(a, b)
}

func simdTile(a, b, c []float32) {
	n := simd.BroadcastFloat32s(0).Len()
	var c00, c01, c10, c11, c20, c21, c30, c31 simd.Float32s
	for len(a) > tileRows && len(b) > 2*n {
		b0 := simd.LoadFloat32s(b[0*n : 1*n])
		b1 := simd.LoadFloat32s(b[1*n : 2*n])
		a0 := simd.BroadcastFloat32s(a[0])
		c00 = a0.MulAdd(b0, c00)
		c01 = a0.MulAdd(b1, c01)
		a1 := simd.BroadcastFloat32s(a[1])
		c10 = a1.MulAdd(b0, c10)
		c11 = a1.MulAdd(b1, c11)
		a2 := simd.BroadcastFloat32s(a[2])
		c20 = a2.MulAdd(b0, c20)
		c21 = a2.MulAdd(b1, c21)
		a3 := simd.BroadcastFloat32s(a[3])
		c30 = a3.MulAdd(b0, c30)
		c31 = a3.MulAdd(b1, c31)
		a = a[tileRows:]
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
