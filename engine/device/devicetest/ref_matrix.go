package devicetest

import "tandem/engine/device"

// The references are the definitions, written for reading: float64, no
// blocking, no reuse. Only they decide what is right, so they share nothing
// with any backend.

// eachProduct visits every product x[i]*w[j] that adds to y[k] in a
// convolution, shared or local. Forward and both gradients are sums over it.
func eachProduct(p device.Conv, local bool, visit func(x, w, y int)) {
	for n := range p.N {
		for k := range p.K {
			for i := range p.OutH {
				for j := range p.OutW {
					eachTap(p, n, k, i, j, local, visit)
				}
			}
		}
	}
}

// eachTap visits the products of output element (n, k, i, j).
func eachTap(p device.Conv, n, k, i, j int, local bool, visit func(x, w, y int)) {
	y := ((n*p.K+k)*p.OutH+i)*p.OutW + j
	filter := k
	if local {
		filter = (i*p.OutW+j)*p.K + k
	}
	group := p.C / p.Groups
	firstChannel := k / (p.K / p.Groups) * group
	for c := range group {
		for r := range p.KernelH {
			for s := range p.KernelW {
				row, col := i*p.StrideH-p.PadTop+r, j*p.StrideW-p.PadLeft+s
				if row < 0 || row >= p.H || col < 0 || col >= p.W {
					continue
				}
				x := ((n*p.C+firstChannel+c)*p.H+row)*p.W + col
				w := ((filter*group+c)*p.KernelH+r)*p.KernelW + s
				visit(x, w, y)
			}
		}
	}
}

// biasIndex returns which bias element k of y reads: one for each filter, or
// one for each filter and place.
func biasIndex(p device.Conv, local bool, y int) int {
	if local {
		return y % (p.K * p.OutH * p.OutW)
	}
	return y / (p.OutH * p.OutW) % p.K
}

func refConv(p device.Conv, local bool, x, w, b, y []float64) {
	for k := range y {
		y[k] = 0
		if b != nil {
			y[k] = b[biasIndex(p, local, k)]
		}
	}
	eachProduct(p, local, func(i, j, k int) { y[k] += x[i] * w[j] })
}

func refConvInput(p device.Conv, local bool, dy, w, dx []float64) {
	clear(dx)
	eachProduct(p, local, func(i, j, k int) { dx[i] += dy[k] * w[j] })
}

func refConvWeights(p device.Conv, local bool, x, dy, dw, db []float64) {
	clear(dw)
	eachProduct(p, local, func(i, j, k int) { dw[j] += dy[k] * x[i] })
	if db != nil {
		clear(db)
		for k := range dy {
			db[biasIndex(p, local, k)] += dy[k]
		}
	}
}

func refFC(p device.FC, x, w, b, y []float64) {
	for n := range p.N {
		for o := range p.Out {
			sum := 0.0
			if b != nil {
				sum = b[o]
			}
			for i := range p.In {
				sum += x[n*p.In+i] * w[o*p.In+i]
			}
			y[n*p.Out+o] = sum
		}
	}
}

func refFCInput(p device.FC, dy, w, dx []float64) {
	for n := range p.N {
		for i := range p.In {
			sum := 0.0
			for o := range p.Out {
				sum += dy[n*p.Out+o] * w[o*p.In+i]
			}
			dx[n*p.In+i] = sum
		}
	}
}

func refFCWeights(p device.FC, x, dy, dw, db []float64) {
	for o := range p.Out {
		for i := range p.In {
			sum := 0.0
			for n := range p.N {
				sum += dy[n*p.Out+o] * x[n*p.In+i]
			}
			dw[o*p.In+i] = sum
		}
		if db != nil {
			db[o] = 0
			for n := range p.N {
				db[o] += dy[n*p.Out+o]
			}
		}
	}
}
