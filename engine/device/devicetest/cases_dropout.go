package devicetest

import (
	"fmt"

	"tandem/engine/device"
	"tandem/engine/tensor"
)

func dropoutCase(p device.Dropout, state device.StepState) Case {
	shape := tensor.Shape{p.Rows, p.Cols}
	return Case{
		Op: "Dropout",
		Name: fmt.Sprintf("%dx%d at %d of %d keep %g scale %g seed %#x step %d", p.Rows, p.Cols, p.Offset, p.Total,
			p.Keep, p.Scale, state.Seed, state.Step),
		state: state,
		operands: []operand{
			// No zeros, so that the mask shows in the result.
			{name: "x", shape: shape, fill: awayFromZero},
			{name: "y", role: out, shape: shape, tol: roundings(1)},
		},
		inPlace:   [2]string{"x", "y"},
		call:      func(d device.Device, b buffers) { d.Dropout(p, b["x"], b["y"]) },
		reference: func(v values) { refDropout(p, state, v["x"], v["y"]) },
	}
}

func (g *generator) dropoutCases() {
	purpose := tensor.Purpose("dropout/fc6")
	state := device.StepState{Seed: 0x0123456789abcdef, Step: 7}
	plain := func(rows, cols int) device.Dropout {
		return device.Dropout{Rows: rows, Cols: cols, Total: cols, Keep: 0.5, Scale: 1, Purpose: purpose}
	}
	for _, e := range g.some(edges) {
		g.add(dropoutCase(plain(3, e), state), dropoutCase(plain(e, 5), state))
	}
	g.add(dropoutCase(plain(2, 9216), state))
	kept := plain(3, 65)
	kept.Keep = 1
	g.add(dropoutCase(kept, state))
	// Word numbers past 2^32 and block numbers past 2^31.
	far := plain(4, 9)
	far.Total, far.Offset = 2_000_000_001, 1_999_999_000
	g.add(dropoutCase(far, state))
	for range g.count(40) {
		g.add(dropoutCase(g.randomDropout(), device.StepState{Seed: g.Uint64(), Step: g.Uint32()}))
	}
}

func (g *generator) randomDropout() device.Dropout {
	p := device.Dropout{
		Rows: g.between(1, 9), Cols: g.between(1, 200), Offset: g.between(0, 70),
		Keep: []float32{0.5, 0.8, 0.1, 0.999}[g.IntN(4)], Scale: 1, Purpose: g.Uint32(),
	}
	p.Total = p.Offset + p.Cols + g.between(0, 50)
	if g.IntN(2) == 0 {
		p.Scale = 1 / p.Keep
	}
	return p
}
