package plot

import "sort"

// Nearest returns which of n values in rising order is nearest to x, the earlier
// of two as near; -1 where there are none.
func Nearest(n int, value func(int) float64, x float64) int {
	i := sort.Search(n, func(i int) bool { return value(i) >= x })
	switch {
	case i == n:
		return n - 1
	case i > 0 && x-value(i-1) <= value(i)-x:
		return i - 1
	}
	return i
}
