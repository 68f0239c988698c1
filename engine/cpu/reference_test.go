package cpu

import (
	"math"
	"math/rand/v2"
	"testing"

	"tandem/engine/device"
)

// random returns a generator whose seed a failing test shows.
func random(t *testing.T) *rand.Rand {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	return rand.New(rand.NewPCG(seed, 0))
}

func randomWords(rng *rand.Rand, n int) []float32 {
	words := make([]float32, n)
	for i := range words {
		words[i] = float32(rng.NormFloat64())
	}
	return words
}

// sums adds up in double precision, and the magnitudes of the terms, which
// bound the error of any order of summation.
type sums struct{ value, magnitude []float64 }

func newSums(n int) sums { return sums{make([]float64, n), make([]float64, n)} }

func (s sums) add(i int, a, b float32) {
	s.value[i] += float64(a) * float64(b)
	s.magnitude[i] += math.Abs(float64(a) * float64(b))
}

func (s sums) check(t *testing.T, what string, got []float32) {
	t.Helper()
	for i, want := range s.value {
		if diff := math.Abs(float64(got[i]) - want); !(diff <= 2e-6*s.magnitude[i]) {
			t.Fatalf("%s: element %d is %g, want %g", what, i, got[i], want)
		}
	}
}

// eachProduct visits every multiply-add of a convolution, naming the elements
// of x, w and y that meet in it.
func eachProduct(p device.Conv, f func(x, w, y int)) {
	channels, filters := p.C/p.Groups, p.K/p.Groups
	for y := range p.OutSize() {
		ow, oh, k, n := y%p.OutW, y/p.OutW%p.OutH, y/(p.OutW*p.OutH)%p.K, y/(p.OutW*p.OutH*p.K)
		for tap := range p.FilterSize() {
			s, r, c := tap%p.KernelW, tap/p.KernelW%p.KernelH, tap/(p.KernelW*p.KernelH)
			h, w := oh*p.StrideH-p.PadTop+r, ow*p.StrideW-p.PadLeft+s
			if h >= 0 && h < p.H && w >= 0 && w < p.W {
				f(((n*p.C+k/filters*channels+c)*p.H+h)*p.W+w, k*p.FilterSize()+tap, y)
			}
		}
	}
}

// randomConv draws a convolution: strides, kernels, padding and output size are
// independent, so last windows may be partial, rows unread, windows empty.
func randomConv(rng *rand.Rand) device.Conv {
	groups := 1 + rng.IntN(3)
	return device.Conv{
		Image: device.Image{
			N: 1 + rng.IntN(4), C: groups * (1 + rng.IntN(5)),
			H: 1 + rng.IntN(20), W: 1 + rng.IntN(20),
		},
		K: groups * (1 + rng.IntN(20)), Groups: groups,
		Window: device.Window{
			KernelH: 1 + rng.IntN(11), KernelW: 1 + rng.IntN(11),
			StrideH: 1 + rng.IntN(4), StrideW: 1 + rng.IntN(4),
			PadTop: rng.IntN(6), PadLeft: rng.IntN(6),
			OutH: 1 + rng.IntN(9), OutW: 1 + rng.IntN(40),
		},
	}
}
