package devicetest

import (
	"math"

	"tandem/engine/device"
)

// neighbours returns the indices of the elements that normalize element
// (n, c, h, w).
func neighbours(p device.LRN, n, c, h, w int) []int {
	if p.SameMap {
		return square(p, n, c, h, w)
	}
	group := p.C / p.Groups
	var found []int
	for j := c - p.Size/2; j <= c-p.Size/2+p.Size-1; j++ {
		if j >= 0 && j < p.C && j/group == c/group {
			found = append(found, ((n*p.C+j)*p.H+h)*p.W+w)
		}
	}
	return found
}

func square(p device.LRN, n, c, h, w int) []int {
	var found []int
	for i := h - p.Size/2; i <= h-p.Size/2+p.Size-1; i++ {
		for j := w - p.Size/2; j <= w-p.Size/2+p.Size-1; j++ {
			if i >= 0 && i < p.H && j >= 0 && j < p.W {
				found = append(found, ((n*p.C+c)*p.H+i)*p.W+j)
			}
		}
	}
	return found
}

// eachDivisor visits every element's index, neighbours and K + Alpha * sum.
func eachDivisor(p device.LRN, x []float64, visit func(i int, near []int, s float64)) {
	i := 0
	for n := range p.N {
		for c := range p.C {
			for h := range p.H {
				for w := range p.W {
					near := neighbours(p, n, c, h, w)
					sum := 0.0
					for _, j := range near {
						sum += x[j] * x[j]
					}
					visit(i, near, float64(p.K)+float64(p.Alpha)*sum)
					i++
				}
			}
		}
	}
}

func refLRN(p device.LRN, x, y []float64) {
	eachDivisor(p, x, func(i int, _ []int, s float64) {
		y[i] = x[i] * math.Pow(s, -float64(p.Beta))
	})
}

// refLRNBackward sums dy_i * dy_i/dx_j, where y_i = x_i * s_i^-beta and
// ds_i/dx_j = 2 alpha x_j for the neighbours j of i.
func refLRNBackward(p device.LRN, x, dy, dx []float64) {
	alpha, beta := float64(p.Alpha), float64(p.Beta)
	clear(dx)
	eachDivisor(p, x, func(i int, near []int, s float64) {
		dx[i] += dy[i] * math.Pow(s, -beta)
		for _, j := range near {
			dx[j] += dy[i] * x[i] * -beta * math.Pow(s, -beta-1) * 2 * alpha * x[j]
		}
	})
}
