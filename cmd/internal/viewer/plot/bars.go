package plot

import "math"

// Bars sums up neighbouring bins of a histogram until there are at most n, and
// returns their heights from 0 to 1: square roots of the counts, so that the few
// values far out are seen beside the many in the middle. There are none if all
// counts are zero.
func Bars(counts []int64, n int) []float64 {
	n = min(n, len(counts))
	if n < 1 {
		return nil
	}
	sums, most := make([]int64, n), int64(0)
	for i, c := range counts {
		at := i * n / len(counts)
		sums[at] += c
		most = max(most, sums[at])
	}
	if most == 0 {
		return nil
	}
	heights := make([]float64, n)
	for i, s := range sums {
		heights[i] = math.Sqrt(float64(s) / float64(most))
	}
	return heights
}
