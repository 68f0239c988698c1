package cpu

import "tandem/engine/device"

// few is the batch size below which a fully connected layer is all weights and
// no reuse: packing them would take longer than the arithmetic. The three
// passes then stream the weights, or their gradient, once.
const few = 8

// fcForwardFew multiplies each line of the weights as it lies in memory.
func (d *Device) fcForwardFew(p device.FC, x, w, b, y []float32) {
	d.parallelRange(p.Out, 8, func(lo, hi int) {
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

// fcBackwardInputFew adds up the lines of the weights, in parts of many lines
// that are summed by themselves.
func (d *Device) fcBackwardInputFew(p device.FC, dy, w, dx []float32) {
	const lines = 128
	size := p.N * p.In
	parts := ceilDiv(p.Out, lines)
	partial := d.partial.take(parts * size)
	d.parallel(parts, func(i int) {
		sums := partial[i*size:][:size]
		clear(sums)
		for o := i * lines; o < min((i+1)*lines, p.Out); o++ {
			for n := range p.N {
				addScaled(sums[n*p.In:][:p.In], w[o*p.In:][:p.In], dy[n*p.Out+o])
			}
		}
	})
	d.sumParts(dx[:size], partial)
}

// fcBackwardWeightsFew makes one line of the gradient after the other.
func (d *Device) fcBackwardWeightsFew(p device.FC, x, dy, dw []float32) {
	d.parallelRange(p.Out, 8, func(lo, hi int) {
		for o := lo; o < hi; o++ {
			line := dw[o*p.In:][:p.In]
			clear(line)
			for n := range p.N {
				addScaled(line, x[n*p.In:][:p.In], dy[n*p.Out+o])
			}
		}
	})
}
