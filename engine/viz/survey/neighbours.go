package survey

import (
	"fmt"
	"slices"

	"tandem/engine/tensor"
)

// Neighbour is a row of a set of vectors near another vector.
type Neighbour struct {
	Row      int
	Distance float64 // squared Euclidean
}

// before orders neighbours: the nearer first, of equal ones the earlier row.
func (a Neighbour) before(b Neighbour) bool {
	return a.Distance < b.Distance || a.Distance == b.Distance && a.Row < b.Row
}

// Nearest returns, for each row of queries (q, F), the k rows of base (n, F)
// nearest to it, fewer where base has no more: figure 4 of the paper, right.
// Every distance is computed, in float64. Rows at no finite distance are left out.
func Nearest(base, queries *tensor.Tensor, k int) [][]Neighbour {
	return nearest(base, queries.Shape[0], k, func(q int) ([]float32, int) { return row(queries, q), -1 })
}

// NearestRows is Nearest for rows of base itself, which are not their own
// neighbours.
func NearestRows(base *tensor.Tensor, rows []int, k int) [][]Neighbour {
	return nearest(base, len(rows), k, func(q int) ([]float32, int) { return row(base, rows[q]), rows[q] })
}

// cacheFloats is how much of base is compared with all queries before the next
// part: half of a common second-level cache.
const cacheFloats = 128 << 10

// nearest asks for each query's vector, and the row that is the query itself.
func nearest(base *tensor.Tensor, queries, k int, query func(q int) ([]float32, int)) [][]Neighbour {
	if len(base.Shape) != 2 || k < 0 {
		panic(fmt.Sprintf("survey: %d neighbours among vectors of shape %v", k, base.Shape))
	}
	n := base.Shape[0]
	block := max(1, cacheFloats/max(1, base.Shape[1]))
	found := make([][]Neighbour, queries)
	inChunks(queries, func(lo, hi int) {
		for first := 0; first < n; first += block {
			for q := lo; q < hi; q++ {
				x, self := query(q)
				for i := first; i < min(first+block, n); i++ {
					if i != self {
						found[q] = insert(found[q], Neighbour{i, distance(x, row(base, i))}, k)
					}
				}
			}
		}
	})
	return found
}

func row(t *tensor.Tensor, i int) []float32 { return t.Data[i*t.Shape[1]:][:t.Shape[1]] }

// insert keeps the k best, sorted.
func insert(best []Neighbour, c Neighbour, k int) []Neighbour {
	if c.Distance-c.Distance != 0 || len(best) == k && (k == 0 || !c.before(best[k-1])) {
		return best
	}
	at := len(best)
	for at > 0 && c.before(best[at-1]) {
		at--
	}
	best = slices.Insert(best, at, c)
	return best[:min(k, len(best))]
}

// distance keeps four sums, so that additions do not wait for each other.
func distance(a, b []float32) float64 {
	if len(a) != len(b) {
		panic(fmt.Sprintf("survey: distance of vectors of %d and %d elements", len(a), len(b)))
	}
	var s [4]float64
	i := 0
	for ; i+4 <= len(a); i += 4 {
		d0, d1 := float64(a[i])-float64(b[i]), float64(a[i+1])-float64(b[i+1])
		d2, d3 := float64(a[i+2])-float64(b[i+2]), float64(a[i+3])-float64(b[i+3])
		s[0] += d0 * d0
		s[1] += d1 * d1
		s[2] += d2 * d2
		s[3] += d3 * d3
	}
	for ; i < len(a); i++ {
		d := float64(a[i]) - float64(b[i])
		s[0] += d * d
	}
	return s[0] + s[1] + (s[2] + s[3])
}
