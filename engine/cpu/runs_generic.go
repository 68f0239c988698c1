//go:build !(goexperiment.simd && go1.27)

package cpu

// These are described in runs_simd.go.

func copyLines(panel []float32, width int, words []float32, starts []int, runs []run) {
	for _, start := range starts {
		copyLine(panel, words[start:], runs)
		panel = panel[width:]
	}
}

func copyRuns(words []float32, runs []run, src []float32) {
	for _, r := range runs {
		copy(words[r.src:][:r.n], src[r.at:])
	}
}

func addRuns(words []float32, runs []run, src []float32) {
	for _, r := range runs {
		add(words[r.src:][:r.n], src[r.at:])
	}
}
