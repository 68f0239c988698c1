package series

import (
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
)

// newRand returns a generator with a fresh seed, which it logs.
func newRand(t *testing.T) *rand.Rand {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	return rand.New(rand.NewPCG(seed, 0))
}

// randomValues spans anything from one point to many decades.
func randomValues(rng *rand.Rand) []float64 {
	values := make([]float64, 1+rng.IntN(30))
	base, spread := rng.NormFloat64()*float64(rng.IntN(3)), math.Pow(10, rng.Float64()*44-8)
	for i := range values {
		values[i] = base + spread*rng.NormFloat64()*float64(rng.IntN(3))
	}
	return values
}

func TestExtentPassesOverWhatIsNotFinite(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	if e := Over([]float64{nan, 3, inf}, []float64{-2, -inf, 0.5}); e.Low != -2 || e.High != 3 || e.Positive != 0.5 {
		t.Errorf("%+v, want -2 to 3, 0.5 the least above zero", e)
	}
	for _, e := range []Extent{Over(), Over([]float64{nan, inf})} {
		if a := e.Axis(true, false); a != (Axis{Min: 0, Max: 1}) {
			t.Errorf("nothing measured gives %+v", a)
		}
	}
}

func TestMergeIsTheExtentOfBoth(t *testing.T) {
	rng := newRand(t)
	for range 500 {
		a, b := randomValues(rng), randomValues(rng)
		a = a[:rng.IntN(len(a)+1)]
		got := Over(a)
		got.Merge(Over(b))
		if want := Over(a, b); got != want {
			t.Fatalf("%v and %v: %+v, want %+v", a, b, got, want)
		}
	}
}

func TestAxisCoversItsValues(t *testing.T) {
	rng := newRand(t)
	for range 2000 {
		values := randomValues(rng)
		a := Over(values).Axis(rng.IntN(2) == 0, rng.IntN(2) == 0)
		if !(a.Min < a.Max) || a.Log && a.Min <= 0 {
			t.Fatalf("%v: %+v", values, a)
		}
		for _, v := range values {
			p := a.At(v)
			if !(p >= -1e-9 && p <= 1+1e-9) || a.Log && v <= 0 && p != 0 {
				t.Fatalf("%v: %+v puts %g at %g", values, a, v, p)
			}
		}
		if low, high := a.At(a.Min), a.At(a.Max); math.Abs(low) > 1e-9 || math.Abs(high-1) > 1e-9 {
			t.Fatalf("%+v ends at %g and %g", a, low, high)
		}
	}
}

func TestValueIsTheInverseOfAt(t *testing.T) {
	rng := newRand(t)
	for range 2000 {
		a := Over(randomValues(rng)).Axis(rng.IntN(2) == 0, false)
		share := rng.Float64()
		if got := a.At(a.Value(share)); math.Abs(got-share) > 1e-9 {
			t.Fatalf("%+v: the value at %g lies at %g", a, share, got)
		}
	}
}

func TestTicksAreFewDistinctAndTrue(t *testing.T) {
	rng := newRand(t)
	for range 4000 {
		a := Over(randomValues(rng)).Axis(rng.IntN(2) == 0, rng.IntN(2) == 0)
		wanted := 2 + rng.IntN(9)
		var labels []string
		for _, tick := range a.Ticks(wanted) {
			if p := a.At(tick.Value); p < -1e-6 || p > 1+1e-6 {
				t.Fatalf("%+v: tick %g lies at %g", a, tick.Value, p)
			}
			if tick.Label == "" {
				continue
			}
			if slices.Contains(labels, tick.Label) {
				t.Fatalf("%+v: label %s comes twice", a, tick.Label)
			}
			labels = append(labels, tick.Label)
			v, err := strconv.ParseFloat(tick.Label, 64)
			if err != nil || math.Abs(v-tick.Value) > 1e-3*(a.Max-a.Min)+1e-5*math.Abs(v) {
				t.Fatalf("%+v: tick %g is labelled %s", a, tick.Value, tick.Label)
			}
		}
		least := 2
		if wanted < 5 {
			least = 0 // a step may be longer than the axis
		}
		if len(labels) < least || len(labels) > 2*wanted {
			t.Fatalf("%+v has %d labels, %d wanted: %v", a, len(labels), wanted, labels)
		}
	}
}

func TestTicksOfKnownAxes(t *testing.T) {
	for _, c := range []struct {
		a      Axis
		wanted int
		want   []string
	}{
		{Axis{Min: 0, Max: 90}, 6, []string{"0", "20", "40", "60", "80"}},
		{Axis{Min: 0, Max: 90}, 2, []string{"0", "50"}},
		{Axis{Min: 0, Max: 0.3}, 6, []string{"0", "0.05", "0.1", "0.15", "0.2", "0.25", "0.3"}},
		{Axis{Log: true, Min: 0.05, Max: 7}, 6, []string{"0.05", "0.1", "0.2", "0.5", "1", "2", "5"}},
		{Axis{Log: true, Min: 0.05, Max: 7}, 3, []string{"0.1", "1"}},
		{Axis{Log: true, Min: 0.002, Max: 90}, 6, []string{"0.01", "0.1", "1", "10"}},
		{Axis{Log: true, Min: 5, Max: 7}, 6, []string{"5", "5.5", "6", "6.5", "7"}},
	} {
		var got []string
		for _, tick := range c.a.Ticks(c.wanted) {
			if tick.Label != "" {
				got = append(got, tick.Label)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%+v: %v, want %v", c.a, got, c.want)
		}
	}
}
