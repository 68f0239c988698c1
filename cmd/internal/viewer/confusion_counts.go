package viewer

import (
	"cmp"
	"slices"
)

func sum(counts []int) int {
	total := 0
	for _, n := range counts {
		total += n
	}
	return total
}

// ratio returns n of all as a share, 0 of nothing.
func ratio(n, all int) float64 {
	if all == 0 {
		return 0
	}
	return float64(n) / float64(all)
}

// rowShares returns each count as a share of its row, from 0 to 1. With wrong, those
// on the diagonal are 0 and the largest of the others 1, so that mistakes show.
func rowShares(counts [][]int, wrong bool) [][]float64 {
	shares, most := make([][]float64, len(counts)), 0.0
	for i, row := range counts {
		shares[i] = make([]float64, len(row))
		all := sum(row)
		for j, n := range row {
			if !wrong || i != j {
				shares[i][j] = ratio(n, all)
				most = max(most, shares[i][j])
			}
		}
	}
	if !wrong || most == 0 {
		return shares
	}
	for _, row := range shares {
		for j := range row {
			row[j] /= most
		}
	}
	return shares
}

// mistaken returns how many images of each label were taken for something else.
func mistaken(counts [][]int) []int {
	wrong := make([]int, len(counts))
	for i, row := range counts {
		wrong[i] = sum(row)
		if i < len(row) {
			wrong[i] -= row[i]
		}
	}
	return wrong
}

// mostMistaken returns up to n labels, those with the most wrong answers, in their
// order.
func mostMistaken(wrong []int, n int) []int {
	labels := make([]int, len(wrong))
	for i := range labels {
		labels[i] = i
	}
	slices.SortStableFunc(labels, func(a, b int) int { return cmp.Compare(wrong[b], wrong[a]) })
	labels = labels[:min(n, len(labels))]
	slices.Sort(labels)
	return labels
}
