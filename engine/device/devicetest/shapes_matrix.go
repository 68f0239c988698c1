package devicetest

import "tandem/engine/device"

// blocks are sizes around the panels that a matrix product is cut into.
var blocks = []int{255, 257, 511, 513, 1025, 2049}

func (g *generator) fcCases() {
	for i, n := range edges {
		for _, j := range g.some(upTo(len(edges))) {
			g.add(fcOp(device.FC{N: n, In: edges[j], Out: edges[(i+j)%len(edges)]}).passes()...)
		}
	}
	g.add(fcOp(device.FC{N: 33, In: 700, Out: 300}).passes()...)
	for _, size := range g.some(blocks) {
		g.add(fcOp(device.FC{N: size, In: 17, Out: 5}).passes()...)
		g.add(fcOp(device.FC{N: 5, In: size, Out: 17}).cases()...)
		g.add(fcOp(device.FC{N: 17, In: 5, Out: size}).passes()...)
	}
}

func upTo(n int) []int {
	s := make([]int, n)
	for i := range s {
		s[i] = i
	}
	return s
}

func (g *generator) convCases() {
	for _, p := range g.convShapes() {
		g.add(convOp(p).passes()...)
	}
	for range g.count(60) {
		g.add(convOp(g.randomConv(20)).cases()...)
	}
}

// convShapes are chosen shapes: every size at a tile's edge in turn, every
// kernel and stride, and AlexNet's layers with fewer channels.
func (g *generator) convShapes() []device.Conv {
	list := []device.Conv{
		squareConv(device.Image{N: 1, C: 1, H: 1, W: 1}, 1, 1, 1, 1, 0),
		squareConv(device.Image{N: 1, C: 3, H: 64, W: 64}, 24, 1, 11, 4, 0), // ceil: the last window sticks out
		squareConv(device.Image{N: 1, C: 16, H: 27, W: 27}, 32, 2, 5, 1, 2),
		squareConv(device.Image{N: 2, C: 24, H: 13, W: 13}, 40, 1, 3, 1, 1),
		// More positions and more taps than a block holds, in several images.
		squareConv(device.Image{N: 3, C: 40, H: 28, W: 29}, 9, 1, 3, 1, 1),
		squareConv(device.Image{N: 2, C: 6, H: 129, W: 131}, 10, 2, 5, 2, 1),
		squareConv(device.Image{N: 3, C: 12, H: 6, W: 5}, 9, 3, 3, 1, 1),
	}
	for _, e := range g.some(edges) {
		list = append(list,
			squareConv(device.Image{N: 1, C: 3, H: 5, W: 5}, e, 1, 3, 1, 1),
			squareConv(device.Image{N: 1, C: e, H: 4, W: 4}, 3, 1, 3, 1, 1),
			squareConv(device.Image{N: 2, C: 2, H: 3, W: e}, 5, 1, 3, 1, 1),
			squareConv(device.Image{N: e, C: 2, H: 2, W: 3}, 4, 2, 2, 1, 0))
	}
	for _, k := range g.some(upTo(11)) {
		for s := 1; s <= 4; s++ {
			list = append(list, kernelShape(k+1, s))
		}
	}
	return list
}

// squareConv is a convolution with the same size, stride and padding both ways and
// the number of positions that ceil rounding gives.
func squareConv(i device.Image, k, groups, kernel, stride, pad int) device.Conv {
	return device.Conv{Image: i, K: k, Groups: groups, Window: device.Window{
		KernelH: kernel, KernelW: kernel, StrideH: stride, StrideW: stride, PadTop: pad, PadLeft: pad,
		OutH: positions(i.H, kernel, stride, pad), OutW: positions(i.W, kernel, stride, pad)}}
}

// positions is the number of windows by ceil rounding, padding on both sides.
func positions(size, kernel, stride, pad int) int {
	return max(0, size+2*pad-kernel+stride-1)/stride + 1
}

// kernelShape has other numbers down than across, so that one taken for the
// other shows.
func kernelShape(kernel, stride int) device.Conv {
	h, w := kernel+2*stride+1, 17
	return device.Conv{Image: device.Image{N: 2, C: 2, H: h, W: w}, K: 3, Groups: 1, Window: device.Window{
		KernelH: kernel, KernelW: 12 - kernel, StrideH: stride, StrideW: 5 - stride,
		PadTop: kernel / 2, PadLeft: (12 - kernel) / 3,
		OutH: positions(h, kernel, stride, kernel/3), OutW: positions(w, 12-kernel, 5-stride, 1)}}
}

// randomConv draws any shape up to size pixels a side. Windows may lie outside
// the image in part or altogether.
func (g *generator) randomConv(size int) device.Conv {
	groups := g.between(1, 3)
	i := device.Image{N: g.between(1, 3), C: groups * g.between(1, 6), H: g.between(1, size), W: g.between(1, size)}
	w := device.Window{
		KernelH: g.between(1, min(11, i.H+2)), KernelW: g.between(1, min(11, i.W+2)),
		StrideH: g.between(1, 4), StrideW: g.between(1, 4),
	}
	w.PadTop, w.PadLeft = g.between(0, w.KernelH), g.between(0, w.KernelW)
	w.OutH = g.between(1, positions(i.H, w.KernelH, w.StrideH, w.PadTop)+1)
	w.OutW = g.between(1, positions(i.W, w.KernelW, w.StrideW, w.PadLeft)+1)
	return device.Conv{Image: i, K: groups * g.between(1, 12), Groups: groups, Window: w}
}

func (g *generator) localCases() {
	for _, e := range g.some(edges) {
		g.add(localOp(squareConv(device.Image{N: 2, C: 3, H: 3, W: 2}, e, 1, 3, 1, 1)).passes()...)
		g.add(localOp(squareConv(device.Image{N: 1, C: e, H: 3, W: 3}, 3, 1, 3, 1, 1)).passes()...)
		g.add(localOp(squareConv(device.Image{N: 1, C: 2, H: 2, W: e}, 3, 1, 3, 1, 1)).passes()...)
		g.add(localOp(squareConv(device.Image{N: e, C: 2, H: 3, W: 3}, 4, 2, 2, 1, 0)).passes()...)
	}
	for _, k := range g.some(upTo(11)) {
		g.add(localOp(kernelShape(k+1, k%4+1)).passes()...)
	}
	for range g.count(40) {
		g.add(localOp(g.randomConv(12)).cases()...)
	}
}
