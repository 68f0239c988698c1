package cpu

import "math"

// operand is a factor of a product, read where it lies. One of its two
// dimensions, the long one, lies in memory in runs; the other one, the short
// one, is a set of places that all have the same runs.
type operand struct {
	words  []float32
	starts []int // of each index of the short dimension
	runs   []run // the long dimension, in ascending order
	// across says that the long dimension is the one packed side by side in a
	// panel (the rows of a left factor, the columns of a right one); otherwise
	// it is the depth.
	across bool
}

// run says that n elements, indices at to at+n-1 of the long dimension, lie
// side by side in memory from src (plus the start of the short index) on.
type run struct{ at, src, n int }

// matrix returns an operand that is a plain matrix: lines of n elements, each
// ld elements after the one before.
func matrix(words []float32, lines, n, ld int, across bool) operand {
	return operand{words, strided(lines, ld), []run{{0, 0, n}}, across}
}

func strided(n, step int) []int {
	places := make([]int, n)
	for i := range places {
		places[i] = i * step
	}
	return places
}

// clipped appends what lies between lo and hi of each run, at counting from lo.
func clipped(buf, runs []run, lo, hi int) []run {
	for _, r := range runs {
		from, to := max(r.at, lo), min(r.at+r.n, hi)
		if from < to {
			buf = append(buf, run{from - lo, r.src + from - r.at, to - from})
		}
	}
	return buf
}

// from returns the operand without the first i of its lanes, the dimension
// packed side by side.
func (o operand) from(i int) operand {
	if o.across {
		o.runs = clipped(nil, o.runs, i, math.MaxInt)
	} else {
		o.starts = o.starts[i:]
	}
	return o
}

// packRows packs rows i0 to i0+n in panels of tileRows.
func (o operand) packRows(panels []float32, i0, n, k0, k1 int) {
	size := tileRows * (k1 - k0)
	for i := i0; i < i0+n; i += tileRows {
		o.pack(panels[:size:size], tileRows, i, k0, k1)
		panels = panels[size:]
	}
}

// pack writes one panel, the width elements from index i on for each of the
// steps k0 to k1. What lies past the factor's edge is unspecified: it only
// reaches elements of the product that are never read.
func (o operand) pack(panel []float32, width, i, k0, k1 int) {
	var memory [64]run
	if o.across {
		runs := clipped(memory[:0], o.runs, i, i+width)
		copyLines(panel, width, o.words, o.starts[k0:k1], runs)
		return
	}
	runs := clipped(memory[:0], o.runs, k0, k1)
	interleave(panel, width, o.words, o.starts[i:min(i+width, len(o.starts))], runs)
}

// copyLines writes one line of the panel for each start.
func copyLines(panel []float32, width int, words []float32, starts []int, runs []run) {
	for _, start := range starts {
		from := words[start:]
		for _, r := range runs {
			copyShort(panel[r.at:], from[r.src:], r.n)
		}
		panel = panel[width:]
	}
}

// copyShort copies n elements in chunks that may run over; what they overwrite
// is written later. Runs are too short to be worth a call of copy.
func copyShort(dst, src []float32, n int) {
	const chunk = 16
	for n > 0 {
		if len(dst) < chunk || len(src) < chunk {
			copy(dst[:n], src)
			return
		}
		*(*[chunk]float32)(dst) = *(*[chunk]float32)(src)
		dst, src, n = dst[chunk:], src[chunk:], n-chunk
	}
}

// interleave writes one column of the panel for each start, two at a time. A
// start too few, at the factor's edge, is made up by the last one.
func interleave(panel []float32, width int, words []float32, starts []int, runs []run) {
	last := len(starts) - 1
	for lane := 0; lane < width; lane += 2 {
		a, b := words[starts[min(lane, last)]:], words[starts[min(lane+1, last)]:]
		for _, r := range runs {
			interleavePair(panel[r.at*width+lane:], width, a[r.src:r.src+r.n], b[r.src:r.src+r.n])
		}
	}
}

func interleavePair(dst []float32, width int, a, b []float32) {
	j := 0
	for i, x := range a {
		dst[j] = x
		dst[j+1] = b[i]
		j += width
	}
}
