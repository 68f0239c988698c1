package survey

import (
	"testing"

	"tandem/engine/tensor"
)

// A batch of 50 after alexnet-mini's first ReLU.
func BenchmarkLayer(b *testing.B) {
	x := normals(13, 50, 32, 28, 28)
	for i, v := range x.Data {
		x.Data[i] = max(0, v)
	}
	index := make([]int, 50)
	l := newLayer("relu1", tensor.Shape{32, 28, 28}, 9, 64)
	b.SetBytes(int64(4 * len(x.Data)))
	for b.Loop() {
		for i := range index {
			index[i] += 50
		}
		l.add(x, index)
	}
}
