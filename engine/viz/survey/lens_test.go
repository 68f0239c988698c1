package survey

import (
	"math"
	"slices"
	"testing"

	"tandem/engine/tensor"
)

// kernelOf gives all places of a 3 x 2 kernel one colour, of changing strength.
func kernelOf(r, g, b float32) []float32 {
	k := make([]float32, 18)
	for i := range 6 {
		s := float32(i) - 2.5
		k[i], k[6+i], k[12+i] = s*r, s*g, s*b
	}
	return k
}

func TestColourOfKnownKernels(t *testing.T) {
	for _, c := range []struct {
		kernel []float32
		want   float64
	}{
		{kernelOf(1, 1, 1), 0}, {kernelOf(-3, -3, -3), 0}, {kernelOf(1, -1, 0), 1}, {kernelOf(1, 1, -2), 1},
		{kernelOf(1, 0, 0), 2. / 3}, {kernelOf(0, 0, 5), 2. / 3}, {kernelOf(1, 1, 0), 1. / 3}, {kernelOf(0, 0, 0), 0},
	} {
		if got := Colour(c.kernel); math.Abs(got-c.want) > 1e-12 || got < 0 || got > 1 {
			t.Errorf("%v: %g, want %g", c.kernel, got, c.want)
		}
	}
	if got := Colour(normals(6, 3*11*11*50).Data); math.Abs(got-2./3) > 0.01 {
		t.Errorf("random weights have %g, want 2/3", got)
	}
	if got := Colour([]float32{1, float32(math.NaN()), 2}); got == got {
		t.Errorf("NaN has %g", got)
	}
}

// A grey tower and a coloured one, and a kernel gone wrong in a third.
func TestLookOverTowers(t *testing.T) {
	nan := float32(math.NaN())
	w := tensor.New(6, 3, 3, 2)
	w.Data = slices.Concat(kernelOf(1, 1, 1), kernelOf(1, 0, 0), kernelOf(1, -1, 0), kernelOf(0, 1, 0), kernelOf(nan, 1, 1), kernelOf(1, 1, 0))
	l, err := Look(w, 3)
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(l.Towers[0]-1./3) > 1e-12 || math.Abs(l.Towers[1]-5./6) > 1e-12 || l.Towers[2] == l.Towers[2] {
		t.Errorf("towers %v, want 1/3, 5/6, NaN", l.Towers)
	}
	if want := []int{2, 1, 3, 5, 0, 4}; !slices.Equal(l.Ranked, want) {
		t.Errorf("ranked %v by %v, want %v", l.Ranked, l.Kernels, want)
	}
	if _, err := Look(tensor.New(4, 1, 5, 5), 2); err == nil {
		t.Error("grey images have a colour")
	}
	if _, err := Look(tensor.New(5, 3, 5, 5), 2); err == nil {
		t.Error("5 kernels in 2 towers")
	}
}
