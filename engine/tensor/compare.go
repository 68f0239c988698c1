package tensor

import (
	"fmt"
	"math"
)

// Mismatch describes the worst disagreement between a computed array and its
// reference.
type Mismatch struct {
	Index     int     // of the worst element
	Got, Want float64 // its values
	Error     float64 // |got-want| / scale, the figure held against the tolerance
}

func (m Mismatch) String() string {
	return fmt.Sprintf("worst at %d: got %g, want %g, relative error %.3g", m.Index, m.Got, m.Want, m.Error)
}

// Worst compares got with a float64 reference, element by element. The error of
// an element is |got-want| divided by the larger of |want| and the root mean
// square of the reference, so that elements near zero are judged by the scale
// of their neighbours. Where exactly one of the two is NaN, or both are
// infinite with different signs, the error is +Inf.
func Worst(got []float32, want []float64) Mismatch { return WorstAt(0, got, want) }

// WorstAt is Worst with a known scale: errors are divided by that at least. A
// sum of terms of size s that happens to cancel is no more precise than s.
func WorstAt(scale float64, got []float32, want []float64) Mismatch {
	if len(got) != len(want) {
		panic(fmt.Sprintf("tensor: comparing %d elements with %d", len(got), len(want)))
	}
	var sum float64
	finite := 0
	for _, w := range want {
		if !math.IsNaN(w) && !math.IsInf(w, 0) {
			sum += w * w
			finite++
		}
	}
	scale = math.Max(scale, math.Sqrt(sum/math.Max(1, float64(finite))))
	worst := Mismatch{Error: -1}
	for i, w := range want {
		if e := relativeError(float64(got[i]), w, scale); e > worst.Error {
			worst = Mismatch{Index: i, Got: float64(got[i]), Want: w, Error: e}
		}
	}
	return worst
}

func relativeError(g, w, scale float64) float64 {
	switch {
	case g == w, math.IsNaN(g) && math.IsNaN(w):
		return 0
	case math.IsNaN(g), math.IsNaN(w), math.IsInf(g, 0), math.IsInf(w, 0):
		return math.Inf(1)
	}
	scale = math.Max(math.Abs(w), scale)
	if scale == 0 {
		return math.Inf(1)
	}
	return math.Abs(g-w) / scale
}
