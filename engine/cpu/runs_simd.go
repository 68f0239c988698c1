//go:build goexperiment.simd && go1.27

package cpu

import "simd"

// copyLines writes one line of a panel for each start, the runs of it side by
// side. Whole vectors are copied and may run over the end of a run: what they
// overwrite is written later.
func copyLines(panel []float32, width int, words []float32, starts []int, runs []run) {
	n := simd.BroadcastFloat32s(0).Len()
	for _, start := range starts {
		from := words[start:]
		for _, r := range runs {
			dst, src := panel[r.at:], from[r.src:]
			i := 0
			for ; i < r.n && len(dst) >= n && len(src) >= n; i += n {
				simd.LoadFloat32s(src[:n]).Store(dst[:n])
				dst, src = dst[n:], src[n:]
			}
			if i < r.n {
				copy(dst[:r.n-i], src)
			}
		}
		panel = panel[width:]
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
		for i, v := range src {
			dst[i] += v
		}
	}
}
