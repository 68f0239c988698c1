package devicetest

import (
	"math"
	"slices"

	"tandem/engine/device"
)

// refLogSumExp returns log(sum(exp(x))).
func refLogSumExp(x []float64) float64 {
	top := slices.Max(x)
	sum := 0.0
	for _, v := range x {
		sum += math.Exp(v - top)
	}
	return top + math.Log(sum)
}

func refSoftmax(p device.Classes, x, y []float64) {
	for n := range p.N {
		row := x[n*p.C : (n+1)*p.C]
		total := refLogSumExp(row)
		for c, v := range row {
			y[n*p.C+c] = math.Exp(v - total)
		}
	}
}

func refCrossEntropy(p device.Classes, x, labels, loss []float64) {
	for n := range p.N {
		row := x[n*p.C : (n+1)*p.C]
		loss[n] = refLogSumExp(row) - row[int(labels[n])]
	}
}

func refSoftmaxBackward(p device.Classes, scale float64, probs, labels, dx []float64) {
	for n := range p.N {
		for c := range p.C {
			hit := 0.0
			if c == int(labels[n]) {
				hit = 1
			}
			dx[n*p.C+c] = scale * (probs[n*p.C+c] - hit)
		}
	}
}

func refRank(p device.Classes, scores, labels, rank []float64) {
	for n := range p.N {
		row := scores[n*p.C : (n+1)*p.C]
		label := int(labels[n])
		if math.IsNaN(row[label]) {
			rank[n] = float64(p.C)
			continue
		}
		rank[n] = 0
		for c, v := range row {
			if math.IsNaN(v) || v > row[label] || v == row[label] && c < label {
				rank[n]++
			}
		}
	}
}
