package survey

import (
	"math"
	"sync"
)

// Histogram counts finite values in bins of equal width, a power of two that
// doubles until the bins reach over all values. Bin i holds the values from
// (First+i)*Width on, up to the next bin's. So it depends on the values alone,
// not on the order or the batches in which they came.
type Histogram struct {
	Width  float64 // 0 before the first value
	First  int
	Counts []int64

	limit int // bins at most
}

// A histogram starts from bins of width 2^finest, and numbers them below
// farthest, where float64 still has all whole numbers.
const (
	finest   = -40
	farthest = 1 << 52
)

// add counts values, the finite ones of which lie between low and high.
func (h *Histogram) add(values []float32, low, high float32) {
	h.reach(float64(low), float64(high))
	var mu sync.Mutex
	inChunks(len(values), func(lo, hi int) {
		counts := make([]int64, len(h.Counts))
		h.countInto(counts, values[lo:hi])
		mu.Lock()
		defer mu.Unlock()
		for i, n := range counts {
			h.Counts[i] += n
		}
	})
}

func (h *Histogram) countInto(counts []int64, values []float32) {
	scale, zeros := 1/h.Width, int64(0)
	for _, v := range values {
		if v == 0 {
			zeros++ // most of what a ReLU puts out
		} else if v-v == 0 {
			counts[int(math.Floor(float64(v)*scale))-h.First]++
		}
	}
	if zeros > 0 {
		counts[-h.First] += zeros
	}
}

// reach widens the bins until no more than the limit reach from low to high and
// over all values before.
func (h *Histogram) reach(low, high float64) {
	if h.Width == 0 {
		h.Width = math.Ldexp(1, finest)
	}
	for {
		first, last := math.Floor(low/h.Width), math.Floor(high/h.Width)
		if len(h.Counts) > 0 {
			first, last = min(first, float64(h.First)), max(last, float64(h.First+len(h.Counts)-1))
		}
		if last-first < float64(h.limit) && max(-first, last) < farthest {
			h.cover(int(first), int(last))
			return
		}
		h.double()
	}
}

// double merges bins in pairs. Halves of bin numbers are rounded down, below
// zero too.
func (h *Histogram) double() {
	old, first := h.Counts, h.First
	h.Width *= 2
	h.Counts = nil
	if len(old) == 0 {
		return
	}
	h.cover(first>>1, (first+len(old)-1)>>1)
	for i, n := range old {
		h.Counts[(first+i)>>1-h.First] += n
	}
}

// cover adds empty bins at both ends so that numbers first to last are there.
func (h *Histogram) cover(first, last int) {
	counts := make([]int64, last-first+1)
	if len(h.Counts) > 0 {
		copy(counts[h.First-first:], h.Counts)
	}
	h.First, h.Counts = first, counts
}

// Count returns the histogram of values in no more than a number of bins. Values
// that are not finite are left out.
func Count(values []float32, bins int) Histogram {
	h := Histogram{limit: bins}
	low, high := float32(math.Inf(1)), float32(math.Inf(-1))
	for _, v := range values {
		if v-v == 0 {
			low, high = min(low, v), max(high, v)
		}
	}
	if low <= high {
		h.add(values, low, high)
	}
	return h
}
