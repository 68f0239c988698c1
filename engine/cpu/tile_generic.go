//go:build !(goexperiment.simd && go1.27)

package cpu

const tileRows = 4

func tileWidth() int { return scalarWidth }

func kernelName() string { return "scalar" }

func multiplyTile(a, b, c []float32) { scalarTile(a, b, c) }

func dot(a, b []float32) float32 { return scalarDot(a, b) }

func addScaled(dst, src []float32, factor float32) {
	for i, x := range src {
		dst[i] += factor * x
	}
}
