package survey

import (
	"fmt"
	"slices"

	"tandem/engine/tensor"
)

// Lens says how coloured the kernels of the first convolution are. On every run
// the paper's tower on the first GPU became largely colour-agnostic and the one
// on the second largely colour-specific (section 6.1): here that is a number.
type Lens struct {
	Kernels []float64 // by kernel, see Colour
	Towers  []float64 // the mean over each tower's kernels
	Ranked  []int     // kernels, the most coloured first
}

// Look measures kernels w, K x 3 x R x S, of which each tower owns an equal part
// in order. Kernels of any other number of channels are an error.
func Look(w *tensor.Tensor, towers int) (Lens, error) {
	if len(w.Shape) != 4 || w.Shape[1] != 3 {
		return Lens{}, fmt.Errorf("kernels of shape %v have no colour: it takes the 3 channels of red, green and blue", w.Shape)
	}
	k := w.Shape[0]
	if towers < 1 || k%towers != 0 {
		return Lens{}, fmt.Errorf("%d kernels do not divide into %d towers", k, towers)
	}
	l := Lens{Kernels: make([]float64, k), Towers: make([]float64, towers), Ranked: make([]int, k)}
	size := w.Shape[1:].Size()
	for i := range k {
		l.Kernels[i] = Colour(w.Data[i*size : (i+1)*size])
		l.Towers[i/(k/towers)] += l.Kernels[i] / float64(k/towers)
		l.Ranked[i] = i
	}
	slices.SortStableFunc(l.Ranked, func(a, b int) int { return moreColoured(l.Kernels[a], l.Kernels[b]) })
	return l, nil
}

// moreColoured puts the larger first, NaN last.
func moreColoured(a, b float64) int {
	switch {
	case a > b, a == a && b != b:
		return -1
	case a < b, a != a && b == b:
		return 1
	}
	return 0
}

// Colour returns the share of a kernel's energy (the sum of its squared
// weights) that lies off the grey axis: at each place the weights of red, green
// and blue are a vector, whose part along (1, 1, 1) answers to brightness and
// the rest to colour. 0 is a grey kernel, 1 one blind to brightness; weights
// drawn at random have 2/3, for two of three directions are colour. A kernel of
// zeros has 0, one with NaN has NaN.
func Colour(kernel []float32) float64 {
	area := len(kernel) / 3
	grey, total := 0.0, 0.0
	for i := range area {
		r, g, b := float64(kernel[i]), float64(kernel[area+i]), float64(kernel[2*area+i])
		grey += (r + g + b) * (r + g + b) / 3
		total += r*r + g*g + b*b
	}
	if total == 0 {
		return 0
	}
	return max(0, 1-grey/total) // rounding can take grey beyond total
}
