package series

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// noisy is a curve with spikes, and with points that no plot can show.
func noisy(rng *rand.Rand, n int) Points {
	var p Points
	for i := range n {
		v := rng.NormFloat64()
		switch rng.IntN(50) {
		case 0:
			v *= 100
		case 1:
			v = math.NaN()
		case 2:
			v = math.Inf(1 - 2*rng.IntN(2))
		}
		p.Add(10*float64(i)/float64(n)+0.001, v)
	}
	return p
}

func envelopeOf(p Points, x Axis, n int) *Envelope {
	e := NewEnvelope(x, n)
	for i, y := range p.Y {
		e.Add(p.X[i], y)
	}
	return e
}

// bruteColumn finds a time's column by trying all.
func bruteColumn(a Axis, n int, x float64) int {
	at := 0
	for i := range n {
		if x >= a.Value(float64(i)/float64(n)) {
			at = i
		}
	}
	return at
}

// brute is what Band and Smoothed are to return, column by column.
func brute(p Points, a Axis, n, window int) (low, high, line Points) {
	columns := make([]Points, n)
	for i, x := range p.X {
		at := bruteColumn(a, n, x)
		columns[at].Add(x, p.Y[i])
	}
	for i, c := range columns {
		if len(c.X) == 0 {
			continue
		}
		w := min(window, i)
		var near []float64
		for _, d := range columns[i-w : min(n, i+w+1)] {
			near = append(near, d.Y...)
		}
		x := average(c.X)
		low.Add(x, slices.Min(c.Y))
		high.Add(x, slices.Max(c.Y))
		line.Add(x, average(near))
	}
	return low, high, line
}

func average(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	return sum / float64(len(values))
}

func same(a, b Points) bool {
	near := func(x, y float64) bool { return math.Abs(x-y) <= 1e-9*max(1, math.Abs(y)) }
	if len(a.X) != len(b.X) {
		return false
	}
	for i := range a.X {
		if !near(a.X[i], b.X[i]) || !near(a.Y[i], b.Y[i]) {
			return false
		}
	}
	return true
}

// The band and the line are those of brute force, in whatever order points come,
// so no extreme is lost.
func TestEnvelopeAgainstBruteForce(t *testing.T) {
	rng := newRand(t)
	for range 100 {
		p := noisy(rng, 1+rng.IntN(1000))
		a := Over(p.X).Axis(rng.IntN(2) == 0, false)
		n, window := 1+rng.IntN(300), rng.IntN(20)
		if rng.IntN(3) == 0 {
			rng.Shuffle(len(p.X), func(i, j int) { p.X[i], p.X[j], p.Y[i], p.Y[j] = p.X[j], p.X[i], p.Y[j], p.Y[i] })
		}
		e, kept := envelopeOf(p, a, n), p.Finite()
		low, high := e.Band()
		wantLow, wantHigh, wantLine := brute(kept, a, n, window)
		if !same(low, wantLow) || !same(high, wantHigh) || !same(e.Smoothed(window), wantLine) {
			t.Fatalf("%d points in %d columns of %+v differ from brute force", len(p.X), n, a)
		}
		if e.Len() != len(kept.X) {
			t.Fatalf("%d points taken in, want the %d finite ones", e.Len(), len(kept.X))
		}
		if len(kept.Y) > 0 && (slices.Min(low.Y) != slices.Min(kept.Y) || slices.Max(high.Y) != slices.Max(kept.Y)) {
			t.Fatalf("band %g..%g of values %g..%g", slices.Min(low.Y), slices.Max(high.Y), slices.Min(kept.Y), slices.Max(kept.Y))
		}
	}
}

func TestPointsBeyondTheAxisCountToItsEnds(t *testing.T) {
	e := NewEnvelope(Axis{Min: 1, Max: 2}, 4)
	e.Add(0, 5)
	e.Add(3, 7)
	if low, _ := e.Band(); !slices.Equal(low.Y, []float64{5, 7}) || e.columns[0].n != 1 || e.columns[3].n != 1 {
		t.Errorf("%+v", e.columns)
	}
}

func TestSmoothingFollowsALineWithoutLag(t *testing.T) {
	var p Points
	for i := range 1000 {
		p.Add(float64(i), 7-0.005*float64(i))
	}
	const n, window = 100, 8
	line := envelopeOf(p, Over(p.X).Axis(false, false), n).Smoothed(window)
	for i, v := range line.Y[:n-window] {
		if want := 7 - 0.005*line.X[i]; math.Abs(v-want) > 1e-9 {
			t.Errorf("column %d: %g, want %g", i, v, want)
		}
	}
}

func TestSmoothingCalmsNoise(t *testing.T) {
	rng := newRand(t)
	var p Points
	for i := range 10000 {
		p.Add(float64(i), rng.NormFloat64())
	}
	e := envelopeOf(p, Over(p.X).Axis(false, false), 500)
	rough, calm := e.Smoothed(Window(500, -1)), e.Smoothed(Window(500, 0.05))
	if r, c := deviation(rough.Y), deviation(calm.Y); c > r/2 {
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

func TestWindow(t *testing.T) {
	for share, want := range map[float64]int{-1: 0, 0: 6, 0.1: 20, 1: 200, 7: 200} {
		if got := Window(400, share); got != want {
			t.Errorf("a share of %g of 400 columns: %d to either side, want %d", share, got, want)
		}
	}
}

func BenchmarkEnvelope(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 2))
	p := noisy(rng, 100000)
	x := Over(p.X).Axis(true, false)
	for b.Loop() {
		envelopeOf(p, x, 1200).Smoothed(18)
	}
}
