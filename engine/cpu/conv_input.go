package cpu

import "tandem/engine/device"

// ConvBackwardInput computes dx, the gradient of the input.
func (d *Device) ConvBackwardInput(p device.Conv, dy, w, dx device.Buffer) {
	p.CheckBuffers("ConvBackwardInput", false, dx, w, nil, dy)
	dys, ws, dxs := data(dy), data(w), data(dx)
	d.enqueue(func() { d.convBackwardInput(newConvolution(p), dys, ws, dxs) })
}

// convBackwardInput multiplies taps x filters by filters x positions, which is
// the gradient of every patch, and adds the patches up where they overlap. One
// task does all positions of some images for some channels, so each element of
// dx is summed by one worker, tap after tap within a block of positions.
func (d *Device) convBackwardInput(v convolution, dy, w, dx []float32) {
	blocks := grid{v.channels, v.N, v.channelBlock(), v.imageBlock()}
	for g := range v.Groups {
		weights := d.packAll(&d.shared, v.weights(w, g, true), v.taps, v.filters)
		places := v.places(g)
		d.crew.run(blocks.count(), func(s *scratch, i int) {
			channel, channels, image, beyond := blocks.at(i)
			pc := newLayout(v.Conv, channels).piece(image*v.positions, beyond*v.positions)
			sums := s.image.take(pc.size())
			clear(sums)
			panels := weights.panels(channel * v.kernel)
			v.addPatches(s, &pc, sums, panels, dy, places, image*v.positions)
			pc.drain(sums, dx, g*v.channels+channel)
		})
	}
}

// addPatches adds the gradients of all patches of a piece that begins with
// output position first.
func (v convolution) addPatches(s *scratch, pc *piece, sums []float32, weights rowPanels, dy []float32, places []int, first int) {
	const block = 512 // positions
	last := pc.runs[len(pc.runs)-1]
	for lo, end := 0, last.at+last.n; lo < end; lo += block {
		hi := min(lo+block, end)
		c := s.newTiles(len(pc.taps), hi-lo)
		c.fillRows(nil)
		gradients := operand{words: dy, starts: places, runs: v.outputRuns(first+lo, first+hi), across: true}
		s.accumulate(c, v.filters, weights, gradients)
		c.addTo(sums, pc.taps, clipped(nil, pc.runs, lo, hi))
	}
}

// imageBlock returns how many images have about 512 output positions, enough
// to fill panels that a single small image would leave half empty.
func (v convolution) imageBlock() int { return min((512+v.positions-1)/v.positions, v.N) }
