package plot

import (
	"image"
	"math"
	"math/rand/v2"
	"testing"

	"tandem/engine/viz/curves/series"
)

// newRand returns a generator with a fresh seed, which it logs.
func newRand(t *testing.T) *rand.Rand {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	return rand.New(rand.NewPCG(seed, 0))
}

// randomAxis spans anything from next to nothing to many decades.
func randomAxis(rng *rand.Rand) series.Axis {
	low := math.Pow(10, 8*rng.Float64()-5)
	if rng.IntN(2) == 0 {
		return series.Over([]float64{low, low * math.Pow(10, 6*rng.Float64())}).Axis(true, false)
	}
	low *= rng.Float64() - 0.5
	return series.Over([]float64{low, low + math.Pow(10, 8*rng.Float64()-5)}).Axis(false, false)
}

func randomArea(rng *rand.Rand) Area {
	at := image.Pt(rng.IntN(500), rng.IntN(500))
	return Area{Rect: image.Rectangle{at, at.Add(image.Pt(1+rng.IntN(1500), 1+rng.IntN(700)))}, X: randomAxis(rng), Y: randomAxis(rng)}
}

func TestCornersOfAnArea(t *testing.T) {
	rng := newRand(t)
	for range 500 {
		a := randomArea(rng)
		low, high := a.At(a.X.Min, a.Y.Min), a.At(a.X.Max, a.Y.Max)
		near := func(x float64, y int) bool { return math.Abs(x-float64(y)) < 1e-6 }
		if !near(low.X, a.Rect.Min.X) || !near(low.Y, a.Rect.Max.Y) || !near(high.X, a.Rect.Max.X) || !near(high.Y, a.Rect.Min.Y) {
			t.Fatalf("%+v: from %v to %v", a, low, high)
		}
	}
}

// Whatever is drawn stays inside, and what is larger is higher and further right.
func TestValuesStayInTheirArea(t *testing.T) {
	rng := newRand(t)
	for range 500 {
		a := randomArea(rng)
		value := func(x series.Axis) float64 { return x.Min + (3*rng.Float64()-1)*(x.Max-x.Min) }
		var p series.Points
		p.Add(value(a.X), value(a.Y))
		p.Add(value(a.X), value(a.Y))
		q := a.Points(p)
		for _, at := range q {
			if at.X < float64(a.Rect.Min.X) || at.X > float64(a.Rect.Max.X) || at.Y < float64(a.Rect.Min.Y) || at.Y > float64(a.Rect.Max.Y) {
				t.Fatalf("%+v: %v lies at %v", a, p, q)
			}
		}
		if p.X[0] <= p.X[1] && q[0].X > q[1].X || p.Y[0] <= p.Y[1] && q[0].Y < q[1].Y {
			t.Fatalf("%+v turns the order of %v: %v", a, p, q)
		}
	}
}

// The time under a pixel lies within this pixel.
func TestTimeUnderAPixel(t *testing.T) {
	rng := newRand(t)
	for range 500 {
		a := randomArea(rng)
		pixel := a.Rect.Min.X + rng.IntN(a.Rect.Dx())
		if x := a.At(a.Time(pixel), a.Y.Min).X; math.Abs(x-0.5-float64(pixel)) > 1e-6 {
			t.Fatalf("%+v: what is under pixel %d lies at %g", a, pixel, x)
		}
	}
}

// Dashes and gaps alternate from one end to the other, and none goes beyond.
func TestDashes(t *testing.T) {
	rng := newRand(t)
	for range 200 {
		a, length, long := Point{rng.Float64() * 50, rng.Float64() * 50}, 1+9*rng.Float64(), 300*rng.Float64()
		upright := rng.IntN(2) == 0
		b, along := Point{a.X + long, a.Y}, func(p Point) float64 { return p.X - a.X }
		if upright {
			b, along = Point{a.X, a.Y + long}, func(p Point) float64 { return p.Y - a.Y }
		}
		dashes := Dashes(a, b, length)
		if want := int(math.Ceil(long / (2 * length))); len(dashes) != want {
			t.Fatalf("%d dashes of %g over %g, want %d", len(dashes), length, long, want)
		}
		for i, d := range dashes {
			from, to := along(d[0]), along(d[1])
			if math.Abs(from-2*length*float64(i)) > 1e-9 || math.Abs(to-min(from+length, long)) > 1e-9 {
				t.Fatalf("dash %d of %g over %g goes from %g to %g", i, length, long, from, to)
			}
		}
	}
	if d := Dashes(Point{1, 1}, Point{1, 1}, 3); len(d) != 0 {
		t.Errorf("a point has dashes %v", d)
	}
}
