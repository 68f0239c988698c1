//go:build !(goexperiment.simd && go1.27)

package cpu

// These are described in runs_simd.go.

func copyLines(panel []float32, width int, words []float32, starts []int, runs []run) {
	for _, start := range starts {
		from := words[start:]
		for _, r := range runs {
			copy(panel[r.at:][:r.n], from[r.src:])
		}
		panel = panel[width:]
	}
}

func addRuns(words []float32, runs []run, src []float32) {
	for _, r := range runs {
		add(words[r.src:][:r.n], src[r.at:])
	}
}
