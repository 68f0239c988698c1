package nn

import "tandem/engine/device"

// pass is one entry of the program that a model runs forwards and backwards.
type pass interface {
	forward(train bool)
	backward()
}

// compute runs one layer.
type compute struct {
	ctx Context
	out *value
}

func (c *compute) forward(train bool) {
	c.ctx.Train = train
	c.ctx.Node.Layer.Forward(&c.ctx)
}

func (c *compute) backward() {
	c.out.sumGradients(c.ctx.Device, c.ctx.Batch)
	c.ctx.Node.Layer.Backward(&c.ctx)
}

// sumGradients adds up what several readers sent back.
func (v *value) sumGradients(d device.Device, batch int) {
	n := batch * v.Shape.Size()
	for _, g := range v.extra {
		d.Copy(device.Copy{Rows: 1, Cols: n, Accumulate: true}, g, v.Grad)
	}
}

// transfer copies a value to the other device, and its gradient home, through
// host memory.
type transfer struct {
	from, to *value
	back     device.Buffer // on from's device
	devices  []device.Device
	host     []float32
}

// A failed download leaves stale data behind; the device keeps the error, and
// the next Sync reports it.
func (t *transfer) forward(bool) {
	_ = t.devices[t.from.dev].Download(t.from.Data, 0, t.host)
	t.devices[t.to.dev].Upload(t.to.Data, 0, t.host)
}

func (t *transfer) backward() {
	to := t.devices[t.to.dev]
	t.to.sumGradients(to, len(t.host)/t.to.Shape.Size())
	_ = to.Download(t.to.Grad, 0, t.host)
	t.devices[t.from.dev].Upload(t.back, 0, t.host)
}
