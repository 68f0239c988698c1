package cpu

import "math"

// operand is a factor of a product, read where it lies. A panel of it holds, for
// each step of the depth, a lane for each row of a left factor or column of a
// right one. One of the two dimensions, the long one, lies in memory in runs;
// the other one, the short one, is a set of places that all have the same runs.
type operand struct {
	words  []float32
	starts []int // of each index of the short dimension
	runs   []run // the long dimension, in ascending order
	across bool  // the long dimension is the lanes, not the depth
	// distant says that the long dimension's lines are so far apart that each
	// begins a page of its own: then it pays to read much of a line at a time.
	distant bool
}

// run says that n elements, indices at to at+n-1 of the long dimension, lie
// side by side in memory from src (plus the start of the short index) on.
type run struct{ at, src, n int }

// matrix returns an operand that is a plain matrix: lines of n elements, each
// ld elements after the one before.
func matrix(words []float32, lines, n, ld int, across bool) operand {
	return operand{words: words, starts: strided(lines, ld), runs: []run{{0, 0, n}}, across: across}
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

// from returns the operand without its first i lanes.
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

// packCols packs columns j to end in panels of the given width.
func (o operand) packCols(panels []float32, width, j, end, k0, k1 int) {
	steps := k1 - k0 // of the depth at a time
	if o.distant {
		steps = 16
	}
	for k := k0; k < k1; k += steps {
		next := min(k+steps, k1)
		for at := j; at < end; at += width {
			panel := panels[(at-j)*(k1-k0)+(k-k0)*width:]
			o.pack(panel[:width*(next-k)], width, at, k, next)
		}
	}
}

// pack writes one panel, the width lanes from lane i on. What lies past the factor's edge is unspecified: it only
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

// copyLine writes one line of a panel, where every word counts.
func copyLine(panel, words []float32, runs []run) {
	for _, r := range runs {
		copy(panel[r.at:][:r.n], words[r.src:])
	}
}

// interleave writes one lane of the panel for each start, four or two at a time
// (the width is even). What is missing at the factor's edge repeats the last.
func interleave(panel []float32, width int, words []float32, starts []int, runs []run) {
	line := func(lane int) []float32 { return words[starts[min(lane, len(starts)-1)]:] }
	lane := 0
	for ; lane+4 <= width; lane += 4 {
		a, b, c, d := line(lane), line(lane+1), line(lane+2), line(lane+3)
		for _, r := range runs {
			lo, hi := r.src, r.src+r.n
			interleave4(panel[r.at*width+lane:], width, a[lo:hi], b[lo:hi], c[lo:hi], d[lo:hi])
		}
	}
	for ; lane < width; lane += 2 {
		a, b := line(lane), line(lane+1)
		for _, r := range runs {
			lo, hi := r.src, r.src+r.n
			interleave2(panel[r.at*width+lane:], width, a[lo:hi], b[lo:hi])
		}
	}
}

func interleave4(dst []float32, width int, a, b, c, d []float32) {
	b, c, d = b[:len(a)], c[:len(a)], d[:len(a)]
	for i := interleave4Vector(dst, width, a, b, c, d); i < len(a); i++ {
		to := (*[4]float32)(dst[i*width:])
		to[0], to[1], to[2], to[3] = a[i], b[i], c[i], d[i]
	}
}

func interleave2(dst []float32, width int, a, b []float32) {
	b = b[:len(a)]
	j := 0
	for i, x := range a {
		to := (*[2]float32)(dst[j:])
		to[0], to[1] = x, b[i]
		j += width
	}
}
