package cpu

import "tandem/engine/device"

// convolution is what the three passes of one convolution have in common.
type convolution struct {
	device.Conv
	channels, filters int // of a group
	positions         int // output positions of an image
	kernel            int // taps of one channel
	taps              int // of all channels of a group
}

func newConvolution(p device.Conv) convolution {
	return convolution{
		Conv:      p,
		channels:  p.C / p.Groups,
		filters:   p.K / p.Groups,
		positions: p.OutH * p.OutW,
		kernel:    p.KernelH * p.KernelW,
		taps:      p.FilterSize(),
	}
}

// channelBlock returns how many channels make about 256 rows of taps. The taps
// of a block fill whole panels.
func (v convolution) channelBlock() int {
	return min(roundUp(ceilDiv(256, v.kernel), tileRows), v.channels)
}

// weights returns the filters of a group as a matrix, filters x taps, or with
// across set as its transpose.
func (v convolution) weights(w []float32, group int, across bool) operand {
	return matrix(w[group*v.filters*v.taps:], v.filters, v.taps, v.taps, across)
}

// places returns where each filter of a group has its first output position.
func (v convolution) places(group int) []int {
	places := strided(v.filters, v.positions)
	for i := range places {
		places[i] += group * v.filters * v.positions
	}
	return places
}

// convBlock is a task of a backward pass: some channels of a group, over a range
// of the batch's output positions.
type convBlock struct{ group, channel, channels, lo, hi int }

// outputRuns returns where output positions lo to hi of the batch lie.
func (v convolution) outputRuns(lo, hi int) []run {
	var runs []run
	for at := lo; at < hi; {
		image := at / v.positions
		end := min(hi, (image+1)*v.positions)
		src := image*v.K*v.positions + at - image*v.positions
		runs = append(runs, run{at - lo, src, end - at})
		at = end
	}
	return runs
}

// ConvForward computes y = w * x + b.
func (d *Device) ConvForward(p device.Conv, x, w, b, y device.Buffer) {
	p.CheckBuffers("ConvForward", false, x, w, b, y)
	xs, ws, bs, ys := words(x), words(w), data(b), words(y)
	d.enqueue(func() { d.convForward(newConvolution(p), xs, ws, bs, ys) })
}

// convForward multiplies filters x taps by taps x positions, group by group.
func (d *Device) convForward(v convolution, x, w, b, y []float32) {
	inputs := newLayout(v.Conv, v.channels)
	blocks := d.split(v.filters, v.N*v.positions, 256)
	for g := range v.Groups {
		weights := d.packAll(v.weights(w, g, false), v.filters, v.taps)
		places := v.places(g)
		d.crew.run(blocks.count(), func(s *scratch, i int) {
			f, rows, lo, hi := blocks.at(i)
			pc := inputs.piece(lo, hi)
			image := s.image.take(pc.size())
			pc.fill(image, x, g*v.channels)
			c := s.newTiles(rows, hi-lo)
			c.fillRows(part(b, g*v.filters+f, rows))
			patches := operand{words: image, starts: inputs.taps, runs: pc.runs, across: true}
			s.accumulate(c, v.taps, weights.from(f), patches)
			c.store(y, places[f:], v.outputRuns(lo, hi))
		})
	}
}

// part returns n words of b from lo on, nil for nil.
func part(b []float32, lo, n int) []float32 {
	if b == nil {
		return nil
	}
	return b[lo : lo+n]
}
