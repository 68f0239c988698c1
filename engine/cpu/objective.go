package cpu

import (
	"math"
	"slices"

	"tandem/engine/device"
)

// rowwise runs f on each row, several at a time where rows are short.
func (d *Device) rowwise(p device.Classes, f func(n int)) {
	d.enqueue(func() {
		d.parallelRange(p.N, max(1, grain/4/p.C), func(lo, hi int) {
			for n := lo; n < hi; n++ {
				f(n)
			}
		})
	})
}

// Softmax computes the probabilities of each row.
func (d *Device) Softmax(p device.Classes, x, y device.Buffer) {
	p.CheckBuffers("Softmax", []device.Buffer{x, y}, nil)
	from, to := data(x), data(y)
	d.rowwise(p, func(n int) { softmax(from[n*p.C:][:p.C], to[n*p.C:][:p.C]) })
}

// softmax subtracts the largest logit first, so that no exponential overflows.
func softmax(x, y []float32) {
	top := slices.Max(x)
	sum := 0.0
	for i, v := range x {
		e := math.Exp(float64(v - top))
		sum += e
		y[i] = float32(e)
	}
	for i := range y {
		y[i] = float32(float64(y[i]) / sum)
	}
}

// CrossEntropy computes -log softmax(x)[label] of each row.
func (d *Device) CrossEntropy(p device.Classes, x, labels, loss device.Buffer) {
	p.CheckBuffers("CrossEntropy", []device.Buffer{x}, []device.Buffer{labels, loss})
	from, label, to := data(x), data(labels), data(loss)
	d.rowwise(p, func(n int) { to[n] = crossEntropy(from[n*p.C:][:p.C], int(label[n])) })
}

func crossEntropy(x []float32, label int) float32 {
	top := slices.Max(x)
	sum := 0.0
	for _, v := range x {
		sum += math.Exp(float64(v - top))
	}
	return float32(math.Log(sum) + float64(top) - float64(x[label]))
}

// SoftmaxBackward computes the gradient of scale times the summed losses.
func (d *Device) SoftmaxBackward(p device.Classes, scale float32, probs, labels, dx device.Buffer) {
	p.CheckBuffers("SoftmaxBackward", []device.Buffer{probs, dx}, []device.Buffer{labels})
	from, label, to := data(probs), data(labels), data(dx)
	d.rowwise(p, func(n int) {
		for c, v := range from[n*p.C:][:p.C] {
			to[n*p.C+c] = scale * v
		}
		hit := n*p.C + int(label[n])
		to[hit] = scale * (from[hit] - 1)
	})
}

// Rank counts the classes ahead of each row's label.
func (d *Device) Rank(p device.Classes, scores, labels, rank device.Buffer) {
	p.CheckBuffers("Rank", []device.Buffer{scores}, []device.Buffer{labels, rank})
	from, label, to := data(scores), data(labels), data(rank)
	d.rowwise(p, func(n int) { to[n] = float32(rankOf(from[n*p.C:][:p.C], int(label[n]))) })
}

func rankOf(scores []float32, label int) int {
	own := scores[label]
	if own != own {
		return len(scores)
	}
	ahead := 0
	for c, v := range scores {
		if v > own || v != v || v == own && c < label {
			ahead++
		}
	}
	return ahead
}
