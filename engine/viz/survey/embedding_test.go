package survey

import (
	"math"
	"runtime"
	"slices"
	"testing"

	"tandem/engine/tensor"
)

// clusters has vectors around as many centres as clusters, n in all.
func clusters(n, f, count int) *tensor.Tensor {
	x, centres := normals(8, n, f), normals(9, count, f)
	for i := range x.Data {
		x.Data[i] = 0.3*x.Data[i] + 2*centres.Data[i/f%count*f+i%f]
	}
	return x
}

func embedded(t testing.TB, x *tensor.Tensor, seed uint64, steps int) *Embedding {
	t.Helper()
	e, err := NewEmbedding(x, 0, seed)
	if err != nil {
		t.Fatal(err)
	}
	for range steps {
		e.Step()
	}
	return e
}

// The affinities have the perplexity asked for, are symmetric and sum to one.
func TestAffinities(t *testing.T) {
	for _, scale := range []float32{1, 1e-9, 1e9} {
		x := normals(10, 61, 7)
		for i := range x.Data {
			x.Data[i] *= scale
		}
		for _, perplexity := range []float64{1.5, 12, 59} {
			checkPerplexity(t, x, perplexity)
		}
		sum := 0.0
		all := affinities(x, 12)
		for i, v := range all {
			sum += float64(v)
			if v != all[i%61*61+i/61] {
				t.Fatalf("affinity %d is not symmetric", i)
			}
		}
		if math.Abs(sum-1) > 1e-5 {
			t.Errorf("affinities sum to %g", sum)
		}
	}
}

func checkPerplexity(t *testing.T, x *tensor.Tensor, want float64) {
	t.Helper()
	n := x.Shape[0]
	p, squared := make([]float32, n), make([]float64, n)
	for i := range n {
		for j := range squared {
			squared[j] = distance(row(x, i), row(x, j))
		}
		conditional(p, squared, i, want)
		h := 0.0
		for _, v := range p {
			if v > 0 {
				h -= float64(v) * math.Log(float64(v))
			}
		}
		if got := math.Exp(h); math.Abs(got-want) > 1e-4*want || p[i] != 0 {
			t.Errorf("vector %d: perplexity %g, want %g; itself %g", i, got, want, p[i])
		}
	}
}

// The gradient is that of the divergence.
func TestEmbeddingGradientAgreesWithFiniteDifferences(t *testing.T) {
	e := embedded(t, clusters(40, 6, 3), 1, 0)
	for i := range e.Points {
		e.Points[i] = [2]float64{math.Sin(float64(3 * i)), math.Cos(float64(7 * i))}
	}
	e.computeGradient(1)
	for i := range e.Points {
		for a := range 2 {
			at, h := e.Points[i][a], 1e-5
			e.Points[i][a] = at + h
			up := e.Divergence()
			e.Points[i][a] = at - h
			down := e.Divergence()
			e.Points[i][a] = at
			if want := (up - down) / (2 * h); math.Abs(e.gradient[i][a]-want) > 1e-6*(1+math.Abs(want)) {
				t.Errorf("point %d axis %d: gradient %g, want %g", i, a, e.gradient[i][a], want)
			}
		}
	}
}

// Exaggeration pulls harder and pushes as before.
func TestExaggeration(t *testing.T) {
	e := embedded(t, clusters(30, 6, 3), 1, 300)
	e.computeGradient(1)
	plain := slices.Clone(e.gradient)
	e.computeGradient(exaggeration)
	for i := range e.Points {
		pull, _, _ := e.forces(i)
		for a := range 2 {
			if got, want := e.gradient[i][a]-plain[i][a], 4*(exaggeration-1)*pull[a]; math.Abs(got-want) > 1e-12 {
				t.Errorf("point %d axis %d: %g, want %g", i, a, got, want)
			}
		}
	}
}

// The divergence is sum p log(p / q), with q as the t-SNE paper's equation 4 has
// it.
func TestDivergenceAgreesWithItsDefinition(t *testing.T) {
	e := embedded(t, clusters(9, 6, 3), 1, 0)
	q, total, want := make([]float64, 81), 0.0, 0.0
	for i := range 81 {
		e.Points[i/9] = [2]float64{math.Sin(float64(3 * (i / 9))), math.Cos(float64(7 * (i / 9)))}
	}
	for i := range 81 {
		a, b := e.Points[i/9], e.Points[i%9]
		if i/9 != i%9 {
			q[i] = 1 / (1 + math.Pow(math.Hypot(a[0]-b[0], a[1]-b[1]), 2))
			total += q[i]
		}
	}
	for i, p := range e.p {
		if i/9 != i%9 {
			want += float64(p) * math.Log(float64(p)/(q[i]/total))
		}
	}
	if got := e.Divergence(); math.Abs(got-want) > 1e-6*want || want < 0.1 {
		t.Errorf("divergence %g, want %g", got, want)
	}
}

// Clusters in space stay clusters on the plane: each point's nearest others are
// of its own, and the divergence has fallen.
func TestEmbeddingKeepsClustersApart(t *testing.T) {
	x := clusters(150, 20, 5)
	e := embedded(t, x, 1, 1)
	before := e.Divergence()
	for e.Steps < earlySteps+100 {
		e.Step()
	}
	middle := e.Divergence()
	for e.Steps < EmbeddingSteps {
		e.Step()
	}
	if after := e.Divergence(); !(middle < before/2 && after <= middle*1.001) {
		t.Errorf("divergence %g, then %g, then %g", before, middle, after)
	}
	plane := tensor.New(150, 2)
	for i, p := range e.Points {
		plane.Data[2*i], plane.Data[2*i+1] = float32(p[0]), float32(p[1])
	}
	for i := range 150 {
		for _, n := range NearestRows(plane, []int{i}, 15)[0] {
			if n.Row%5 != i%5 {
				t.Errorf("point %d of cluster %d has %d of cluster %d beside it", i, i%5, n.Row, n.Row%5)
			}
		}
	}
}

func TestEmbeddingRepeats(t *testing.T) {
	x := clusters(60, 8, 3)
	want := embedded(t, x, 4, 60).Points
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(3))
	if got := embedded(t, x, 4, 60).Points; !slices.Equal(got, want) {
		t.Error("another number of cores, another map")
	}
	if got := embedded(t, x, 5, 60).Points; slices.Equal(got, want) {
		t.Error("the seed does nothing")
	}
}

// Equal vectors and too few of them give a finite map or an error.
func TestEmbeddingOfOddVectors(t *testing.T) {
	for _, x := range []*tensor.Tensor{tensor.New(50, 3), clusters(4, 2, 1)} {
		for _, p := range embedded(t, x, 1, 30).Points {
			if d := p[0] + p[1]; d-d != 0 {
				t.Fatalf("a point at %v", p)
			}
		}
	}
	bad := clusters(9, 3, 1)
	bad.Data[4] = float32(math.Inf(1))
	for _, x := range []*tensor.Tensor{tensor.New(3, 3), tensor.New(9, 1), bad, tensor.New(MaxPoints+1, 2)} {
		if _, err := NewEmbedding(x, 0, 1); err == nil {
			t.Errorf("a map of vectors of shape %v", x.Shape)
		}
	}
}
