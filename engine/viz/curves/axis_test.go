package curves

import (
	"math"
	"math/rand/v2"
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

func TestAxisCoversItsValues(t *testing.T) {
	rng := newRand(t)
	for range 2000 {
		values := randomValues(rng)
		a := axisOver(values, rng.IntN(2) == 0, rng.IntN(2) == 0)
		if !(a.min < a.max) || a.log && a.min <= 0 {
			t.Fatalf("%v: %+v", values, a)
		}
		for _, v := range values {
			p := a.at(v)
			if !(p >= -1e-9 && p <= 1+1e-9) || a.log && v <= 0 && p != 0 {
				t.Fatalf("%v: %+v puts %g at %g", values, a, v, p)
			}
		}
		if low, high := a.at(a.min), a.at(a.max); math.Abs(low) > 1e-9 || math.Abs(high-1) > 1e-9 {
			t.Fatalf("%+v ends at %g and %g", a, low, high)
		}
	}
}

func TestTicksAreFewDistinctAndTrue(t *testing.T) {
	rng := newRand(t)
	for range 2000 {
		a := axisOver(randomValues(rng), rng.IntN(2) == 0, rng.IntN(2) == 0)
		labels := map[string]bool{}
		for _, tick := range a.Ticks(0, 0) {
			if p := a.at(tick.Value); p < -1e-6 || p > 1+1e-6 {
				t.Fatalf("%+v: tick %g lies at %g", a, tick.Value, p)
			}
			if tick.Label == "" {
				continue
			}
			if labels[tick.Label] {
				t.Fatalf("%+v: label %s comes twice", a, tick.Label)
			}
			labels[tick.Label] = true
			v, err := strconv.ParseFloat(tick.Label, 64)
			if err != nil || math.Abs(v-tick.Value) > 1e-3*(a.max-a.min)+1e-5*math.Abs(v) {
				t.Fatalf("%+v: tick %g is labelled %s", a, tick.Value, tick.Label)
			}
		}
		if len(labels) < 2 || len(labels) > 12 {
			t.Fatalf("%+v has %d labels: %v", a, len(labels), labels)
		}
	}
}

func TestTicksOfKnownAxes(t *testing.T) {
	for _, c := range []struct {
		a    axis
		want []string
	}{
		{axis{min: 0, max: 90}, []string{"0", "20", "40", "60", "80"}},
		{axis{min: 0, max: 0.3}, []string{"0", "0.05", "0.1", "0.15", "0.2", "0.25", "0.3"}},
		{axis{log: true, min: 0.05, max: 7}, []string{"0.05", "0.1", "0.2", "0.5", "1", "2", "5"}},
		{axis{log: true, min: 0.002, max: 90}, []string{"0.01", "0.1", "1", "10"}},
		{axis{log: true, min: 5, max: 7}, []string{"5", "5.5", "6", "6.5", "7"}},
	} {
		var got []string
		for _, tick := range c.a.Ticks(0, 0) {
			if tick.Label != "" {
				got = append(got, tick.Label)
			}
		}
		if len(got) != len(c.want) {
			t.Errorf("%+v: %v, want %v", c.a, got, c.want)
			continue
		}
		for i := range got {
			if got[i] != c.want[i] {
				t.Errorf("%+v: %v, want %v", c.a, got, c.want)
				break
			}
		}
	}
}
