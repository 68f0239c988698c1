package survey

import (
	"math"
	"slices"
	"sort"
	"testing"

	"tandem/engine/tensor"
)

// normals is a tensor of fresh random numbers.
func normals(seed uint32, shape ...int) *tensor.Tensor {
	x := tensor.New(shape...)
	tensor.NewStream(11, tensor.Purpose("vectors"), seed).FillNormal(x.Data, 0, 1)
	return x
}

// naiveNearest sorts all rows by the distance as it is written down.
func naiveNearest(base *tensor.Tensor, x []float32, self, k int) []Neighbour {
	var list []Neighbour
	for i := range base.Shape[0] {
		sum := 0.0
		for j, v := range x {
			sum += math.Pow(float64(v)-float64(base.Data[i*base.Shape[1]+j]), 2)
		}
		if i != self {
			list = append(list, Neighbour{i, sum})
		}
	}
	sort.SliceStable(list, func(a, b int) bool { return list[a].Distance < list[b].Distance })
	return list[:min(k, len(list))]
}

func sameNeighbours(got, want []Neighbour) bool {
	return slices.EqualFunc(got, want, func(a, b Neighbour) bool {
		return a.Row == b.Row && math.Abs(a.Distance-b.Distance) <= 1e-12*b.Distance
	})
}

func TestNeighboursAgreeWithBruteForce(t *testing.T) {
	for _, c := range []struct{ n, f, queries, k int }{
		{1, 1, 1, 3}, {7, 3, 2, 7}, {129, 5, 9, 4}, {300, 1023, 6, 11}, {3, 140_000, 2, 2}, {40, 4, 5, 0},
	} {
		base, queries := normals(1, c.n, c.f), normals(2, c.queries, c.f)
		for q, got := range Nearest(base, queries, c.k) {
			if want := naiveNearest(base, row(queries, q), -1, c.k); !sameNeighbours(got, want) {
				t.Errorf("%+v: query %d: %v, want %v", c, q, got, want)
			}
		}
		rows := []int{c.n - 1, 0, c.n / 2}
		for q, got := range NearestRows(base, rows, c.k) {
			if want := naiveNearest(base, row(base, rows[q]), rows[q], c.k); !sameNeighbours(got, want) {
				t.Errorf("%+v: row %d: %v, want %v", c, rows[q], got, want)
			}
		}
	}
}

// Whole numbers tie often; the earlier row comes first, whatever the cores.
func TestNeighboursAtEqualDistance(t *testing.T) {
	base := normals(3, 500, 3)
	for i := range base.Data {
		base.Data[i] = float32(math.Round(float64(base.Data[i])))
	}
	rows := make([]int, 500)
	for i := range rows {
		rows[i] = i
	}
	for q, got := range NearestRows(base, rows, 9) {
		if want := naiveNearest(base, row(base, q), q, 9); !slices.Equal(got, want) {
			t.Fatalf("row %d: %v, want %v", q, got, want)
		}
	}
}

func TestVectorsThatAreNoNeighbours(t *testing.T) {
	base := normals(4, 4, 2)
	base.Data[2], base.Data[5] = float32(math.NaN()), float32(math.Inf(1))
	got := Nearest(base, normals(5, 1, 2), 4)[0]
	if len(got) != 2 || got[0].Row+got[1].Row != 3 || got[0].Row*got[1].Row != 0 {
		t.Errorf("%v, want rows 0 and 3", got)
	}
}
