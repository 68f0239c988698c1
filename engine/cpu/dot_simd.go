//go:build goexperiment.simd && go1.27

package cpu

import "simd"

func simdDot(a, b []float32) float32 {
	n := simd.BroadcastFloat32s(0).Len()
	var s0, s1, s2, s3 simd.Float32s
	for len(a) > 4*n && len(b) > 4*n {
		s0 = simd.LoadFloat32s(a[0*n:1*n]).MulAdd(simd.LoadFloat32s(b[0*n:1*n]), s0)
		s1 = simd.LoadFloat32s(a[1*n:2*n]).MulAdd(simd.LoadFloat32s(b[1*n:2*n]), s1)
		s2 = simd.LoadFloat32s(a[2*n:3*n]).MulAdd(simd.LoadFloat32s(b[2*n:3*n]), s2)
		s3 = simd.LoadFloat32s(a[3*n:4*n]).MulAdd(simd.LoadFloat32s(b[3*n:4*n]), s3)
		a, b = a[4*n:], b[4*n:]
	}
	var lanes [64]float32
	s0.Add(s1).Add(s2.Add(s3)).Store(lanes[:n])
	sum := float32(0)
	for _, x := range lanes[:n] {
		sum += x
	}
	for i, x := range a {
		sum += x * b[i]
	}
	return sum
}

// addScaled adds factor times src to dst.
func addScaled(dst, src []float32, factor float32) {
	f := simd.BroadcastFloat32s(factor)
	n := f.Len()
	for len(dst) > n && len(src) > n {
		f.MulAdd(simd.LoadFloat32s(src[:n]), simd.LoadFloat32s(dst[:n])).Store(dst[:n])
		dst, src = dst[n:], src[n:]
	}
	for i, x := range src {
		dst[i] += factor * x
	}
}
