//go:build !(goexperiment.simd && go1.27 && wasm)

package cpu

// scalarWidth is the width of the scalar tile, which has tileRows rows.
const scalarWidth = 16

// scalarTile is multiplyTile in plain Go: one column of the tile at a time, as
// many accumulators as the compiler keeps in registers.
func scalarTile(a, b, c []float32) {
	for j := range scalarWidth {
		scalarColumn(a, b[j:], c[j:])
	}
}

func scalarColumn(a, b, c []float32) {
	var c0, c1, c2, c3 float32
	for len(a) > tileRows && len(b) > scalarWidth {
		x := b[0]
		c0 += a[0] * x
		c1 += a[1] * x
		c2 += a[2] * x
		c3 += a[3] * x
		a = a[tileRows:]
		b = b[scalarWidth:]
	}
	c[0] += c0
	c[scalarWidth] += c1
	c[2*scalarWidth] += c2
	c[3*scalarWidth] += c3
}

// scalarDot is dot in plain Go.
func scalarDot(a, b []float32) float32 {
	var s0, s1, s2, s3 float32
	for len(a) >= 4 && len(b) >= 4 {
		s0 += a[0] * b[0]
		s1 += a[1] * b[1]
		s2 += a[2] * b[2]
		s3 += a[3] * b[3]
		a, b = a[4:], b[4:]
	}
	for i, x := range a {
		s0 += x * b[i]
	}
	return (s0 + s1) + (s2 + s3)
}
