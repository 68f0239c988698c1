package cpu

import "tandem/engine/device"

// ConvBackwardInput computes dx, the gradient of the input.
func (d *Device) ConvBackwardInput(p device.Conv, dy, w, dx device.Buffer) {
	p.CheckBuffers("ConvBackwardInput", false, dx, w, nil, dy)
	dys, ws, dxs := words(dy), words(w), words(dx)
	d.enqueue(func() { d.convBackwardInput(newConvolution(p), dys, ws, dxs) })
}

// convBackwardInput multiplies taps x filters by filters x positions, which is
// the gradient of every patch, and adds the patches up where they overlap. One
// task does all positions of some images for some channels, so each element of
// dx is summed by one worker, tap after tap within a block of positions.
func (d *Device) convBackwardInput(v convolution, dy, w, dx []float32) {
	tasks := grid{v.channels, v.N, v.channelBlock(), v.imageBlock()}
	for g := range v.Groups {
		weights := d.packAll(v.weights(w, g, true), v.taps, v.filters)
		d.crew.run(tasks.count(), func(s *scratch, i int) {
			channel, channels, image, end := tasks.at(i)
			b := convBlock{g, channel, channels, image * v.positions, end * v.positions}
			pc := newLayout(v.Conv, channels).piece(b.lo, b.hi)
			sums := s.image.take(pc.size())
			clear(sums)
			v.addPatches(s, &pc, sums, weights.from(channel*v.kernel), dy, b)
			pc.drain(sums, dx, g*v.channels+channel)
		})
	}
}

// addPatches adds the gradients of all patches of a block, whose piece sums is.
func (v convolution) addPatches(s *scratch, pc *piece, sums []float32, weights rowPanels, dy []float32, b convBlock) {
	const stretch = 512 // positions multiplied at a time
	places := v.places(b.group)
	for lo := b.lo; lo < b.hi; lo += stretch {
		hi := min(lo+stretch, b.hi)
		c := s.newTiles(b.channels*v.kernel, hi-lo)
		c.fillRows(nil)
		gradients := operand{words: dy, starts: places, runs: v.outputRuns(lo, hi), across: true}
		s.accumulate(c, v.filters, weights, gradients)
		c.addTo(sums, pc.taps, clipped(nil, pc.runs, lo-b.lo, hi-b.lo))
	}
}

// imageBlock returns how many images have about 512 output positions, enough
// to fill panels that a single small image would leave half empty.
func (v convolution) imageBlock() int { return min(ceilDiv(512, v.positions), v.N) }
