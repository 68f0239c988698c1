package devicetest

import (
	"fmt"
	"math"

	"tandem/engine/device"
	"tandem/engine/tensor"
)

// lengths go past the edges, to arrays that are shared out among workers.
func (g *generator) lengths() []int { return append(g.some(edges), 1000, 4099, 70_001) }

func (g *generator) pointwiseCases() {
	for _, n := range g.lengths() {
		g.add(fillCase(n, 1.5), scaleCase(n, -0.3))
		for _, f := range []device.Function{device.ReLU, device.Tanh, device.Sigmoid} {
			g.add(activateCase(n, f), activateBackwardCase(n, f))
		}
		g.add(sgdCase(device.SGD{N: n, RateFactor: 1, Decay: 5e-4}, "as in the paper", 0.01, 0.9))
		g.add(sgdCase(device.SGD{N: n, RateFactor: 2, Decay: 0}, "without decay", 0.1, 0.9))
		g.add(sgdCase(device.SGD{N: n, RateFactor: 0.5, Decay: 0.7}, "with decay as strong as the gradient", 0.6, 0.5))
	}
	g.add(fillCase(33, 0), fillCase(33, float32(math.Inf(-1))), fillCase(33, float32(nan)), scaleCase(33, 0))
	for _, p := range g.copies() {
		p.Accumulate = false
		g.add(copyCase(p))
		p.Accumulate = true
		g.add(copyCase(p))
	}
}

func fillCase(n int, value float32) Case {
	return Case{
		Op: "Fill", Name: fmt.Sprintf("%d with %g", n, value),
		operands: []operand{{name: "dst", role: whole, shape: tensor.Shape{n}, tol: exact}},
		call:     func(d device.Device, b buffers) { d.Fill(b["dst"], value) },
		reference: func(v values) {
			for i := range v["dst"] {
				v["dst"][i] = float64(value)
			}
		},
	}
}

func scaleCase(n int, factor float32) Case {
	return Case{
		Op: "Scale", Name: fmt.Sprintf("%d by %g", n, factor),
		operands: []operand{
			{name: "x", shape: tensor.Shape{n}, fill: normal(1)},
			{name: "y", role: out, shape: tensor.Shape{n}, tol: roundings(1)},
		},
		inPlace: [2]string{"x", "y"},
		call:    func(d device.Device, b buffers) { d.Scale(n, factor, b["x"], b["y"]) },
		reference: func(v values) {
			for i, x := range v["x"] {
				v["y"][i] = float64(factor) * x
			}
		},
	}
}

// activationTolerance: ReLU copies; the others are elementary functions.
func activationTolerance(f device.Function) float64 {
	if f == device.ReLU {
		return exact
	}
	return elementary
}

// activateCase includes arguments at which exp overflows, and NaN, which must
// come through: a network that has gone wrong must not look healthy.
func activateCase(n int, f device.Function) Case {
	p := device.Activation{N: n, F: f}
	return Case{
		Op: "Activate", Name: fmt.Sprintf("%d %v", n, f),
		operands: []operand{
			{name: "x", shape: tensor.Shape{n}, fill: sprinkled(normal(2), 0.1, 0, 20, -20, 100, -100, 1e4, -1e4, float32(nan))},
			{name: "y", role: out, shape: tensor.Shape{n}, tol: activationTolerance(f), scale: 1},
		},
		inPlace:   [2]string{"x", "y"},
		call:      func(d device.Device, b buffers) { d.Activate(p, b["x"], b["y"]) },
		reference: func(v values) { refActivate(f, v["x"], v["y"]) },
	}
}

