//go:build cgo

package vulkan

import (
	"tandem/engine/device"
	"tandem/shaders"
)

// FCForward computes y = x w^T + b.
func (d *Device) FCForward(p device.FC, x, w, b, y device.Buffer) {
	p.CheckBuffers("FCForward", x, w, b, y)
	d.count().Operations++
	for _, n := range d.spans(p.N, p.In, p.Out) {
		d.fcForward(device.FC{N: n.count, In: p.In, Out: p.Out}, n.rows(x, p.In), w, b, n.rows(y, p.Out))
	}
}

// fcForward has the columns of y, rows of w, in as many calls as these need.
func (d *Device) fcForward(p device.FC, x view, w, b device.Buffer, y view) {
	m := d.newProduct(p.N, p.Out, p.In, 1, d.bounds.storageRange/y.n)
	m.size = y.n
	bias := x // where there is none, anything
	if b != nil {
		bias = at(b, 0, p.Out)
	}
	sum := d.partialOf(y, m.parts, scratchA)
	s := strides{leftRow: p.In, leftDepth: 1, rightCol: p.In, rightDepth: 1, row: p.Out, bias: b != nil && m.parts == 1}
	for _, o := range d.spans(p.Out, p.In) {
		m.cols = o.count
		d.multiplyMatrices(m, o.first, s, x, o.rows(w, p.In), bias, sum.sums)
	}
	d.add(sum, b, p.Out, 1)
}

// FCBackwardInput computes dx = dy w.
func (d *Device) FCBackwardInput(p device.FC, dy, w, dx device.Buffer) {
	p.CheckBuffers("FCBackwardInput", dx, w, nil, dy)
	d.count().Operations++
	calls := d.spans(p.Out, p.In)
	m := d.newProduct(p.N, p.In, calls[0].count, 1, d.bounds.storageRange/(p.In*len(calls)))
	parts := m.parts * len(calls)
	for _, n := range d.spans(p.N, p.In, p.In*parts, p.Out) {
		m.rows, m.size = n.count, n.count*p.In
		sum := d.partialOf(n.rows(dx, p.In), parts, scratchA)
		for i, o := range calls {
			m.depth = o.count
			s := strides{leftFirst: o.first, leftRow: p.Out, leftDepth: 1, rightCol: 1, rightDepth: p.In, row: p.In}
			d.multiplyMatrices(m, i*m.parts*m.size, s, n.rows(dy, p.Out), o.rows(w, p.In), n.rows(dy, p.Out), sum.sums)
		}
		d.add(sum, nil, 0, 1)
	}
}

// FCBackwardWeights computes dw = dy^T x and, unless it is nil, db.
func (d *Device) FCBackwardWeights(p device.FC, x, dy, dw, db device.Buffer) {
	p.CheckBuffers("FCBackwardWeights", x, dw, db, dy)
	d.count().Operations++
	calls := d.spans(p.N, p.In, p.Out)
	m := d.newProduct(p.Out, p.In, calls[0].count, 1, d.bounds.storageRange/(p.In*len(calls)))
	parts := m.parts * len(calls)
	for _, o := range d.spans(p.Out, p.In, p.In*parts) {
		m.rows, m.size = o.count, o.count*p.In
		sum := d.partialOf(o.rows(dw, p.In), parts, scratchA)
		for i, n := range calls {
			m.depth = n.count
			s := strides{leftFirst: o.first, leftRow: 1, leftDepth: p.Out, rightCol: 1, rightDepth: p.In, row: p.In}
			d.multiplyMatrices(m, i*m.parts*m.size, s, n.rows(dy, p.Out), n.rows(x, p.In), n.rows(dy, p.Out), sum.sums)
		}
		d.add(sum, nil, 0, 1)
	}
	if db != nil {
		d.add(d.biasParts(p.N, p.Out, 1, dy, db), nil, 0, 1)
	}
}

// rows is the span's rows of a matrix with lines of n elements.
func (s span) rows(b device.Buffer, n int) view { return at(b, s.first*n, s.count*n) }

// strides say how matrices lie in memory, see gemm_matrix.comp.
type strides struct {
	leftFirst, leftRow, leftDepth int
	rightCol, rightDepth          int
	row                           int
	bias                          bool
}

// multiplyMatrices starts gemm_matrix. Tiles are loaded along what lies side by
// side.
func (d *Device) multiplyMatrices(m product, first int, s strides, left, right, bias, to view) {
	push := []uint32{
		uint32(s.leftFirst), uint32(s.leftRow), uint32(s.leftDepth), uint32(s.rightCol), uint32(s.rightDepth),
		uint32(s.row), flag(s.bias),
	}
	var along []uint32
	for _, depth := range []int{s.leftDepth, s.rightDepth} {
		along = append(along, flag(d.tiled && depth == 1))
	}
	d.multiply(shaders.GemmMatrix, m, first, push, along, left, right, bias, to)
}
