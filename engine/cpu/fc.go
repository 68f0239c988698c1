package cpu

import "tandem/engine/device"

// few is the batch size below which a fully connected layer is all weights and
// no reuse: packing them would take longer than the arithmetic.
const few = 8

// FCForward computes y = x w^T + b.
func (d *Device) FCForward(p device.FC, x, w, b, y device.Buffer) {
	p.CheckBuffers("FCForward", x, w, b, y)
	xs, ws, bs, ys := data(x), data(w), data(b), data(y)
	d.enqueue(func() {
		if p.N < few {
			d.fcForwardFew(p, xs, ws, bs, ys)
			return
		}
		inputs := matrix(xs, p.N, p.In, p.In, false)
		weights := matrix(ws, p.Out, p.In, p.In, false)
		left := d.packAll(&d.shared, inputs, p.N, p.In)
		d.product(d.split(p.N, p.Out), p.In, left, weights, bs, ys, p.Out)
	})
}

// fcForwardFew streams the weights once, straight from memory.
func (d *Device) fcForwardFew(p device.FC, x, w, b, y []float32) {
	const block = 8 // outputs
	d.parallelRange(p.Out, block, func(lo, hi int) {
		for o := lo; o < hi; o++ {
			for n := range p.N {
				sum := dot(x[n*p.In:][:p.In], w[o*p.In:][:p.In])
				if b != nil {
					sum += b[o]
				}
				y[n*p.Out+o] = sum
			}
		}
	})
}

// product computes y = left * right + b, block by block; y has lines of ld
// elements and b, which may be nil, one element a column.
func (d *Device) product(blocks grid, depth int, left packed, right operand, b, y []float32, ld int) {
	lines := strided(blocks.rows, ld)
	d.crew.run(blocks.count(), func(s *scratch, i int) {
		row, rows, lo, hi := blocks.at(i)
		c := s.newTiles(rows, hi-lo)
		c.fillCols(part(b, lo, hi-lo))
		s.accumulate(c, depth, left.panels(row), right.from(lo))
		c.store(y, lines[row:], []run{{0, lo, hi - lo}})
	})
}

// FCBackwardInput computes dx = dy w.
func (d *Device) FCBackwardInput(p device.FC, dy, w, dx device.Buffer) {
	p.CheckBuffers("FCBackwardInput", dx, w, nil, dy)
	dys, ws, dxs := data(dy), data(w), data(dx)
	d.enqueue(func() {
		gradients := matrix(dys, p.N, p.Out, p.Out, false)
		weights := matrix(ws, p.Out, p.In, p.In, true)
		left := d.packAll(&d.shared, gradients, p.N, p.Out)
		d.product(d.split(p.N, p.In), p.Out, left, weights, nil, dxs, p.In)
	})
}

// FCBackwardWeights computes dw = dy^T x and, unless it is nil, db.
func (d *Device) FCBackwardWeights(p device.FC, x, dy, dw, db device.Buffer) {
	p.CheckBuffers("FCBackwardWeights", x, dw, db, dy)
	xs, dys, dws, dbs := data(x), data(dy), data(dw), data(db)
	d.enqueue(func() {
		gradients := matrix(dys, p.N, p.Out, p.Out, true)
		inputs := matrix(xs, p.N, p.In, p.In, true)
		left := d.packAll(&d.shared, gradients, p.Out, p.N)
		blocks := grid{p.Out, p.In, 64, 512}
		d.product(blocks, p.N, left, inputs, nil, dws, p.In)
		if dbs != nil {
			d.sumMaps(p.N, p.Out, 1, dys, dbs)
		}
	})
}
