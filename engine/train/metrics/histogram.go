package metrics

import (
	"math"
	"slices"
	"sort"
)

// histogram counts values in buckets. Bucket i holds limits[i-1] <= v <
// limits[i].
type histogram struct {
	min, max, num, sum, sumSquares float64
	limits, counts                 []float64
}

// bucketLimits are TensorFlow's (tensorflow/core/lib/histogram/histogram.cc):
// zero, and on either side of it from 1e-12 on each limit 1.1 times the last.
var bucketLimits = func() []float64 {
	var positive []float64
	for v := 1e-12; v < 1e20; v *= 1.1 {
		positive = append(positive, v)
	}
	positive = append(positive, math.MaxFloat64)
	var limits []float64
	for _, v := range slices.Backward(positive) {
		limits = append(limits, -v)
	}
	return append(append(limits, 0), positive...)
}()

// newHistogram counts the finite values. Every run of empty buckets becomes one,
// so that what is written stays short.
func newHistogram(values []float32) histogram {
	var h histogram
	counts := make([]float64, len(bucketLimits))
	for _, v32 := range values {
		if v := float64(v32); !math.IsNaN(v) && !math.IsInf(v, 0) {
			h.add(v)
			counts[bucketOf(v)]++
		}
	}
	h.merge(counts)
	return h
}

func (h *histogram) add(v float64) {
	if h.num == 0 {
		h.min, h.max = v, v
	}
	h.min, h.max = min(h.min, v), max(h.max, v)
	h.num++
	h.sum += v
	h.sumSquares += v * v
}

func bucketOf(v float64) int {
	return sort.Search(len(bucketLimits), func(i int) bool { return bucketLimits[i] > v })
}

func (h *histogram) merge(counts []float64) {
	for i, limit := range bucketLimits {
		last := len(h.counts) - 1
		if last >= 0 && counts[i] == 0 && h.counts[last] == 0 {
			h.limits[last] = limit
			continue
		}
		h.limits = append(h.limits, limit)
		h.counts = append(h.counts, counts[i])
	}
}
