// Package tensor holds what every other package counts with: shapes, host
// tensors of float32, and the counter-based random numbers that make a run
// repeatable on any device.
package tensor

import (
	"strconv"
	"strings"
)

// Shape lists the extents of a tensor, slowest-varying first: (N, C, H, W) for
// a batch of images, (N, F) for a batch of vectors. Storage is dense and
// row-major, so the last extent is contiguous.
type Shape []int

// Size returns the number of elements, 1 for the empty shape.
func (s Shape) Size() int {
	n := 1
	for _, d := range s {
		n *= d
	}
	return n
}

// Equal reports whether both shapes have the same extents.
func (s Shape) Equal(t Shape) bool {
	if len(s) != len(t) {
		return false
	}
	for i := range s {
		if s[i] != t[i] {
			return false
		}
	}
	return true
}

// Clone returns a copy that shares no storage with s.
func (s Shape) Clone() Shape { return append(Shape(nil), s...) }

// String writes the shape as people do: 96x55x55.
func (s Shape) String() string {
	if len(s) == 0 {
		return "scalar"
	}
	parts := make([]string, len(s))
	for i, d := range s {
		parts[i] = strconv.Itoa(d)
	}
	return strings.Join(parts, "x")
}

// Tensor is a dense float32 array on the host.
type Tensor struct {
	Shape Shape
	Data  []float32 // len(Data) == Shape.Size()
}

// New returns a zero tensor.
func New(shape ...int) *Tensor {
	s := Shape(shape).Clone()
	return &Tensor{Shape: s, Data: make([]float32, s.Size())}
}

// Clone returns a deep copy.
func (t *Tensor) Clone() *Tensor {
	return &Tensor{Shape: t.Shape.Clone(), Data: append([]float32(nil), t.Data...)}
}
