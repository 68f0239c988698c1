package cpu

import "tandem/engine/device"

// FCForward computes y = x w^T + b.
func (d *Device) FCForward(p device.FC, x, w, b, y device.Buffer) {
	p.CheckBuffers("FCForward", x, w, b, y)
	xs, ws, bs, ys := words(x), words(w), data(b), words(y)
	d.enqueue(func() {
		if p.N < few {
			d.fcForwardFew(p, xs, ws, bs, ys)
			return
		}
		d.fcForward(p, xs, ws, bs, ys)
	})
}

// fcForward computes y^T = w x^T + b: the weights, of which there are so many,
// are read once and where they lie.
func (d *Device) fcForward(p device.FC, x, w, b, y []float32) {
	inputs := matrix(x, p.N, p.In, p.In, false)
	blocks := grid{p.Out, p.N, 256, 256} // small, to share the rows evenly
	d.crew.run(blocks.count(), func(s *scratch, i int) {
		o, rows, lo, hi := blocks.at(i)
		c := s.newTiles(rows, hi-lo)
		c.fillRows(part(b, o, rows))
		s.accumulateInPlace(c, p.In, w[o*p.In:], inputs.from(lo))
		c.storeTransposed(y[lo*p.Out+o:], p.Out)
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
		s.accumulate(c, depth, left.from(row), right.from(lo))
		c.store(y, lines[row:], []run{{0, lo, hi - lo}})
	})
}

// FCBackwardInput computes dx = dy w.
func (d *Device) FCBackwardInput(p device.FC, dy, w, dx device.Buffer) {
	p.CheckBuffers("FCBackwardInput", dx, w, nil, dy)
	dys, ws, dxs := words(dy), words(w), words(dx)
	d.enqueue(func() {
		if p.N < few {
			d.fcBackwardInputFew(p, dys, ws, dxs)
			return
		}
		gradients := matrix(dys, p.N, p.Out, p.Out, false)
		weights := matrix(ws, p.Out, p.In, p.In, true)
		weights.distant = true
		left := d.packAll(gradients, p.N, p.Out)
		d.product(d.split(p.N, p.In, 512), p.Out, left, weights, nil, dxs, p.In)
	})
}

// FCBackwardWeights computes dw = dy^T x and, unless it is nil, db.
func (d *Device) FCBackwardWeights(p device.FC, x, dy, dw, db device.Buffer) {
	p.CheckBuffers("FCBackwardWeights", x, dw, db, dy)
	xs, dys, dws, dbs := words(x), words(dy), words(dw), data(db)
	d.enqueue(func() {
		if p.N < few {
			d.fcBackwardWeightsFew(p, xs, dys, dws)
		} else {
			d.fcBackwardWeights(p, xs, dys, dws)
		}
		if dbs != nil {
			d.sumMaps(p.N, p.Out, 1, dys, dbs)
		}
	})
}

func (d *Device) fcBackwardWeights(p device.FC, x, dy, dw []float32) {
	gradients := matrix(dy, p.N, p.Out, p.Out, true)
	inputs := matrix(x, p.N, p.In, p.In, true)
	left := d.packAll(gradients, p.Out, p.N)
	blocks := grid{p.Out, p.In, 64, 512} // small, to stay in cache on the way to dw
	d.product(blocks, p.N, left, inputs, nil, dw, p.In)
}
