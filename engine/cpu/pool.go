package cpu

import "tandem/engine/device"

// eachPlane shares out the channels of all images, several at a time where they
// are small. in and out are where a channel begins in the image and in the
// pooled image.
func (d *Device) eachPlane(p device.Pool, f func(s *scratch, in, out int)) {
	planes, size, pooled := p.N*p.C, p.H*p.W, p.OutH*p.OutW
	several := max(1, grain/size)
	d.crew.run((planes+several-1)/several, func(s *scratch, i int) {
		for plane := i * several; plane < min(planes, (i+1)*several); plane++ {
			f(s, plane*size, plane*pooled)
		}
	})
}

// pooling is one channel's pool, with what its windows have in common.
type pooling struct {
	device.Pool
	lo, hi int // output columns whose windows lie inside the image
}

func newPooling(p device.Pool) pooling {
	lo := min(p.OutW, (p.PadLeft+p.StrideW-1)/p.StrideW)
	hi := min(p.OutW, max(lo, (p.W-p.KernelW+p.PadLeft)/p.StrideW+1))
	if p.W+p.PadLeft < p.KernelW {
		hi = lo
	}
	return pooling{p, lo, hi}
}

// rows returns the first image row of output row i and the number of rows, both
// clipped, and how many kernel rows the clipping dropped at the top.
func (p pooling) rows(i int) (first, n, dropped int) {
	top := i*p.StrideH - p.PadTop
	first, n = within(top, p.KernelH, p.H)
	return first, n, first - top
}

// columns is rows for output column j.
func (p pooling) columns(j int) (first, n, dropped int) {
	left := j*p.StrideW - p.PadLeft
	first, n = within(left, p.KernelW, p.W)
	return first, n, first - left
}

// MaxPool takes the first largest element of each window.
func (d *Device) MaxPool(p device.Pool, x, y, index device.Buffer) {
	p.CheckBuffers("MaxPool", []device.Buffer{x}, []device.Buffer{y, index})
	from, to, places := data(x), data(y), data(index)
	shape := newPooling(p)
	d.enqueue(func() {
		d.eachPlane(p, func(s *scratch, in, out int) {
			for i := range p.OutH {
				at := out + i*p.OutW
				shape.maxRow(s, i, from[in:], to[at:][:p.OutW], places[at:][:p.OutW])
			}
		})
	})
}

// maxRow pools output row i: windows inside the image many at once, the others
// one by one.
func (p pooling) maxRow(s *scratch, i int, x, y, index []float32) {
	first, rows, dropped := p.rows(i)
	starts := (p.hi-p.lo-1)*p.StrideW + 1 // columns at which a window could begin
	done := p.lo
	if starts > 0 {
		const vector = 16 // the longest; what a narrow row lacks is read from the next one
		if starts < vector && len(x) >= (first+rows)*p.W+vector {
			starts = vector
		}
		words := s.image.take(2 * starts)
		best, place := words[:starts], words[starts:]
		run := x[first*p.W+p.lo*p.StrideW-p.PadLeft:]
		if maxVector(best, place, run, rows, p.KernelW, p.W, dropped*p.KernelW) {
			pick(y[p.lo:p.hi], index[p.lo:p.hi], best, place, p.StrideW)
			done = p.hi
		}
	}
	oneByOne := func(lo, hi int) {
		for j := lo; j < hi; j++ {
			y[j], index[j] = p.maxWindow(x[first*p.W:], rows, dropped, j)
		}
	}
	oneByOne(0, p.lo)
	oneByOne(done, p.OutW)
}

// pick copies every stride-th column.
func pick(y, index, best, place []float32, stride int) {
	index, place = index[:len(y)], place[:len(best)]
	from := 0
	for to := range y {
		y[to], index[to] = best[from], place[from]
		from += stride
	}
}

// maxWindow returns the first largest element of the window at output column j
// and its place in the unclipped window. x begins at the window's first row.
func (p pooling) maxWindow(x []float32, rows, droppedRows, j int) (best, place float32) {
	left, n, dropped := p.columns(j)
	best = x[left]
	at := droppedRows*p.KernelW + dropped
	for r := range rows {
		for c, v := range x[r*p.W+left:][:n] {
			if v > best || v != v && best == best {
				best = v
				at = (droppedRows+r)*p.KernelW + dropped + c
			}
		}
	}
	return best, float32(at)
}

// MaxPoolBackward adds each gradient to the element its window took.
func (d *Device) MaxPoolBackward(p device.Pool, index, dy, dx device.Buffer) {
	p.CheckBuffers("MaxPoolBackward", []device.Buffer{dx}, []device.Buffer{index, dy})
	places, from, to := data(index), data(dy), data(dx)
	offsets := make([]int, p.KernelH*p.KernelW) // of each place from the window's corner
	for place := range offsets {
		offsets[place] = place/p.KernelW*p.W + place%p.KernelW
	}
	d.enqueue(func() {
		d.eachPlane(p, func(_ *scratch, in, out int) {
			plane := to[in:][:p.H*p.W]
			clear(plane)
			for i := range p.OutH {
				corner := (i*p.StrideH-p.PadTop)*p.W - p.PadLeft
				at := out + i*p.OutW
				row := from[at:][:p.OutW]
				for j, place := range places[at:][:p.OutW] {
					plane[corner+offsets[int(place)]] += row[j]
					corner += p.StrideW
				}
			}
		})
	})
}

// AvgPool takes the mean of what each window has inside the image.
func (d *Device) AvgPool(p device.Pool, x, y device.Buffer) {
	p.CheckBuffers("AvgPool", []device.Buffer{x}, []device.Buffer{y})
	from, to := data(x), data(y)
	d.enqueue(func() {
		d.eachMean(p, func(in, out int, w meanWindow) {
			sum := float32(0)
			for r := range w.rows {
				for _, v := range from[in+w.first+r*p.W:][:w.columns] {
					sum += v
				}
			}
			to[out] = sum / float32(w.rows*w.columns)
		})
	})
}

// AvgPoolBackward shares each gradient out among its window.
func (d *Device) AvgPoolBackward(p device.Pool, dy, dx device.Buffer) {
	p.CheckBuffers("AvgPoolBackward", []device.Buffer{dx}, []device.Buffer{dy})
	from, to := data(dy), data(dx)
	d.enqueue(func() {
		d.parallelRange(p.Image.Size(), grain, func(lo, hi int) { clear(to[lo:hi]) })
		d.eachMean(p, func(in, out int, w meanWindow) {
			share := from[out] / float32(w.rows*w.columns)
			for r := range w.rows {
				row := to[in+w.first+r*p.W:][:w.columns]
				for c := range row {
					row[c] += share
				}
			}
		})
	})
}

// meanWindow is a clipped window: its first element in the channel and its
// extent.
type meanWindow struct{ first, rows, columns int }

// eachMean visits every output element with the start of its channel in the
// image.
func (d *Device) eachMean(p device.Pool, f func(in, out int, w meanWindow)) {
	shape := newPooling(p)
	d.eachPlane(p, func(_ *scratch, in, out int) {
		for i := range p.OutH {
			top, rows, _ := shape.rows(i)
			for j := range p.OutW {
				left, columns, _ := shape.columns(j)
				f(in, out, meanWindow{top*p.W + left, rows, columns})
				out++
			}
		}
	})
}
