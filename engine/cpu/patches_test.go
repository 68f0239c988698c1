package cpu

import (
	"math"
	"testing"
)

// Every tap of every position of a piece reads the input it should, and a piece
// of gradients finds its way back.
func TestPatches(t *testing.T) {
	rng := random(t)
	for range 200 {
		p := randomConv(rng)
		t.Logf("%+v", p)
		x := randomWords(rng, p.Size())
		positions := p.OutH * p.OutW
		lo := rng.IntN(p.N * positions)
		hi := lo + 1 + rng.IntN(p.N*positions-lo)
		c0 := rng.IntN(p.C)
		pc := newLayout(p, 1+rng.IntN(p.C-c0)).piece(lo, hi)
		words := make([]float32, pc.size())
		for i := range words {
			words[i] = float32(math.NaN())
		}
		pc.fill(words, x, c0)
		for _, r := range pc.runs {
			for i := range r.n {
				at := lo + r.at + i
				n, oh, ow := at/positions, at%positions/p.OutW, at%p.OutW
				for tap, start := range pc.taps {
					s, r2, c := tap%p.KernelW, tap/p.KernelW%p.KernelH, c0+tap/(p.KernelW*p.KernelH)
					h, w := oh*p.StrideH-p.PadTop+r2, ow*p.StrideW-p.PadLeft+s
					want := float32(0)
					if h >= 0 && h < p.H && w >= 0 && w < p.W {
						want = x[((n*p.C+c)*p.H+h)*p.W+w]
					}
					if got := words[start+r.src+i]; got != want {
						t.Fatalf("positions %d to %d, channel %d: tap %d of %d reads %g, want %g", lo, hi, c0, tap, at, got, want)
					}
				}
			}
		}
	}
}

func TestDrain(t *testing.T) {
	rng := random(t)
	for range 200 {
		p := randomConv(rng)
		t.Logf("%+v", p)
		x := randomWords(rng, p.Size())
		pc := newLayout(p, p.C).piece(0, p.N*p.OutH*p.OutW)
		words, back := make([]float32, pc.size()), make([]float32, len(x))
		for i := range back {
			back[i] = float32(math.NaN())
		}
		pc.fill(words, x, 0)
		pc.drain(words, back, 0)
		read := make([]bool, len(x))
		eachProduct(p, func(i, _, _ int) { read[i] = true })
		for i, was := range read {
			if was && back[i] != x[i] || !was && back[i] != 0 && back[i] != x[i] {
				t.Fatalf("element %d comes back as %g, was %g", i, back[i], x[i])
			}
		}
	}
}
