package survey

import (
	"fmt"
	"math"

	"tandem/engine/tensor"
)

// Embedding is a map of vectors on a plane that keeps neighbours together:
// t-SNE, computed exactly (van der Maaten and Hinton, "Visualizing Data using
// t-SNE", 2008). It starts from the two principal components, which keeps the
// large-scale order that a random start loses, and each Step shows a little
// more, so that a viewer can draw it while it unfolds.
//
// Time and memory grow with the square of the number of vectors. It is our own
// because gonum stops at principal components, and Go has no maintained library
// beyond.
type Embedding struct {
	Points [][2]float64
	Steps  int // made so far

	p        []float32 // n x n, symmetric, sums to one
	moves    [][2]float64
	gains    [][2]float64
	gradient [][2]float64
	sums     []float64 // by row: of 1 / (1 + squared distance)
}

// MaxPoints bounds an embedding: 100 MB, and a second or so for a few steps.
const MaxPoints = 5000

// EmbeddingSteps is when a map has settled.
const EmbeddingSteps = 750

const (
	exaggeration = 12  // of affinities at first, so that clusters gather: section 3.4
	earlySteps   = 250 // with it
	startSpread  = 1e-4
)

// NewEmbedding prepares a map of vectors (n, F). The perplexity is how many
// neighbours each vector counts as near, 0 for 30, lowered where there are too
// few vectors. The seed breaks ties between equal vectors.
func NewEmbedding(x *tensor.Tensor, perplexity float64, seed uint64) (*Embedding, error) {
	n := x.Shape[0]
	if n < 4 || n > MaxPoints || x.Shape[1] < 2 {
		return nil, fmt.Errorf("a map of %d vectors of %d elements: it takes 4 to %d of at least 2", n, x.Shape[1], MaxPoints)
	}
	start, err := NewPrincipal(x, 2)
	if err != nil {
		return nil, err
	}
	if perplexity == 0 {
		perplexity = 30
	}
	e := &Embedding{
		Points: make([][2]float64, n), moves: make([][2]float64, n), gains: make([][2]float64, n),
		gradient: make([][2]float64, n), sums: make([]float64, n),
		p: affinities(x, min(perplexity, float64(n-1)/3)),
	}
	e.place(start, seed)
	return e, nil
}

// place puts the points at their principal components, shrunk to next to
// nothing, each moved by a hundredth of that.
func (e *Embedding) place(start *Principal, seed uint64) {
	shrink := 0.0
	if start.Variances[0] > 0 {
		shrink = startSpread / math.Sqrt(start.Variances[0])
	}
	draw := tensor.NewStream(seed, tensor.Purpose("embedding"), 0)
	for i := range e.Points {
		for a := range 2 {
			e.Points[i][a] = shrink*start.Coordinates[i][a] + 0.01*startSpread*float64(draw.Normal(uint64(2*i+a)))
			e.gains[i][a] = 1
		}
	}
}

// Step moves all points once downhill. The result does not depend on the number
// of cores.
func (e *Embedding) Step() {
	factor, momentum := 1.0, 0.8
	if e.Steps < earlySteps {
		factor, momentum = exaggeration, 0.5
	}
	e.computeGradient(factor)
	n := float64(len(e.Points))
	rate := max(n/exaggeration/4, 50) // Belkina and others, "Automated optimized parameters for t-SNE", 2019
	var mean [2]float64
	for i := range e.Points {
		for a := range 2 {
			e.move(i, a, rate, momentum)
			mean[a] += e.Points[i][a] / n
		}
	}
	for i := range e.Points {
		e.Points[i][0] -= mean[0]
		e.Points[i][1] -= mean[1]
	}
	e.Steps++
}

// move is gradient descent with a gain for each coordinate, which grows where
// the gradient keeps its sign (Jacobs 1988, as the paper's section 3.4 has it).
func (e *Embedding) move(i, a int, rate, momentum float64) {
	g, gain := e.gradient[i][a], &e.gains[i][a]
	if (g > 0) == (e.moves[i][a] > 0) {
		*gain = max(*gain*0.8, 0.01)
	} else {
		*gain += 0.2
	}
	e.moves[i][a] = momentum*e.moves[i][a] - rate**gain*g
	e.Points[i][a] += e.moves[i][a]
}

// computeGradient is the paper's equation 5, the attraction p q' (y_i - y_j) and
// the repulsion q q' (y_i - y_j) summed apart, for the sum of all
// q' = 1 / (1 + squared distance) that makes q of them is known only at the end.
func (e *Embedding) computeGradient(factor float64) {
	n := len(e.Points)
	repulsion := make([][2]float64, n)
	inChunks(n, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			e.gradient[i], repulsion[i], e.sums[i] = e.forces(i)
		}
	})
	total := 0.0
	for _, s := range e.sums {
		total += s
	}
	for i := range e.gradient {
		for a := range 2 {
			e.gradient[i][a] = 4 * (factor*e.gradient[i][a] - repulsion[i][a]/total)
		}
	}
}

// forces returns what pulls at point i, what pushes it before division by the
// sum of all closenesses, and its part of that sum.
func (e *Embedding) forces(i int) (pull, push [2]float64, sum float64) {
	y, p := e.Points[i], e.p[i*len(e.Points):][:len(e.Points)]
	for j, other := range e.Points {
		dx, dy := y[0]-other[0], y[1]-other[1]
		close := 1 / (1 + dx*dx + dy*dy)
		f := float64(p[j]) * close
		pull[0] += f * dx
		pull[1] += f * dy
		push[0] += close * close * dx
		push[1] += close * close * dy
		sum += close
	}
	return pull, push, sum - 1 // less the point itself
}

// Divergence returns the Kullback-Leibler divergence between affinities in space
// and on the plane, which the steps lower: 0 where the map is perfect.
func (e *Embedding) Divergence() float64 {
	n := len(e.Points)
	total := 0.0
	for i := range n {
		_, _, s := e.forces(i)
		total += s
	}
	sum := 0.0
	for i, y := range e.Points {
		for j, other := range e.Points {
			if p := float64(e.p[i*n+j]); p > 0 && i != j {
				dx, dy := y[0]-other[0], y[1]-other[1]
				sum += p * math.Log(p*total*(1+dx*dx+dy*dy))
			}
		}
	}
	return sum
}
