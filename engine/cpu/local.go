package cpu

import "tandem/engine/device"

// A locally connected layer is a small fully connected one at every output
// position. Its patches are copied out, images x taps, and multiplied by the
// weights of the position, filters x taps.

// site is one output position of one group of a locally connected layer.
type site struct {
	convolution
	group, position int
}

func (v convolution) site(i int) site { return site{v, i % v.Groups, i / v.Groups} }

func (v convolution) sites() int { return v.Groups * v.positions }

// weights returns the site's filters.
func (t site) weights(w []float32) []float32 {
	at := (t.position*t.K + t.group*t.filters) * t.taps
	return w[at : at+t.filters*t.taps]
}

// output returns where the site's first filter has its output for an image.
func (t site) output(image int) int {
	return (image*t.K+t.group*t.filters)*t.positions + t.position
}

// rows calls f with each row of the window that touches the input: where it
// begins in the image batch and in the patch, and its length.
func (t site) rows(image int, f func(input, tap, n int)) {
	top := t.position/t.OutW*t.StrideH - t.PadTop
	left := t.position%t.OutW*t.StrideW - t.PadLeft
	from, to := max(0, -left), min(t.KernelW, t.W-left)
	if from >= to {
		return
	}
	for c := range t.channels {
		plane := (image*t.C + t.group*t.channels + c) * t.H * t.W
		for r := max(0, -top); r < min(t.KernelH, t.H-top); r++ {
			f(plane+(top+r)*t.W+left+from, c*t.kernel+r*t.KernelW+from, to-from)
		}
	}
}

// patches copies what the site reads from images first to first+n.
func (t site) patches(dst, x []float32, first, n int) {
	clear(dst[:n*t.taps])
	for i := range n {
		patch := dst[i*t.taps:]
		t.rows(first+i, func(input, tap, n int) { copy(patch[tap:tap+n], x[input:]) })
	}
}

// gradients copies the site's output gradients of images first to first+n.
func (t site) gradients(dst, dy []float32, first, n int) {
	for i := range n {
		at := t.output(first + i)
		for f := range t.filters {
			dst[i*t.filters+f] = dy[at+f*t.positions]
		}
	}
}

// apart returns runs of one element, step apart.
func apart(n, step int) []run {
	runs := make([]run, n)
	for i := range runs {
		runs[i] = run{i, i * step, 1}
	}
	return runs
}

// LocalForward computes convolution with weights and bias of its own at every
// position.
func (d *Device) LocalForward(p device.Conv, x, w, b, y device.Buffer) {
	p.CheckBuffers("LocalForward", true, x, w, b, y)
	xs, ws, bs, ys := words(x), words(w), data(b), words(y)
	d.enqueue(func() {
		v := newConvolution(p)
		columns := apart(v.filters, v.positions)
		images := strided(v.N, v.K*v.positions)
		d.crew.run(v.sites(), func(s *scratch, i int) {
			t := v.site(i)
			patches := s.image.take(v.N * v.taps)
			t.patches(patches, xs, 0, v.N)
			c := s.newTiles(v.N, v.filters)
			c.fillRows(nil)
			left := s.panelsOf(matrix(patches, v.N, v.taps, v.taps, false), v.N)
			s.accumulate(c, v.taps, left, matrix(t.weights(ws), v.filters, v.taps, v.taps, false))
			c.store(ys[t.output(0):], images, columns)
			if bs != nil {
				t.addBias(bs, ys)
			}
		})
	})
}

func (t site) addBias(b, y []float32) {
	for image := range t.N {
		at := t.output(image)
		for f := range t.filters {
			y[at+f*t.positions] += b[t.output(0)+f*t.positions]
		}
	}
}

// LocalBackwardInput computes dx. A task does all positions of some images, one
// after the other, for they overlap.
func (d *Device) LocalBackwardInput(p device.Conv, dy, w, dx device.Buffer) {
	p.CheckBuffers("LocalBackwardInput", true, dx, w, nil, dy)
	dys, ws, dxs := words(dy), words(w), words(dx)
	d.enqueue(func() {
		v := newConvolution(p)
		images := max(8, roundUp(v.N/(2*d.crew.size()), tileRows))
		d.parallelRange(v.C*v.N*v.H*v.W, grain, func(lo, hi int) { clear(dxs[lo:hi]) })
		blocks := ceilDiv(v.N, images)
		d.crew.run(v.Groups*blocks, func(s *scratch, i int) {
			first := i / v.Groups * images
			for position := range v.positions {
				t := site{v, i % v.Groups, position}
				t.backwardInput(s, dys, ws, dxs, first, min(images, v.N-first))
			}
		})
	})
}

func (t site) backwardInput(s *scratch, dy, w, dx []float32, first, n int) {
	gradients := s.image.take(n * t.filters)
	t.gradients(gradients, dy, first, n)
	c := s.newTiles(n, t.taps)
	c.fillRows(nil)
	left := s.panelsOf(matrix(gradients, n, t.filters, t.filters, false), n)
	s.accumulate(c, t.filters, left, matrix(t.weights(w), t.filters, t.taps, t.taps, true))
	patches := s.image.take(n * t.taps)
	c.store(patches, strided(n, t.taps), []run{{0, 0, t.taps}})
	for i := range n {
		patch := patches[i*t.taps:]
		t.rows(first+i, func(input, tap, n int) { add(dx[input:input+n], patch[tap:tap+n]) })
	}
}

// LocalBackwardWeights computes dw and, unless it is nil, db.
func (d *Device) LocalBackwardWeights(p device.Conv, x, dy, dw, db device.Buffer) {
	p.CheckBuffers("LocalBackwardWeights", true, x, dw, db, dy)
	xs, dys, dws, dbs := words(x), words(dy), words(dw), data(db)
	d.enqueue(func() {
		v := newConvolution(p)
		d.crew.run(v.sites(), func(s *scratch, i int) {
			v.site(i).backwardWeights(s, xs, dys, dws, dbs)
		})
	})
}

func (t site) backwardWeights(s *scratch, x, dy, dw, db []float32) {
	words := s.image.take(t.N * (t.taps + t.filters))
	patches, gradients := words[:t.N*t.taps], words[t.N*t.taps:]
	t.patches(patches, x, 0, t.N)
	t.gradients(gradients, dy, 0, t.N)
	c := s.newTiles(t.filters, t.taps)
	c.fillRows(nil)
	left := s.panelsOf(matrix(gradients, t.N, t.filters, t.filters, true), t.filters)
	s.accumulate(c, t.N, left, matrix(patches, t.N, t.taps, t.taps, true))
	c.store(t.weights(dw), strided(t.filters, t.taps), []run{{0, 0, t.taps}})
	if db != nil {
		for f := range t.filters {
			sum := 0.0
			for image := range t.N {
				sum += float64(gradients[image*t.filters+f])
			}
			db[t.output(0)+f*t.positions] = float32(sum)
		}
	}
}
