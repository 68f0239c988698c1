package survey

import (
	"math"

	"tandem/engine/tensor"
)

// affinities returns p_ij = (p_j|i + p_i|j) / 2n, (n, n): equation 1 of the
// t-SNE paper with, for each i, the width at which its neighbours have that
// perplexity.
func affinities(x *tensor.Tensor, perplexity float64) []float32 {
	n := x.Shape[0]
	p := make([]float32, n*n)
	inChunks(n, func(lo, hi int) {
		squared := make([]float64, n)
		for i := lo; i < hi; i++ {
			for j := range squared {
				squared[j] = distance(row(x, i), row(x, j))
			}
			conditional(p[i*n:][:n], squared, i, perplexity)
		}
	})
	for i := range n {
		for j := range i {
			both := (p[i*n+j] + p[j*n+i]) / float32(2*n)
			p[i*n+j], p[j*n+i] = both, both
		}
	}
	return p
}

const (
	bisections = 60
	closeNats  = 1e-7 // of the entropy to the one aimed at
)

// conditional sets p_j|i, which sums to one, by bisection for beta, which is
// 1 / (2 width^2). Equal vectors can leave no width that fits.
func conditional(p []float32, squared []float64, i int, perplexity float64) {
	nearest, scale := fromNearest(squared, i)
	low, high, beta := 0.0, math.Inf(1), 1/scale
	for range bisections {
		off := entropy(p, squared, i, nearest, beta) - math.Log(perplexity)
		switch {
		case math.Abs(off) < closeNats:
			return
		case off > 0:
			low = beta
		default:
			high = beta
		}
		beta = min(2*low, (low+high)/2)
		if low == 0 {
			beta = high / 2
		}
	}
}

// fromNearest returns the smallest squared distance from vector i, and how much
// larger the others are on average, 1 if they are not.
func fromNearest(squared []float64, i int) (nearest, scale float64) {
	nearest = math.Inf(1)
	for j, d := range squared {
		if j != i {
			nearest = min(nearest, d)
		}
	}
	for j, d := range squared {
		if j != i {
			scale += (d - nearest) / float64(len(squared)-1)
		}
	}
	if scale == 0 {
		scale = 1
	}
	return nearest, scale
}

// entropy sets p_j|i for one width and returns its entropy in nats. Distances
// count from the nearest, or else all of them could underflow.
func entropy(p []float32, squared []float64, i int, nearest, beta float64) float64 {
	sum, weighted := 0.0, 0.0
	for j, d := range squared {
		if j == i {
			p[j] = 0
			continue
		}
		e := math.Exp(-(d - nearest) * beta)
		p[j] = float32(e)
		sum += e
		weighted += (d - nearest) * beta * e
	}
	for j := range p {
		p[j] /= float32(sum)
	}
	return math.Log(sum) + weighted/sum
}
