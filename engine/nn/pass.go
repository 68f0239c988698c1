package nn

import "tandem/engine/device"

// compute runs one layer.
type compute struct {
	ctx Context
	dev int
	out *value
}

func (c *compute) forward() { c.ctx.Node.Layer.Forward(&c.ctx) }

func (c *compute) backward() {
	c.out.sumGradients(c.ctx.Device, c.ctx.Batch)
	c.ctx.Node.Layer.Backward(&c.ctx)
}

func (c *compute) backwardParams() { c.ctx.Node.Layer.BackwardParams(&c.ctx) }

// sumGradients adds up what several readers sent back.
func (v *value) sumGradients(d device.Device, batch int) {
	n := batch * v.Shape.Size()
	for _, g := range v.extra {
		d.Copy(device.Copy{Rows: 1, Cols: n, Accumulate: true}, g, v.Grad)
	}
}
