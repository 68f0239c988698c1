//go:build !(goexperiment.simd && go1.27 && amd64)

package cpu

// interleave4Vector is described in interleave_simd.go.
func interleave4Vector(dst []float32, width int, a, b, c, d []float32) int { return 0 }
