//go:build !(goexperiment.simd && go1.27)

package cpu

// Each of these handles the leading elements that fill whole vectors and
// returns their number; the caller's loop does the rest. Without vectors the
// caller's loop does everything.

func addVector(dst, src []float32) int                                  { return 0 }
func reluVector(y, x []float32) int                                     { return 0 }
func reluBackwardVector(dx, y, dy []float32) int                        { return 0 }
func updateVector(w, g, v []float32, momentum, decay, rate float32) int { return 0 }
func sumSquaresVector(dst, x []float32, rows, stride int) int           { return 0 }
func sumRowsVector(dst, x []float32, rows, stride int) int              { return 0 }
func normalizeVector(y, x, sums []float32, k, alpha float32) int        { return 0 }
func subtractProductVector(dx, x, sums []float32, factor float32) int   { return 0 }
func normalizeBackwardVector(dx, terms, x, dy, sums []float32, k, alpha float32) int {
	return 0
}

// maxVector reports whether it did the work.
func maxVector(best, place, x []float32, rows, columns, stride, firstPlace int) bool { return false }
