package cpu

import (
	"math"

	"tandem/engine/device"
)

// Local response normalization works on rows: runs of neighbouring pixels of
// one map. The sum over neighbours is a sum of whole rows, at the stride of a
// map across maps and of one image row within a map, so every inner loop is
// contiguous. Sums are formed anew for each row: a running sum would be
// cheaper, but never forget a NaN and lose what a large value covers.

// stretch is how many pixels a row has across maps: the rows of a window stay in
// the first cache.
const stretch = 1024

// LRN normalizes x into y.
func (d *Device) LRN(p device.LRN, x, y device.Buffer) {
	p.CheckBuffers("LRN", x, y)
	from, to := data(x), data(y)
	d.enqueue(func() {
		if p.SameMap {
			d.eachMap(p, func(m mapSums, at, end int) { m.forward(p, from[at:end], to[at:end]) })
			return
		}
		d.eachStretch(p, func(r pixels) { r.forward(p, from, to) })
	})
}

// LRNBackward computes dx from x and dy. With s = K + Alpha * sum,
//
//	dx_i = dy_i s_i^-Beta - 2 Alpha Beta x_i sum_j dy_j x_j s_j^(-Beta-1)
//
// over the elements j in whose windows i lies.
func (d *Device) LRNBackward(p device.LRN, x, dy, dx device.Buffer) {
	p.CheckBuffers("LRNBackward", x, dy, dx)
	from, gradient, to := data(x), data(dy), data(dx)
	d.enqueue(func() {
		if p.SameMap {
			d.eachMap(p, func(m mapSums, at, end int) { m.backward(p, from[at:end], gradient[at:end], to[at:end]) })
			return
		}
		d.eachStretch(p, func(r pixels) { r.backward(p, from, gradient, to) })
	})
}

// pixels is a stretch of pixels through all maps of one group: row c begins at
// first + c*stride and has n pixels.
type pixels struct {
	first, stride, n int
	channels         int
	scratch          *scratch
}

// eachStretch shares out the stretches of all images and groups.
func (d *Device) eachStretch(p device.LRN, f func(r pixels)) {
	size, channels := p.H*p.W, p.C/p.Groups
	pieces := (size + stretch - 1) / stretch
	d.crew.run(p.N*p.Groups*pieces, func(s *scratch, i int) {
		group, piece := i/pieces, i%pieces
		f(pixels{
			first: group*channels*size + piece*stretch, stride: size, n: min(stretch, size-piece*stretch),
			channels: channels, scratch: s,
		})
	})
}

func (r pixels) row(x []float32, c int) []float32 { return x[r.first+c*r.stride:][:r.n] }

// window returns the first row and the number of rows that normalize row c.
func (r pixels) window(size, c int) (first, n int) { return within(c-size/2, size, r.channels) }

// within returns the part of first to first+n-1 that lies in 0 to limit-1.
func within(first, n, limit int) (int, int) {
	lo, hi := max(0, first), min(limit, first+n)
	return lo, max(0, hi-lo)
}

func (r pixels) forward(p device.LRN, x, y []float32) {
	sums := r.scratch.image.take(r.n)
	for c := range r.channels {
		first, n := r.window(p.Size, c)
		sumSquares(sums, x[r.first+first*r.stride:], n, r.stride)
		normalize(p, r.row(y, c), r.row(x, c), sums)
	}
}

func (r pixels) backward(p device.LRN, x, dy, dx []float32) {
	words := r.scratch.image.take((r.channels + 1) * r.n)
	sums, terms := words[:r.n], words[r.n:]
	behind := p.Size / 2 // how far ahead of a row the last of its terms is
	for c := range r.channels + behind {
		if c < r.channels {
			first, n := r.window(p.Size, c)
			sumSquares(sums, x[r.first+first*r.stride:], n, r.stride)
			normalizeBackward(p, r.row(dx, c), terms[c*r.n:][:r.n], r.row(x, c), r.row(dy, c), sums)
		}
		if c := c - behind; c >= 0 {
			first, n := within(mirrored(c, p.Size), p.Size, r.channels)
			sumRows(sums, terms[first*r.n:], n, r.n)
			subtractProduct(r.row(dx, c), r.row(x, c), sums, 2*p.Alpha*p.Beta)
		}
	}
}

