package weights

import (
	"testing"

	"tandem/engine/tensor"
)

// A checkpoint of AlexNet holds two such tensors for each of its 61 million
// parameters.
func benchFile() (*File, int64) {
	x := tensor.New(1 << 24)
	tensor.NewStream(1, 2, 3).FillNormal(x.Data, 0, 0.01)
	return &File{Tensors: map[string]*tensor.Tensor{"x": x}}, int64(4 * len(x.Data))
}

func BenchmarkWrite(b *testing.B) {
	f, size := benchFile()
	path := b.TempDir() + "/x.safetensors"
	b.SetBytes(size)
	for b.Loop() {
		if err := Write(path, f); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRead(b *testing.B) {
	f, size := benchFile()
	path := write(b, f)
	b.SetBytes(size)
	for b.Loop() {
		if _, err := Read(path); err != nil {
			b.Fatal(err)
		}
	}
}
