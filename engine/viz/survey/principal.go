package survey

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"tandem/engine/tensor"
)

// Principal holds the directions along which vectors vary most.
type Principal struct {
	Axes        [][]float64 // orthogonal unit vectors, the largest component of each positive; zero where no variance is left
	Variances   []float64   // along each axis, largest first
	Coordinates [][]float64 // of each vector, by axis, from the mean
}

// NewPrincipal returns the first k principal components of vectors x, (n, F).
// It iterates on a small subspace, which for a few components of thousands of
// dimensions takes far less than all of them: Halko, Martinsson and Tropp,
// "Finding structure with randomness", 2011, algorithm 4.4, repeated until the
// variances stand still.
func NewPrincipal(x *tensor.Tensor, k int) (*Principal, error) {
	if len(x.Shape) != 2 {
		panic(fmt.Sprintf("survey: principal components of shape %v", x.Shape))
	}
	n, f := x.Shape[0], x.Shape[1]
	if k < 1 || k > f || n < 2 {
		return nil, fmt.Errorf("%d principal components of %d vectors of %d elements: take at least 2 vectors and at most as many components as elements", k, n, f)
	}
	for i, v := range x.Data {
		if v-v != 0 {
			return nil, fmt.Errorf("vector %d holds %g: there are no principal components", i/f, v)
		}
	}
	centred := centre(x)
	axes, values := subspace(centred, k)
	p := &Principal{Axes: make([][]float64, k), Variances: values, Coordinates: make([][]float64, n)}
	for i := range p.Axes {
		p.Axes[i] = axes.RawRowView(i)
		if j := largest(p.Axes[i]); p.Axes[i][j] < 0 {
			floats.Scale(-1, p.Axes[i])
		}
		p.Variances[i] /= float64(n - 1)
	}
	for r := range p.Coordinates {
		p.Coordinates[r] = make([]float64, k)
		for i, axis := range p.Axes {
			p.Coordinates[r][i] = floats.Dot(centred.RawRowView(r), axis)
		}
	}
	return p, nil
}

// largest returns the place of the first component of largest magnitude.
func largest(v []float64) int {
	best := 0
	for i := range v {
		if math.Abs(v[i]) > math.Abs(v[best]) {
			best = i
		}
	}
	return best
}

// centre returns the vectors less their mean.
func centre(x *tensor.Tensor) *mat.Dense {
	n, f := x.Shape[0], x.Shape[1]
	c := mat.NewDense(n, f, nil)
	mean := make([]float64, f)
	for i, v := range x.Data {
		mean[i%f] += float64(v) / float64(n)
	}
	for i, v := range x.Data {
		c.RawRowView(i / f)[i%f] = float64(v) - mean[i%f]
	}
	return c
}

const (
	spareAxes    = 8 // beyond those asked for: they make the others settle sooner
	mostRounds   = 500
	settledRound = 1e-13 // relative change of variances
)

// subspace returns the k eigenvectors of x^T x with the largest eigenvalues, as
// rows, and these.
func subspace(x *mat.Dense, k int) (*mat.Dense, []float64) {
	_, f := x.Dims()
	q := mat.NewDense(min(k+spareAxes, f), f, nil)
	draw := tensor.NewStream(0, tensor.Purpose("principal"), 0)
	for i := range q.RawMatrix().Data {
		q.RawMatrix().Data[i] = float64(draw.Normal(uint64(i)))
	}
	orthonormalize(q)
	var y, z, axes mat.Dense
	var values []float64
	for range mostRounds {
		y.Mul(x, q.T())
		z.Mul(y.T(), x)
		before := values
		values = rotate(&axes, &z, q)
		if settled(before, values, k) {
			break
		}
		q.Copy(&z)
		orthonormalize(q)
	}
	return mat.DenseCopyOf(axes.Slice(0, k, 0, f)), values[:k]
}

// rotate turns the rows of q into the best eigenvectors that lie in their span,
// given z = q x^T x, and returns the eigenvalues, largest first.
func rotate(axes, z, q *mat.Dense) []float64 {
	p, _ := q.Dims()
	var b mat.Dense
	b.Mul(z, q.T())
	s := mat.NewSymDense(p, nil)
	for i := range p {
		for j := i; j < p; j++ {
			s.SetSym(i, j, -(b.At(i, j)+b.At(j, i))/2) // turned around, so that the largest comes first
		}
	}
	var e mat.EigenSym
	if !e.Factorize(s, true) {
		panic("survey: the eigenvalues of a finite symmetric matrix did not converge")
	}
	var v mat.Dense
	e.VectorsTo(&v)
	axes.Mul(v.T(), q)
	values := e.Values(nil)
	for i := range values {
		values[i] = max(0, -values[i])
	}
	return values
}

func settled(before, now []float64, k int) bool {
	for i := range k {
		if before == nil || math.Abs(now[i]-before[i]) > settledRound*now[0] {
			return false
		}
	}
	return true
}

// orthonormalize is Gram and Schmidt's way, twice over for the sake of rounding.
// Rows that depend on those before them become zero.
func orthonormalize(q *mat.Dense) {
	rows, _ := q.Dims()
	for i := range rows {
		v := q.RawRowView(i)
		length := floats.Norm(v, 2)
		for range 2 {
			for j := range i {
				u := q.RawRowView(j)
				floats.AddScaled(v, -floats.Dot(u, v), u)
			}
		}
		rest := floats.Norm(v, 2)
		if rest <= 1e-12*length {
			clear(v)
			continue
		}
		floats.Scale(1/rest, v)
	}
}
