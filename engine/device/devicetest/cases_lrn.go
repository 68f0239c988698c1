package devicetest

import (
	"fmt"
	"math"

	"tandem/engine/device"
	"tandem/engine/tensor"
)

func lrnName(p device.LRN) string {
	kind := fmt.Sprintf("across maps, G%d", p.Groups)
	if p.SameMap {
		kind = "same map"
	}
	return fmt.Sprintf("%s %s size %d alpha %g beta %g k %g", imageName(p.Image), kind, p.Size, p.Alpha, p.Beta, p.K)
}

// lrnPasses returns forward and backward on activations of a given size.
func lrnPasses(p device.LRN, deviation float64) []Case {
	shape := tensor.Shape{p.N, p.C, p.H, p.W}
	name := fmt.Sprintf("%s on N(0, %g)", lrnName(p), deviation)
	x := operand{name: "x", shape: shape, fill: normal(deviation)}
	return []Case{{
		Op: "LRN", Name: name,
		operands:  []operand{x, {name: "y", role: out, shape: shape, tol: elementary}},
		call:      func(d device.Device, b buffers) { d.LRN(p, b["x"], b["y"]) },
		reference: func(v values) { refLRN(p, v["x"], v["y"]) },
	}, {
		Op: "LRNBackward", Name: name,
		operands: []operand{x,
			{name: "dy", shape: shape, fill: normal(1)},
			{name: "dx", role: out, shape: shape, tol: elementary, scale: 0.1 * math.Pow(float64(p.K), -float64(p.Beta))}},
		call:      func(d device.Device, b buffers) { d.LRNBackward(p, b["x"], b["dy"], b["dx"]) },
		reference: func(v values) { refLRNBackward(p, v["x"], v["dy"], v["dx"]) },
		gradients: []gradient{{at: "x", dy: "dy", dx: "dx", forward: func(v values) []float64 {
			y := make([]float64, len(v["x"]))
			refLRN(p, v["x"], y)
			return y
		}}},
	}}
}

func (g *generator) lrnCases() {
	paper := device.LRN{Size: 5, Alpha: 1e-4, Beta: 0.75, K: 2, Groups: 1}
	strong := paper // neighbours weigh as much as K
	strong.Alpha = 0.3
	at := func(p device.LRN, n, c, h, w int) device.LRN {
		p.Image = device.Image{N: n, C: c, H: h, W: w}
		return p
	}
	for _, e := range g.some(edges) {
		g.add(lrnPasses(at(paper, 1, e, 3, 5), 60)...)
		g.add(lrnPasses(at(strong, 2, 7, 3, e), 1)...)
		same := strong
		same.SameMap = true
		g.add(lrnPasses(at(same, 1, 2, 7, e), 1)...)
		g.add(lrnPasses(at(same, 1, e, 5, 4), 1)...)
	}
	g.add(lrnPasses(at(paper, 1, 12, 13, 13), 1)...)
	// Maps of more pixels than a worker takes at a time.
	towers := paper
	towers.Groups = 2
	g.add(lrnPasses(at(towers, 1, 6, 55, 55), 60)...)
	oneMap := strong
	oneMap.SameMap = true
	g.add(lrnPasses(at(oneMap, 1, 2, 27, 70), 1)...)
	for size := 1; size <= 11; size++ {
		p := strong
		p.Size, p.Groups = size, 2
		g.add(lrnPasses(at(p, 1, 14, 2, 9), 1)...)
		p.Groups, p.SameMap = 1, true
		g.add(lrnPasses(at(p, 1, 2, 7, 9), 1)...)
	}
	for range g.count(60) {
		g.add(lrnPasses(g.randomLRN(), 1)...)
	}
}

func (g *generator) randomLRN() device.LRN {
	p := device.LRN{
		Size:    g.between(1, 12),
		Alpha:   []float32{1e-4, 0.03, 0.5}[g.IntN(3)],
		Beta:    []float32{0.75, 0.5, 1, 0.6, 1.5}[g.IntN(5)],
		K:       []float32{1, 2, 0.5}[g.IntN(3)],
		Groups:  g.between(1, 3),
		SameMap: g.IntN(3) == 0,
	}
	if p.SameMap {
		p.Groups = 1
	}
	p.Image = device.Image{N: g.between(1, 3), C: p.Groups * g.between(1, 9), H: g.between(1, 9), W: g.between(1, 20)}
	return p
}
