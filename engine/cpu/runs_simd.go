//go:build goexperiment.simd && go1.27

package cpu

import "simd"

// copyLines writes one line of a panel for each start, the runs of it side by
// side. Whole vectors are copied and may run over the end of a run: what they
// overwrite is written later.
func copyLines(panel []float32, width int, words []float32, starts []int, runs []run) {
	n := simd.BroadcastFloat32s(0).Len()
	var memory [64]run
	vectors, write, read := memory[:0], 0, 0 // write and read: where they end
	for _, r := range runs {
		for i := 0; i < r.n; i += n {
			vectors = append(vectors, run{r.at + i, r.src + i, n})
		}
		last := vectors[len(vectors)-1]
		write, read = last.at+n, max(read, last.src+n)
	}
	for _, start := range starts {
		if len(panel) < write || len(words) < start+read {
			copyLine(panel, words[start:], runs)
		} else {
			for _, v := range vectors {
				simd.LoadFloat32s(words[start+v.src:]).Store(panel[v.at:])
			}
		}
		panel = panel[width:]
	}
}

// copyRuns sets each run of words to what src holds from the run's at on.
func copyRuns(words []float32, runs []run, src []float32) {
	n := simd.BroadcastFloat32s(0).Len()
	for _, r := range runs {
		dst, src := words[r.src:r.src+r.n], src[r.at:r.at+r.n]
		for len(dst) >= n && len(src) >= n {
			simd.LoadFloat32s(src[:n]).Store(dst[:n])
			dst, src = dst[n:], src[n:]
		}
		copy(dst, src)
	}
}

// addRuns adds to each run of words what src holds from the run's at on.
func addRuns(words []float32, runs []run, src []float32) {
	n := simd.BroadcastFloat32s(0).Len()
	for _, r := range runs {
		dst, src := words[r.src:r.src+r.n], src[r.at:r.at+r.n]
		for len(dst) >= n && len(src) >= n {
			simd.LoadFloat32s(dst[:n]).Add(simd.LoadFloat32s(src[:n])).Store(dst[:n])
			dst, src = dst[n:], src[n:]
		}
		sum, _ := simd.LoadFloat32sPart(dst)
		rest, _ := simd.LoadFloat32sPart(src)
		sum.Add(rest).StorePart(dst)
	}
}
