//go:build cgo

package vulkan

import (
	"tandem/engine/device"
	"tandem/shaders"
)

// ConvForward computes y = w * x + b, as filters x taps times taps x positions.
func (d *Device) ConvForward(p device.Conv, x, w, b, y device.Buffer) {
	p.CheckBuffers("ConvForward", false, x, w, b, y)
	d.count().Operations++
	for _, s := range d.imageSpans(p) {
		d.convForward(s.of(p), s.input(p, x), whole(w), b, s.output(p, y))
	}
}

func (d *Device) convForward(p device.Conv, x, w view, b device.Buffer, y view) {
	plane := p.OutH * p.OutW
	m := d.newProduct(p.K/p.Groups, p.N*plane, p.FilterSize(), p.Groups, d.bounds.storageRange/y.n)
	m.size = y.n
	bias := w // where there is none, anything
	if b != nil {
		bias = at(b, 0, p.K)
	}
	sum := d.partialOf(y, m.parts, scratchA)
	words := outputPositions(p).words(b != nil && m.parts == 1)
	d.multiply(shaders.ConvForward, m, 0, words, nil, x, w, bias, sum.sums)
	d.add(sum, b, p.K, plane)
}

// ConvBackwardInput computes dx, phase by phase: see conv_backward_input.comp.
func (d *Device) ConvBackwardInput(p device.Conv, dy, w, dx device.Buffer) {
	p.CheckBuffers("ConvBackwardInput", false, dx, w, nil, dy)
	d.count().Operations++
	for _, s := range d.imageSpans(p) {
		d.convBackwardInput(s.of(p), s.output(p, dy), whole(w), s.input(p, dx))
	}
}

func (d *Device) convBackwardInput(p device.Conv, dy, w, dx view) {
	// The first phases have the most positions, and others the most taps.
	positions := p.N * ceilDiv(p.H, p.StrideH) * ceilDiv(p.W, p.StrideW)
	taps := ceilDiv(p.KernelH, p.StrideH) * ceilDiv(p.KernelW, p.StrideW)
	m := d.newProduct(p.C/p.Groups, positions, p.K/p.Groups*taps, p.Groups, d.bounds.storageRange/dx.n)
	m.size = dx.n
	sum := d.partialOf(dx, m.parts, scratchA)
	for row := range min(p.StrideH, p.H) {
		for column := range min(p.StrideW, p.W) {
			g := inputPositions(p, row, column)
			m.cols = p.N * g.plane()
			m.depth = p.K / p.Groups * g.tapsH * g.tapsW
			d.multiply(shaders.ConvBackwardInput, m, 0, g.words(false), nil, dy, w, sum.sums)
		}
	}
	d.add(sum, nil, 0, 1)
}

// ConvBackwardWeights computes dw and, unless it is nil, db.
func (d *Device) ConvBackwardWeights(p device.Conv, x, dy, dw, db device.Buffer) {
	p.CheckBuffers("ConvBackwardWeights", false, x, dw, db, dy)
	d.count().Operations++
	sums := []partial{d.convBackwardWeights(p, x, dy, at(dw, 0, p.K*p.FilterSize()))}
	if db != nil {
		sums = append(sums, d.biasParts(p.N, p.K, p.OutH*p.OutW, dy, db))
	}
	for _, s := range sums {
		d.add(s, nil, 0, 1)
	}
}

// convBackwardWeights multiplies filters x positions by positions x taps: few
// elements, each a sum over the batch.
func (d *Device) convBackwardWeights(p device.Conv, x, dy device.Buffer, dw view) partial {
	calls := d.imageSpans(p)
	plane := p.OutH * p.OutW
	m := d.newProduct(p.K/p.Groups, p.FilterSize(), calls[0].count*plane, p.Groups, d.bounds.storageRange/(dw.n*len(calls)))
	m.size = dw.n
	sum := d.partialOf(dw, m.parts*len(calls), scratchA)
	for i, s := range calls {
		m.depth = s.count * plane
		words := outputPositions(p).words(false)
		d.multiply(shaders.ConvBackwardWeights, m, i*m.parts*dw.n, words, nil, s.input(p, x), s.output(p, dy), sum.sums)
	}
	return sum
}

// imageSpans splits the batch so that input and output fit a view.
func (d *Device) imageSpans(p device.Conv) []span { return d.spans(p.N, p.Size()/p.N, p.OutSize()/p.N) }

// of is the convolution of the span's images.
func (s span) of(p device.Conv) device.Conv {
	p.N = s.count
	return p
}

func (s span) input(p device.Conv, x device.Buffer) view {
	size := p.Size() / p.N
	return at(x, s.first*size, s.count*size)
}

func (s span) output(p device.Conv, y device.Buffer) view {
	size := p.OutSize() / p.N
	return at(y, s.first*size, s.count*size)
}
