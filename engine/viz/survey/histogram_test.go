package survey

import (
	"math"
	"math/rand/v2"
	"testing"
)

// Every finite value is in the bin whose bounds it lies between.
func TestCount(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	nan := float32(math.NaN())
	values := []float32{nan, float32(math.Inf(1)), 0, 0}
	for range 1003 {
		values = append(values, float32(r.NormFloat64()*math.Exp2(float64(r.IntN(20)-10))))
	}
	h := Count(values, 32)
	if len(h.Counts) > 32 || len(h.Counts) <= 8 {
		t.Fatalf("%d bins", len(h.Counts))
	}
	for i, n := range h.Counts {
		low, high := float64(h.First+i)*h.Width, float64(h.First+i+1)*h.Width
		want := int64(0)
		for _, v := range values {
			if float64(v) >= low && float64(v) < high {
				want++
			}
		}
		if n != want {
			t.Errorf("bin %d from %g to %g: %d, want %d", i, low, high, n, want)
		}
	}
	if h := Count([]float32{nan}, 8); len(h.Counts) != 0 {
		t.Errorf("nothing finite: %+v", h)
	}
}
