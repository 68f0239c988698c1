package nn

import (
	"time"

	"tandem/engine/tensor"
)

// LayerTime is what one node took, or one transfer between two devices.
type LayerTime struct {
	Name     string // of the node as it runs: "conv3.a" in a split network; "transfer" between devices
	Type     string
	Forward  time.Duration
	Backward time.Duration
	// Multiply-adds for the whole batch. The backward pass makes two gradients,
	// of the weights and of the input, each as costly as the forward pass; the
	// images need none.
	ForwardMultiplyAdds, BackwardMultiplyAdds int64
}

// Profile runs one pass forwards, with dropout, and one backwards, and waits
// for the devices after every layer. What overlaps otherwise does not here, so
// the sum is no measure of a step on two devices.
func (m *Model) Profile() ([]LayerTime, error) {
	times := make([]LayerTime, len(m.passes))
	if err := m.Sync(); err != nil {
		return nil, err
	}
	for i, p := range m.passes {
		times[i] = describe(p, m.opt.Batch)
		times[i].Forward = m.stopwatch(func() { p.forward(true) })
	}
	for i := len(m.passes) - 1; i >= 0; i-- {
		times[i].Backward = m.stopwatch(m.passes[i].backward)
	}
	return times, m.Sync()
}

// stopwatch leaves errors to the next Sync, as enqueueing does.
func (m *Model) stopwatch(f func()) time.Duration {
	began := time.Now()
	f()
	_ = m.Sync()
	return time.Since(began)
}

func describe(p pass, batch int) LayerTime {
	c, ok := p.(*compute)
	if !ok {
		return LayerTime{Name: "transfer", Type: "transfer"}
	}
	in := make([]tensor.Shape, len(c.ctx.In))
	gradients := int64(1)
	for i, v := range c.ctx.In {
		in[i] = v.Shape
		if v.Grad != nil {
			gradients = 2
		}
	}
	n := int64(batch) * c.ctx.Node.Layer.MultiplyAdds(in)
	return LayerTime{Name: c.ctx.Node.Name, Type: c.ctx.Node.Layer.Type(), ForwardMultiplyAdds: n, BackwardMultiplyAdds: gradients * n}
}
