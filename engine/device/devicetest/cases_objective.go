package devicetest

import (
	"fmt"

	"tandem/engine/device"
	"tandem/engine/tensor"
)

// extreme draws logits as a diverging network has them: exp of any of them
// overflows or vanishes, exp of their differences as well.
func extreme() fill { return sprinkled(normal(30), 0.3, 1e4, -1e4, 9999, 88, -88, 104) }

func (g *generator) objectiveCases() {
	for i, n := range edges {
		for _, j := range g.some([]int{i, (i + 1) % len(edges), (i + 4) % len(edges), (i + 8) % len(edges)}) {
			g.add(objectivePasses(device.Classes{N: n, C: edges[j]}, normal(2), "N(0, 2)")...)
		}
	}
	for _, classes := range g.some([]int{255, 257, 1000, 1001, 1025}) {
		g.add(objectivePasses(device.Classes{N: 5, C: classes}, normal(3), "N(0, 3)")...)
	}
	for range g.count(12) {
		p := device.Classes{N: g.between(1, 9), C: g.between(1, 80)}
		g.add(objectivePasses(p, constant(-7), "equal logits")...)
		g.add(objectivePasses(p, extreme(), "extreme logits")[:2]...)
		g.add(rankCase(p, oneOf(-1, 0, 0.5), "ties"),
			rankCase(p, sprinkled(normal(1), 0.2, float32(nan)), "some NaN"),
			rankCase(p, constant(float32(nan)), "nothing but NaN"))
	}
}

func objectivePasses(p device.Classes, x fill, kind string) []Case {
	return []Case{
		softmaxCase(p, x, kind), crossEntropyCase(p, x, kind),
		rankCase(p, x, kind), softmaxBackwardCase(p, x, kind),
	}
}

func classesName(p device.Classes, kind string) string {
	return fmt.Sprintf("N%d C%d %s", p.N, p.C, kind)
}

func softmaxCase(p device.Classes, x fill, kind string) Case {
	shape := tensor.Shape{p.N, p.C}
	return Case{
		Op: "Softmax", Name: classesName(p, kind),
		operands: []operand{
			{name: "x", shape: shape, fill: x},
			{name: "y", role: out, shape: shape, tol: elementary},
		},
		inPlace:   [2]string{"x", "y"},
		call:      func(d device.Device, b buffers) { d.Softmax(p, b["x"], b["y"]) },
		reference: func(v values) { refSoftmax(p, v["x"], v["y"]) },
	}
}

func crossEntropyCase(p device.Classes, x fill, kind string) Case {
	return Case{
		Op: "CrossEntropy", Name: classesName(p, kind),
		operands: []operand{
			{name: "x", shape: tensor.Shape{p.N, p.C}, fill: x},
			{name: "labels", shape: tensor.Shape{p.N}, fill: labels(p.C)},
			{name: "loss", role: out, shape: tensor.Shape{p.N}, tol: elementary, scale: 1},
		},
		call:      func(d device.Device, b buffers) { d.CrossEntropy(p, b["x"], b["labels"], b["loss"]) },
		reference: func(v values) { refCrossEntropy(p, v["x"], v["labels"], v["loss"]) },
	}
}

// softmaxBackwardCase is judged as the gradient of the mean cross-entropy.
func softmaxBackwardCase(p device.Classes, x fill, kind string) Case {
	shape := tensor.Shape{p.N, p.C}
	scale := 1 / float32(p.N)
	return Case{
		Op: "SoftmaxBackward", Name: classesName(p, kind),
		operands: []operand{
			{name: "x", role: aside, shape: shape, fill: x},
			{name: "dloss", role: aside, shape: tensor.Shape{p.N}, fill: constant(scale)},
			{name: "probs", shape: shape},
			{name: "labels", shape: tensor.Shape{p.N}, fill: labels(p.C)},
			{name: "dx", role: out, shape: shape, tol: roundings(3), scale: float64(scale)},
		},
		derive: func(v values) { refSoftmax(p, v["x"], v["probs"]) },
		call: func(d device.Device, b buffers) {
			d.SoftmaxBackward(p, scale, b["probs"], b["labels"], b["dx"])
		},
		reference: func(v values) {
			refSoftmaxBackward(p, float64(scale), v["probs"], v["labels"], v["dx"])
		},
		gradients: []gradient{{at: "x", dy: "dloss", dx: "dx", forward: func(v values) []float64 {
			loss := make([]float64, p.N)
			refCrossEntropy(p, v["x"], v["labels"], loss)
			return loss
		}}},
	}
}

func rankCase(p device.Classes, scores fill, kind string) Case {
	return Case{
		Op: "Rank", Name: classesName(p, kind),
		operands: []operand{
			{name: "scores", shape: tensor.Shape{p.N, p.C}, fill: scores},
			{name: "labels", shape: tensor.Shape{p.N}, fill: labels(p.C)},
			{name: "rank", role: out, shape: tensor.Shape{p.N}, tol: exact},
		},
		call:      func(d device.Device, b buffers) { d.Rank(p, b["scores"], b["labels"], b["rank"]) },
		reference: func(v values) { refRank(p, v["scores"], v["labels"], v["rank"]) },
	}
}
