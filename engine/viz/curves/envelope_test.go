package curves

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func noisy(rng *rand.Rand, n int) series {
	var s series
	for i := range n {
		v := rng.NormFloat64()
		if rng.IntN(50) == 0 {
			v *= 100
		}
		s.add(10*float64(i)/float64(n)+0.001, v)
	}
	return s
}

// Every point lies inside the band of its column, whatever the smoothing.
func TestEnvelopeHidesNoExtreme(t *testing.T) {
	rng := newRand(t)
	for range 200 {
		s := noisy(rng, 1+rng.IntN(2000))
		x := axisOver(s.epochs, rng.IntN(2) == 0, false)
		n := 1 + rng.IntN(300)
		e := newEnvelope(s, x, n, rng.IntN(20))
		if len(e.epochs) > n || !slices.IsSorted(e.epochs) {
			t.Fatalf("%d columns of %d, sorted: %v", len(e.epochs), n, slices.IsSorted(e.epochs))
		}
		seen := 0
		for i, v := range s.values {
			at := min(max(int(x.at(s.epochs[i])*float64(n)), 0), n-1)
			for j, epoch := range e.epochs {
				if min(max(int(x.at(epoch)*float64(n)), 0), n-1) == at && e.lows[j] <= v && v <= e.highs[j] {
					seen++
					break
				}
			}
		}
		// A column's mean time may round into its neighbour; the extremes may not go.
		if seen < len(s.values)*99/100-2 ||
			slices.Min(e.lows) != slices.Min(s.values) || slices.Max(e.highs) != slices.Max(s.values) {
			t.Fatalf("%d of %d points are in the band %g..%g of %g..%g", seen, len(s.values),
				slices.Min(e.lows), slices.Max(e.highs), slices.Min(s.values), slices.Max(s.values))
		}
	}
}

func TestSmoothingFollowsALineWithoutLag(t *testing.T) {
	var s series
	for i := range 1000 {
		s.add(float64(i), 7-0.005*float64(i))
	}
	const n, window = 100, 8
	e := newEnvelope(s, axisOver(s.epochs, false, false), n, window)
	for i, v := range e.mid[:n-window] {
		if want := 7 - 0.005*e.epochs[i]; math.Abs(v-want) > 1e-9 {
			t.Errorf("column %d: %g, want %g", i, v, want)
		}
	}
}

func TestSmoothingCalmsNoise(t *testing.T) {
	rng := newRand(t)
	var s series
	for i := range 10000 {
		s.add(float64(i), rng.NormFloat64())
	}
	rough := newEnvelope(s, axisOver(s.epochs, false, false), 500, 0)
	calm := newEnvelope(s, axisOver(s.epochs, false, false), 500, 12)
	if r, c := deviation(rough.mid), deviation(calm.mid); c > r/2 {
		t.Errorf("deviation %g with smoothing, %g without", c, r)
	}
}

func deviation(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v * v
	}
	return math.Sqrt(sum / float64(len(x)))
}

func TestInterpolation(t *testing.T) {
	s := series{[]float64{1, 2, 4}, []float64{10, 20, 0}}
	for epoch, want := range map[float64]float64{1: 10, 1.5: 15, 2: 20, 3: 10, 4: 0} {
		if v, ok := s.at(epoch); !ok || v != want {
			t.Errorf("at %g: %g, %v, want %g", epoch, v, ok, want)
		}
	}
	for _, epoch := range []float64{0.9, 4.1} {
		if v, ok := s.at(epoch); ok {
			t.Errorf("at %g, outside: %g", epoch, v)
		}
	}
}
