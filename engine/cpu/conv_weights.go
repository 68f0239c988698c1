package cpu

import "tandem/engine/device"

// ConvBackwardWeights computes dw and, unless it is nil, db.
func (d *Device) ConvBackwardWeights(p device.Conv, x, dy, dw, db device.Buffer) {
	p.CheckBuffers("ConvBackwardWeights", false, x, dw, db, dy)
	xs, dys, dws, dbs := words(x), words(dy), words(dw), data(db)
	d.enqueue(func() {
		v := newConvolution(p)
		d.convBackwardWeights(v, xs, dys, dws)
		if dbs != nil {
			d.sumMaps(v.N, v.K, v.positions, dys, dbs)
		}
	})
}

// convBackwardWeights multiplies taps x positions by positions x filters, the
// transpose of the gradient. There are few of either and very many positions,
// so these are cut into parts that are summed by themselves; how many depends
// on the shape alone.
func (d *Device) convBackwardWeights(v convolution, x, dy, dw []float32) {
	tasks := grid{v.channels, v.N * v.positions, v.channelBlock(), v.partLength()}
	size := v.K * v.taps
	partial := d.partial.take(tasks.across() * size)
	d.crew.run(v.Groups*tasks.count(), func(s *scratch, i int) {
		g := i % v.Groups
		channel, channels, lo, hi := tasks.at(i / v.Groups)
		c := v.sumBlock(s, x, dy, convBlock{g, channel, channels, lo, hi})
		part := partial[lo/tasks.colBlock*size:]
		c.storeTransposed(part[g*v.filters*v.taps+channel*v.kernel:], v.taps)
	})
	d.sumParts(dw[:size], partial)
}

// sumParts sets dst to the sum, from first to last, of parts of its length.
func (d *Device) sumParts(dst, parts []float32) {
	d.parallelRange(len(dst), grain, func(lo, hi int) {
		sum := dst[lo:hi]
		copy(sum, parts[lo:hi])
		for at := len(dst); at < len(parts); at += len(dst) {
			add(sum, parts[at+lo:at+hi])
		}
	})
}

// partLength returns the number of positions in a part: as few as give 128
// tasks, but enough to outweigh the work of adding up the parts.
func (v convolution) partLength() int {
	const tasks, least = 128, 2048
	blocks := v.Groups * ceilDiv(v.channels, v.channelBlock())
	return roundUp(max(least, v.N*v.positions*blocks/tasks), depthBlock)
}

// sumBlock returns the gradient of the block's taps, a row each.
func (v convolution) sumBlock(s *scratch, x, dy []float32, b convBlock) tiles {
	const stretch = 4 * depthBlock // positions laid out at a time
	inputs := newLayout(v.Conv, b.channels)
	places := v.places(b.group)
	c := s.newTiles(b.channels*v.kernel, v.filters)
	c.fillRows(nil)
	for lo := b.lo; lo < b.hi; lo += stretch {
		hi := min(lo+stretch, b.hi)
		pc := inputs.piece(lo, hi)
		image := s.image.take(pc.size())
		pc.fill(image, x, b.group*v.channels+b.channel)
		patches := operand{words: image, starts: inputs.taps, runs: pc.runs}
		gradients := operand{words: dy, starts: places, runs: v.outputRuns(lo, hi)}
		s.accumulate(c, hi-lo, s.panelsOf(patches, c.rows), gradients)
	}
	return c
}

// sumMaps sums each of n x k maps over its elements and the batch: the gradient
// of a bias.
func (d *Device) sumMaps(n, k, size int, maps, sums []float32) {
	d.parallel(k, func(i int) {
		sum := 0.0
		for image := range n {
			sum += total(maps[(image*k+i)*size:][:size])
		}
		sums[i] = float32(sum)
	})
}

// total sums in double precision, by four chains that a processor runs at once.
func total(x []float32) float64 {
	var s0, s1, s2, s3 float64
	for ; len(x) >= 4; x = x[4:] {
		s0 += float64(x[0])
		s1 += float64(x[1])
		s2 += float64(x[2])
		s3 += float64(x[3])
	}
	for _, v := range x {
		s0 += float64(v)
	}
	return (s0 + s1) + (s2 + s3)
}
