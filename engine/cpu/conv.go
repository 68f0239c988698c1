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
	return min(roundUp((256+v.kernel-1)/v.kernel, tileRows), v.channels)
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
	xs, ws, bs, ys := data(x), data(w), data(b), data(y)
	d.enqueue(func() { d.convForward(newConvolution(p), xs, ws, bs, ys) })
}

// convForward multiplies filters x taps by taps x positions, group by group.
func (d *Device) convForward(v convolution, x, w, b, y []float32) {
	inputs := newLayout(v.Conv, v.channels)
	blocks := d.split(v.filters, v.N*v.positions)
	for g := range v.Groups {
		weights := d.packAll(&d.shared, v.weights(w, g, false), v.filters, v.taps)
		places := v.places(g)
		d.crew.run(blocks.count(), func(s *scratch, i int) {
			f, rows, lo, hi := blocks.at(i)
			pc := inputs.piece(lo, hi)
			image := s.image.take(pc.size())
			pc.fill(image, x, g*v.channels)
			c := s.newTiles(rows, hi-lo)
			c.fillRows(part(b, g*v.filters+f, rows))
			patches := operand{words: image, starts: inputs.taps, runs: pc.runs, across: true}
			s.accumulate(c, v.taps, weights.panels(f), patches)
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

// grid cuts a product of rows x cols into blocks.
type grid struct {
	rows, cols         int
	rowBlock, colBlock int
}

func (g grid) down() int { return (g.rows + g.rowBlock - 1) / g.rowBlock }

func (g grid) count() int { return g.down() * ((g.cols + g.colBlock - 1) / g.colBlock) }

// at returns the first row, the number of rows, and the range of columns of a
// block.
func (g grid) at(i int) (row, rows, lo, hi int) {
	row, lo = i%g.down()*g.rowBlock, i/g.down()*g.colBlock
	return row, min(g.rowBlock, g.rows-row), lo, min(lo+g.colBlock, g.cols)
}

// split cuts a product so that all workers have something to do: narrower
// blocks first, then lower ones, which pack the same columns more than once.
// The bits of the result do not depend on it.
func (d *Device) split(rows, cols int) grid {
	const wide, low = 256, 32
	width := tileWidth()
	g := grid{rows, cols, rows, wide}
	for g.count() < 4*d.crew.size() && g.colBlock > width {
		g.colBlock -= width
	}
	for g.count() < 2*d.crew.size() && g.rowBlock > low {
		g.rowBlock = roundUp(g.rowBlock/2, tileRows)
	}
	return g
}