// mirrored returns the first of the size places in whose windows place i lies.
func mirrored(i, size int) int { return i - size + 1 + size/2 }

// mapSums sums over the squares of one H x W map: down the columns first, then
// along the row with zeros on both sides.
type mapSums struct {
	h, w, size  int
	padded      []float32 // a row of column sums, size-1 longer than the map's
	sums, terms []float32 // maps
}

// eachMap shares out the maps, which lie at at to end-1.
func (d *Device) eachMap(p device.LRN, f func(m mapSums, at, end int)) {
	area, padded := p.H*p.W, p.W+p.Size-1
	d.crew.run(p.N*p.C, func(s *scratch, i int) {
		words := s.image.take(2*area + padded)
		f(mapSums{p.H, p.W, p.Size, words[2*area:], words[:area], words[area : 2*area]}, i*area, (i+1)*area)
	})
}

// add sets sums to the sums over windows that begin before places up and to the
// left. down is sumRows or sumSquares.
func (m mapSums) add(x []float32, before int, down func(dst, x []float32, rows, stride int)) {
	clear(m.padded)
	for h := range m.h {
		first, n := within(h-before, m.size, m.h)
		down(m.padded[before:][:m.w], x[first*m.w:], n, m.w)
		sumRows(m.sums[h*m.w:][:m.w], m.padded, m.size, 1)
	}
}

func (m mapSums) forward(p device.LRN, x, y []float32) {
	m.add(x, m.size/2, sumSquares)
	normalize(p, y, x, m.sums)
}

func (m mapSums) backward(p device.LRN, x, dy, dx []float32) {
	m.add(x, m.size/2, sumSquares)
	normalizeBackward(p, dx, m.terms, x, dy, m.sums)
	m.add(m.terms, -mirrored(0, m.size), sumRows)
	subtractProduct(dx, x, m.sums, 2*p.Alpha*p.Beta)
}

// sumSquares sets dst[i] to the sum of x[r*stride+i]^2 over the rows r.
func sumSquares(dst, x []float32, rows, stride int) {
	for i := sumSquaresVector(dst, x, rows, stride); i < len(dst); i++ {
		sum := float32(0)
		for r := range rows {
			v := x[r*stride+i]
			sum += v * v
		}
		dst[i] = sum
	}
}

// sumRows sets dst[i] to the sum of x[r*stride+i] over the rows r.
func sumRows(dst, x []float32, rows, stride int) {
	for i := sumRowsVector(dst, x, rows, stride); i < len(dst); i++ {
		sum := float32(0)
		for r := range rows {
			sum += x[r*stride+i]
		}
		dst[i] = sum
	}
}

// normalize computes y = x * (K + Alpha*sums)^-Beta.
func normalize(p device.LRN, y, x, sums []float32) {
	i := 0
	if p.Beta == 0.75 {
		i = normalizeVector(y, x, sums, p.K, p.Alpha)
	}
	for ; i < len(y); i++ {
		y[i] = x[i] * power(p.K+p.Alpha*sums[i], p.Beta)
	}
}

// normalizeBackward computes the first summand of dx and the terms of the
// second one's sum.
func normalizeBackward(p device.LRN, dx, terms, x, dy, sums []float32) {
	i := 0
	if p.Beta == 0.75 {
		i = normalizeBackwardVector(dx, terms, x, dy, sums, p.K, p.Alpha)
	}
	for ; i < len(dx); i++ {
		s := p.K + p.Alpha*sums[i]
		dx[i] = dy[i] * power(s, p.Beta)
		terms[i] = dx[i] * x[i] / s
	}
}

// subtractProduct computes dx -= factor * x * sums.
func subtractProduct(dx, x, sums []float32, factor float32) {
	for i := subtractProductVector(dx, x, sums, factor); i < len(dx); i++ {
		dx[i] -= factor * x[i] * sums[i]
	}
}

// power returns s^-beta. AlexNet's 0.75 needs square roots alone.
func power(s, beta float32) float32 {
	if beta == 0.75 {
		root := sqrt(s)
		return 1 / (root * sqrt(root))
	}
	return float32(math.Pow(float64(s), -float64(beta)))
}

// sqrt compiles to the float32 instruction.
func sqrt(v float32) float32 { return float32(math.Sqrt(float64(v))) }
