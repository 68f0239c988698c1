package devicetest

import (
	"math"

	"tandem/engine/device"
)

// pixel is one element of a pooling window: its index in the image and its
// place in the unclipped window.
type pixel struct{ index, place int }

// eachWindow visits every output element and the pixels it pools.
func eachWindow(p device.Pool, visit func(y int, window []pixel)) {
	y := 0
	for plane := range p.N * p.C {
		for i := range p.OutH {
			for j := range p.OutW {
				visit(y, window(p, plane, i, j))
				y++
			}
		}
	}
}

func window(p device.Pool, plane, i, j int) []pixel {
	var inside []pixel
	for r := range p.KernelH {
		for s := range p.KernelW {
			row, col := i*p.StrideH-p.PadTop+r, j*p.StrideW-p.PadLeft+s
			if row >= 0 && row < p.H && col >= 0 && col < p.W {
				inside = append(inside, pixel{(plane*p.H+row)*p.W + col, r*p.KernelW + s})
			}
		}
	}
	return inside
}

// refMaxPool takes the first pixel that no other beats.
func refMaxPool(p device.Pool, x, y, index []float64) {
	eachWindow(p, func(o int, window []pixel) {
		best := window[0]
		for _, q := range window[1:] {
			if beats(x[q.index], x[best.index]) {
				best = q
			}
		}
		y[o], index[o] = x[best.index], float64(best.place)
	})
}

// beats reports whether a is larger than b, NaN counting as largest.
func beats(a, b float64) bool { return a > b || math.IsNaN(a) && !math.IsNaN(b) }

func refMaxPoolBackward(p device.Pool, index, dy, dx []float64) {
	clear(dx)
	eachWindow(p, func(o int, window []pixel) {
		for _, q := range window {
			if q.place == int(index[o]) {
				dx[q.index] += dy[o]
			}
		}
	})
}

func refAvgPool(p device.Pool, x, y []float64) {
	eachWindow(p, func(o int, window []pixel) {
		sum := 0.0
		for _, q := range window {
			sum += x[q.index]
		}
		y[o] = sum / float64(len(window))
	})
}

func refAvgPoolBackward(p device.Pool, dy, dx []float64) {
	clear(dx)
	eachWindow(p, func(o int, window []pixel) {
		for _, q := range window {
			dx[q.index] += dy[o] / float64(len(window))
		}
	})
}
