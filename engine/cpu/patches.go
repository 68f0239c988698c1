package cpu

import "tandem/engine/device"

// layout says how a piece of a convolution's input is laid out so that what a
// tap of the kernel reads for consecutive output positions lies side by side:
// rows are padded with zeros and split by column modulo the stride. The matrix
// of patches (im2col), one row a tap and one column an output position, is an
// operand over such a piece, and never formed.
//
// The piece holds rows of channels of phases; element q of a phase is input
// column q*StrideW + phase - PadLeft.
type layout struct {
	device.Conv
	channels     int
	phases       int
	phaseWords   int
	channelWords int   // of one row
	rowWords     int   // of all channels
	taps         []int // place of each channel's taps, for the first output position
}

func newLayout(p device.Conv, channels int) *layout {
	l := &layout{Conv: p, channels: channels}
	l.phases = min(p.StrideW, p.KernelW)
	l.phaseWords = p.OutW + (p.KernelW-1)/p.StrideW
	l.channelWords = l.phases * l.phaseWords
	l.rowWords = channels * l.channelWords
	l.taps = l.tapPlaces()
	return l
}

func (l *layout) tapPlaces() []int {
	places := make([]int, 0, l.channels*l.KernelH*l.KernelW)
	for c := range l.channels {
		for r := range l.KernelH {
			for s := range l.KernelW {
				column := s%l.StrideW*l.phaseWords + s/l.StrideW
				places = append(places, r*l.rowWords+c*l.channelWords+column)
			}
		}
	}
	return places
}

// piece is the part of the input that a range of output positions reads. The
// positions of a batch are numbered image by image, row by row.
type piece struct {
	*layout
	bands []band
	runs  []run // of positions, counted from the first of the range
	rows  int
}

// band is the rows that one image has in the piece.
type band struct {
	image int
	top   int // input row of the first, may lie outside the image
	place int // row in the piece
	rows  int
}

// piece returns what positions lo to hi read.
func (l *layout) piece(lo, hi int) piece {
	pc := piece{layout: l}
	positions := l.OutH * l.OutW
	for at := lo; at < hi; {
		image := at / positions
		end := min(hi, (image+1)*positions)
		pc.addBand(image, at-image*positions, end-image*positions, at-lo)
		at = end
	}
	return pc
}

// addBand appends positions from to to of an image, the first of which is
// number at in the piece.
func (pc *piece) addBand(image, from, to, at int) {
	firstRow, lastRow := from/pc.OutW, (to-1)/pc.OutW
	b := band{image, firstRow*pc.StrideH - pc.PadTop, pc.rows, (lastRow-firstRow)*pc.StrideH + pc.KernelH}
	for row := firstRow; row <= lastRow; row++ {
		start, end := max(from, row*pc.OutW), min(to, (row+1)*pc.OutW)
		src := (b.place+(row-firstRow)*pc.StrideH)*pc.rowWords + start - row*pc.OutW
		pc.runs = append(pc.runs, run{at + start - from, src, end - start})
	}
	pc.bands = append(pc.bands, b)
	pc.rows += b.rows
}

func (pc *piece) size() int { return pc.rows * pc.rowWords }

// fill lays out the piece from channel c0 of x on.
func (pc *piece) fill(words, x []float32, c0 int) {
	for _, b := range pc.bands {
		for r := range b.rows {
			for c := range pc.channels {
				pc.fillRow(pc.row(words, b.place+r, c), pc.inputRow(x, b.image, c0+c, b.top+r))
			}
		}
	}
}

func (pc *piece) row(words []float32, row, channel int) []float32 {
	at := row*pc.rowWords + channel*pc.channelWords
	return words[at : at+pc.channelWords]
}

// inputRow returns row h of a channel, nil outside the image.
func (l *layout) inputRow(x []float32, image, channel, h int) []float32 {
	if h < 0 || h >= l.H {
		return nil
	}
	at := ((image*l.C+channel)*l.H + h) * l.W
	return x[at : at+l.W]
}

func (l *layout) fillRow(dst, x []float32) {
	if x == nil {
		clear(dst)
		return
	}
	for phase := range l.phases {
		words := dst[phase*l.phaseWords:][:l.phaseWords]
		lo, hi := l.inside(phase)
		clear(words[:lo])
		clear(words[hi:])
		if lo == hi {
			continue
		}
		spread(words[lo:hi], x[lo*l.StrideW+phase-l.PadLeft:], l.StrideW)
	}
}

// inside returns which elements of a phase lie inside the image.
func (l *layout) inside(phase int) (lo, hi int) {
	hi = (l.W + l.PadLeft - phase + l.StrideW - 1) / l.StrideW
	hi = max(0, min(hi, l.phaseWords))
	lo = min((max(0, l.PadLeft-phase)+l.StrideW-1)/l.StrideW, hi)
	return lo, hi
}

// spread reads every step-th element.
func spread(dst, src []float32, step int) {
	if step == 1 {
		copy(dst, src)
		return
	}
	for i := range dst {
		dst[i] = src[i*step]
	}
}

// drain is the way back, for a piece of whole images that holds gradients: it
// writes dx from channel c0 on.
func (pc *piece) drain(words, dx []float32, c0 int) {
	for _, b := range pc.bands {
		for c := range pc.channels {
			for h := range pc.H {
				x := pc.inputRow(dx, b.image, c0+c, h)
				clear(x)
				if r := h - b.top; r < b.rows {
					pc.drainRow(pc.row(words, b.place+r, c), x)
				}
			}
		}
	}
}

func (l *layout) drainRow(words, x []float32) {
	for phase := range l.phases {
		lo, hi := l.inside(phase)
		from := words[phase*l.phaseWords:][lo:hi]
		for i, v := range from {
			x[(lo+i)*l.StrideW+phase-l.PadLeft] = v
		}
	}
}
