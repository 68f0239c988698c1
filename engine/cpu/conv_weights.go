package cpu

import "tandem/engine/device"

// ConvBackwardWeights computes dw and, unless it is nil, db.
func (d *Device) ConvBackwardWeights(p device.Conv, x, dy, dw, db device.Buffer) {
	p.CheckBuffers("ConvBackwardWeights", false, x, dw, db, dy)
	xs, dys, dws, dbs := data(x), data(dy), data(dw), data(db)
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
	blocks := grid{v.channels, v.N * v.positions, v.channelBlock(), v.partLength()}
	size := v.K * v.taps
	partial := d.partial.take(blocks.count() / blocks.down() * size)
	d.crew.run(v.Groups*blocks.count(), func(s *scratch, i int) {
		g := i % v.Groups
		channel, channels, lo, hi := blocks.at(i / v.Groups)
		c := v.sumPart(s, x, dy, g, channel, channels, lo, hi)
		part := partial[lo/blocks.colBlock*size:]
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

// partLength returns the number of positions in a part: as few as give 64 tasks,
// but enough to outweigh the work of adding up the parts.
func (v convolution) partLength() int {
	const tasks, least = 64, 2048
	blocks := v.Groups * ((v.channels + v.channelBlock() - 1) / v.channelBlock())
	parts := (tasks + blocks - 1) / blocks
	return max(roundUp(v.N*v.positions/parts, depthBlock), roundUp(least, depthBlock))
}

// sumPart sums over positions lo to hi for some channels of a group.
func (v convolution) sumPart(s *scratch, x, dy []float32, g, channel, channels, lo, hi int) tiles {
	const stretch = 4 * depthBlock // positions laid out at a time
	inputs := newLayout(v.Conv, channels)
	places := v.places(g)
	c := s.newTiles(channels*v.kernel, v.filters)
	c.fillRows(nil)
	for at := lo; at < hi; at += stretch {
		end := min(at+stretch, hi)
		pc := inputs.piece(at, end)
		image := s.image.take(pc.size())
		pc.fill(image, x, g*v.channels+channel)
		patches := operand{words: image, starts: inputs.taps, runs: pc.runs}
		gradients := operand{words: dy, starts: places, runs: v.outputRuns(at, end)}
		s.accumulate(c, end-at, s.panelsOf(patches, 0, c.rows), gradients)
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