func activateBackwardCase(n int, f device.Function) Case {
	p := device.Activation{N: n, F: f}
	shape := tensor.Shape{n}
	return Case{
		Op: "ActivateBackward", Name: fmt.Sprintf("%d %v", n, f),
		operands: []operand{
			{name: "x", role: aside, shape: shape, fill: awayFromZero},
			{name: "y", shape: shape},
			{name: "dy", shape: shape, fill: normal(1)},
			{name: "dx", role: out, shape: shape, tol: activationTolerance(f), scale: 1},
		},
		derive:    func(v values) { refActivate(f, v["x"], v["y"]) },
		inPlace:   [2]string{"dy", "dx"},
		call:      func(d device.Device, b buffers) { d.ActivateBackward(p, b["y"], b["dy"], b["dx"]) },
		reference: func(v values) { refActivateBackward(f, v["y"], v["dy"], v["dx"]) },
		gradients: []gradient{{at: "x", dy: "dy", dx: "dx", forward: func(v values) []float64 {
			y := make([]float64, n)
			refActivate(f, v["x"], y)
			return y
		}}},
	}
}

func sgdCase(p device.SGD, kind string, rate, momentum float32) Case {
	state := device.StepState{Rate: rate, Momentum: momentum}
	shape := tensor.Shape{p.N}
	return Case{
		Op: "SGD", Name: fmt.Sprintf("%d %s", p.N, kind), state: state,
		operands: []operand{
			{name: "w", role: inout, shape: shape, fill: normal(1), tol: roundings(16), scale: 1},
			{name: "g", shape: shape, fill: normal(1)},
			{name: "v", role: inout, shape: shape, fill: normal(1), tol: roundings(16), scale: 1},
		},
		call:      func(d device.Device, b buffers) { d.SGD(p, b["w"], b["g"], b["v"]) },
		reference: func(v values) { refSGD(p, state, v["w"], v["g"], v["v"]) },
	}
}

// copies are whole arrays, the column blocks that join and part the towers, a
// row repeated (stride 0) and random blocks.
func (g *generator) copies() []device.Copy {
	list := []device.Copy{
		{Rows: 1, Cols: 70_001},
		{Rows: 1, Cols: 1, SrcOffset: 3, DstOffset: 5},
		{Rows: 3, Cols: 128 * 9, SrcStride: 128 * 9, DstStride: 256 * 9},
		{Rows: 3, Cols: 128 * 9, SrcStride: 256 * 9, DstStride: 128 * 9, SrcOffset: 128 * 9},
		{Rows: 5, Cols: 33, SrcStride: 0, DstStride: 40},
	}
	for _, e := range g.some(edges) {
		list = append(list, device.Copy{Rows: e, Cols: 3, SrcStride: 5, DstStride: 3, DstOffset: 1},
			device.Copy{Rows: 3, Cols: e, SrcStride: e, DstStride: e + 1, SrcOffset: 2})
	}
	for range g.count(30) {
		cols := g.between(1, 70)
		list = append(list, device.Copy{
			Rows: g.between(1, 20), Cols: cols,
			SrcOffset: g.between(0, 9), SrcStride: g.between(0, 2*cols),
			DstOffset: g.between(0, 9), DstStride: g.between(cols, 2*cols),
		})
	}
	return list
}

func copyCase(p device.Copy) Case {
	tolerance, verb := float64(exact), "move"
	if p.Accumulate {
		tolerance, verb = roundings(1), "add"
	}
	return Case{
		Op: "Copy",
		Name: fmt.Sprintf("%s %dx%d from %d+%dr to %d+%dr", verb, p.Rows, p.Cols,
			p.SrcOffset, p.SrcStride, p.DstOffset, p.DstStride),
		operands: []operand{
			{name: "src", shape: tensor.Shape{p.SrcOffset + (p.Rows-1)*p.SrcStride + p.Cols}, fill: normal(1)},
			{name: "dst", role: inout, shape: tensor.Shape{p.DstOffset + (p.Rows-1)*p.DstStride + p.Cols}, fill: normal(1), tol: tolerance},
		},
		call:      func(d device.Device, b buffers) { d.Copy(p, b["src"], b["dst"]) },
		reference: func(v values) { refCopy(p, v["src"], v["dst"]) },
	}
}
