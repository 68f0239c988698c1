package survey

import (
	"math"
	"slices"
	"testing"
)

// Equal values are kept by the image's index, whatever order they come in.
func TestPatchesOfEqualStrength(t *testing.T) {
	for _, order := range [][]int{{0, 1, 2, 3, 4}, {4, 3, 2, 1, 0}, {2, 4, 0, 3, 1}} {
		u := Unit{best: patches{keep: 3}}
		for _, image := range order {
			u.merge(u.add([]float32{1, 7, 7, float32(math.NaN())}, image, 2))
		}
		want := []Patch{{0, 7, 0, 1}, {1, 7, 0, 1}, {2, 7, 0, 1}}
		if got := u.Patches(); !slices.Equal(got, want) {
			t.Errorf("in order %v: %v, want %v", order, got, want)
		}
		if u.NotFinite != 5 || u.Count != 15 || u.Max != 7 {
			t.Errorf("%+v", u.Stats)
		}
	}
}

func TestHistogramsOfOddValues(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	for _, values := range [][]float32{
		{0, 0, 0}, {nan, inf, -inf}, {1e30, 1e30}, {math.MaxFloat32, -math.MaxFloat32}, {1e-45, 0, -1e-45}, {-3, nan, 5, 0.25}, {0.5}, {-1e-3, 1e5},
	} {
		whole, parts := Histogram{limit: 6}, Histogram{limit: 6}
		count(&whole, values)
		for i := range values {
			count(&parts, values[len(values)-1-i:len(values)-i])
		}
		finite, total := 0, int64(0)
		for _, v := range values {
			if v-v == 0 {
				finite++
				if i := int(math.Floor(float64(v)/whole.Width)) - whole.First; whole.Counts[i] == 0 {
					t.Errorf("%g of %v is in an empty bin of %+v", v, values, whole)
				}
			}
		}
		for _, n := range whole.Counts {
			total += n
		}
		if int(total) != finite || len(whole.Counts) > 6 || whole.Width != parts.Width || whole.First != parts.First || !slices.Equal(whole.Counts, parts.Counts) {
			t.Errorf("%v: %+v, one by one %+v", values, whole, parts)
		}
	}
}

func count(h *Histogram, values []float32) {
	if s, _ := statsOf(values); s.Count > 0 {
		h.add(values, s.Min, s.Max)
	}
}

// A large mean does not swallow the deviation.
func TestDeviationBesideALargeMean(t *testing.T) {
	var s Stats
	for i := range 1000 {
		part, _ := statsOf([]float32{1e6 + float32(i%2), 1e6 + float32((i+1)%2)})
		s.merge(part)
	}
	if math.Abs(s.Std()-0.5) > 1e-9 || s.Mean != 1e6+0.5 {
		t.Errorf("mean %g, deviation %g, want 1000000.5 and 0.5", s.Mean, s.Std())
	}
}
