package plot

import (
	"math"
	"slices"
	"strconv"
	"testing"

	"tandem/engine/viz/curves/series"
)

// Labels say where they stand, keep their distance, and stay with their axis.
func TestMarks(t *testing.T) {
	rng := newRand(t)
	const letter = 7
	size := func(s string) int { return letter * len(s) }
	for range 3000 {
		axis, length, gap, overhang := randomAxis(rng), 1+rng.IntN(1500), rng.IntN(20), rng.IntN(20)
		end := -overhang
		for _, m := range Marks(axis, length, gap, overhang, size) {
			if m.At < 0 || m.At > length {
				t.Fatalf("%+v: a mark at %d of %d", axis, m.At, length)
			}
			if m.Label == "" {
				continue
			}
			half := (size(m.Label) + 1) / 2
			if m.At-half < end || m.At+half > length+overhang {
				t.Fatalf("%+v: label %s at %d of %d, the one before ends at %d", axis, m.Label, m.At, length, end)
			}
			end = m.At + half + gap
			v, err := strconv.ParseFloat(m.Label, 64)
			if want := axis.At(v) * float64(length); err != nil || math.Abs(want-float64(m.At)) > 1+0.01*float64(length) {
				t.Fatalf("%+v: label %s at %d of %d, want %g", axis, m.Label, m.At, length, want)
			}
		}
	}
}

// A plot of usual size has two labels on each axis at least.
func TestUsualPlotsHaveLabels(t *testing.T) {
	rng := newRand(t)
	for range 1000 {
		axis := series.Over([]float64{rng.Float64(), 1 + 90*rng.Float64()}).Axis(false, true)
		labels := func(length, gap, overhang int, size func(string) int) (n int) {
			for _, m := range Marks(axis, length, gap, overhang, size) {
				if m.Label != "" {
					n++
				}
			}
			return n
		}
		if n := labels(180, 14, 10, func(s string) int { return 7 * len(s) }); n < 2 {
			t.Fatalf("%+v has %d labels across", axis, n)
		}
		if n := labels(50, 0, 7, func(string) int { return 14 }); n < 2 {
			t.Fatalf("%+v has %d labels upwards", axis, n)
		}
	}
}

func TestSpread(t *testing.T) {
	rng := newRand(t)
	for range 1000 {
		height, length := 1+rng.IntN(20), rng.IntN(400)
		wanted := make([]int, rng.IntN(12))
		for i := range wanted {
			wanted[i] = rng.IntN(length+40) - 20
		}
		slices.Sort(wanted)
		got := Spread(wanted, height, length)
		fits := len(wanted)*height <= length
		apart := true
		for i, at := range got {
			if i > 0 && at < got[i-1]+height {
				t.Fatalf("%v of height %d: %v", wanted, height, got)
			}
			if fits && (at < 0 || at+height > length) {
				t.Fatalf("%v of height %d in %d: %v", wanted, height, length, got)
			}
			apart = apart && wanted[i] >= 0 && wanted[i]+height <= length && (i == 0 || wanted[i] >= wanted[i-1]+height)
		}
		if apart && !slices.Equal(got, wanted) {
			t.Fatalf("%v needs no change, got %v", wanted, got)
		}
	}
}

func TestNearestAgainstBruteForce(t *testing.T) {
	rng := newRand(t)
	for range 2000 {
		values := make([]float64, rng.IntN(20))
		for i := range values {
			values[i] = float64(rng.IntN(30))
		}
		slices.Sort(values)
		x := 40*rng.Float64() - 5
		if rng.IntN(3) == 0 {
			x = math.Round(x)
		}
		best := math.Inf(1)
		for _, v := range values {
			best = min(best, math.Abs(v-x))
		}
		got := Nearest(len(values), func(i int) float64 { return values[i] }, x)
		if len(values) == 0 {
			if got != -1 {
				t.Fatalf("nearest of none is %d", got)
			}
			continue
		}
		if math.Abs(values[got]-x) != best {
			t.Fatalf("nearest to %g of %v is number %d", x, values, got)
		}
	}
}

func TestBarsAreSquareRootsOfSums(t *testing.T) {
	rng := newRand(t)
	for range 1000 {
		counts, total := make([]int64, rng.IntN(100)), int64(0)
		for i := range counts {
			counts[i] = int64(rng.IntN(5) * rng.IntN(1000))
			total += counts[i]
		}
		n := rng.IntN(120)
		bars := Bars(counts, n)
		if total == 0 || n == 0 {
			if bars != nil {
				t.Fatalf("%v in %d bars: %v", counts, n, bars)
			}
			continue
		}
		if len(bars) != min(n, len(counts)) || slices.Max(bars) != 1 {
			t.Fatalf("%v in %d bars: %v", counts, n, bars)
		}
		sums, at := make([]float64, len(bars)), 0.0
		for i, c := range counts {
			sums[i*len(bars)/len(counts)] += float64(c)
		}
		for i, b := range bars {
			at += b * b * slices.Max(sums)
			if math.Abs(b*b*slices.Max(sums)-sums[i]) > 1e-6*slices.Max(sums) {
				t.Fatalf("bar %d of %v is %g", i, counts, b)
			}
		}
		if math.Abs(at-float64(total)) > 1e-6*float64(total) {
			t.Fatalf("bars of %v hold %g of %d", counts, at, total)
		}
	}
}
