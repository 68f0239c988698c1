//go:build goexperiment.simd && go1.27 && wasm

package cpu

import "simd"

// tileRows is the height of the micro-kernel's tile, which is four vectors
// wide. In WebAssembly the checks around each load cost more than the load, so
// this tile takes two steps of the depth a turn: 26 GFLOP/s under Node where
// the tile of tile_simd.go reaches 19.
const tileRows = 2

func tileWidth() int { return 4 * simd.VectorBitSize() / 32 }

func kernelName() string { return "simd, WebAssembly" }

func dot(a, b []float32) float32 { return simdDot(a, b) }

// multiplyTile is described in tile_simd.go.
func multiplyTile(a, b, c []float32) {
	n := simd.BroadcastFloat32s(0).Len()
	var c00, c01, c02, c03, c10, c11, c12, c13 simd.Float32s
	for len(a) > 2*tileRows && len(b) > 8*n {
		b0 := simd.LoadFloat32s(b[0*n : 1*n])
		b1 := simd.LoadFloat32s(b[1*n : 2*n])
		b2 := simd.LoadFloat32s(b[2*n : 3*n])
		b3 := simd.LoadFloat32s(b[3*n : 4*n])
		a0 := simd.BroadcastFloat32s(a[0])
		c00 = a0.MulAdd(b0, c00)
		c01 = a0.MulAdd(b1, c01)
		c02 = a0.MulAdd(b2, c02)
		c03 = a0.MulAdd(b3, c03)
		a1 := simd.BroadcastFloat32s(a[1])
		c10 = a1.MulAdd(b0, c10)
		c11 = a1.MulAdd(b1, c11)
		c12 = a1.MulAdd(b2, c12)
		c13 = a1.MulAdd(b3, c13)
		b0 = simd.LoadFloat32s(b[4*n : 5*n])
		b1 = simd.LoadFloat32s(b[5*n : 6*n])
		b2 = simd.LoadFloat32s(b[6*n : 7*n])
		b3 = simd.LoadFloat32s(b[7*n : 8*n])
		a0 = simd.BroadcastFloat32s(a[2])
		c00 = a0.MulAdd(b0, c00)
		c01 = a0.MulAdd(b1, c01)
		c02 = a0.MulAdd(b2, c02)
		c03 = a0.MulAdd(b3, c03)
		a1 = simd.BroadcastFloat32s(a[3])
		c10 = a1.MulAdd(b0, c10)
		c11 = a1.MulAdd(b1, c11)
		c12 = a1.MulAdd(b2, c12)
		c13 = a1.MulAdd(b3, c13)
		a = a[2*tileRows:]
		b = b[8*n:]
	}
	if len(a) > tileRows && len(b) > 4*n { // an odd last step
		a0 := simd.BroadcastFloat32s(a[0])
		a1 := simd.BroadcastFloat32s(a[1])
		b0 := simd.LoadFloat32s(b[0*n : 1*n])
		b1 := simd.LoadFloat32s(b[1*n : 2*n])
		b2 := simd.LoadFloat32s(b[2*n : 3*n])
		b3 := simd.LoadFloat32s(b[3*n : 4*n])
		c00 = a0.MulAdd(b0, c00)
		c01 = a0.MulAdd(b1, c01)
		c02 = a0.MulAdd(b2, c02)
		c03 = a0.MulAdd(b3, c03)
		c10 = a1.MulAdd(b0, c10)
		c11 = a1.MulAdd(b1, c11)
		c12 = a1.MulAdd(b2, c12)
		c13 = a1.MulAdd(b3, c13)
	}
	simd.LoadFloat32s(c[0*n : 1*n]).Add(c00).Store(c[0*n : 1*n])
	simd.LoadFloat32s(c[1*n : 2*n]).Add(c01).Store(c[1*n : 2*n])
	simd.LoadFloat32s(c[2*n : 3*n]).Add(c02).Store(c[2*n : 3*n])
	simd.LoadFloat32s(c[3*n : 4*n]).Add(c03).Store(c[3*n : 4*n])
	simd.LoadFloat32s(c[4*n : 5*n]).Add(c10).Store(c[4*n : 5*n])
	simd.LoadFloat32s(c[5*n : 6*n]).Add(c11).Store(c[5*n : 6*n])
	simd.LoadFloat32s(c[6*n : 7*n]).Add(c12).Store(c[6*n : 7*n])
	simd.LoadFloat32s(c[7*n : 8*n]).Add(c13).Store(c[7*n : 8*n])
}
