package devicetest

import (
	"math"

	"tandem/engine/device"
	"tandem/engine/tensor"
)

func poolShapes(p device.Pool) (image, pooled tensor.Shape) {
	return tensor.Shape{p.N, p.C, p.H, p.W}, tensor.Shape{p.N, p.C, p.OutH, p.OutW}
}

func poolName(p device.Pool) string { return imageName(p.Image) + " " + windowName(p.Window) }

// overlap is how many windows of a pool may cover one element.
func overlap(p device.Pool) int {
	return ((p.KernelH-1)/p.StrideH + 1) * ((p.KernelW-1)/p.StrideW + 1)
}

// mean is the output that averages n numbers of size 1.
func mean(o operand, n int) operand {
	o = sum(o, n)
	o.scale /= float64(n)
	return o
}

func maxPoolCase(p device.Pool, kind string, x fill) Case {
	image, pooled := poolShapes(p)
	return Case{
		Op: "MaxPool", Name: poolName(p) + " of " + kind,
		operands: []operand{
			{name: "x", shape: image, fill: x},
			{name: "y", role: out, shape: pooled, tol: exact},
			{name: "index", role: out, shape: pooled, tol: exact},
		},
		call:      func(d device.Device, b buffers) { d.MaxPool(p, b["x"], b["y"], b["index"]) },
		reference: func(v values) { refMaxPool(p, v["x"], v["y"], v["index"]) },
	}
}

func maxPoolBackwardCase(p device.Pool) Case {
	image, pooled := poolShapes(p)
	forward := func(v values) (y, index []float64) {
		y, index = make([]float64, pooled.Size()), make([]float64, pooled.Size())
		refMaxPool(p, v["x"], y, index)
		return y, index
	}
	return Case{
		Op: "MaxPoolBackward", Name: poolName(p),
		operands: []operand{
			{name: "x", role: aside, shape: image, fill: distinct},
			{name: "index", shape: pooled},
			{name: "dy", shape: pooled, fill: normal(1)},
			sum(operand{name: "dx", shape: image}, overlap(p)),
		},
		derive:    func(v values) { _, v["index"] = forward(v) },
		call:      func(d device.Device, b buffers) { d.MaxPoolBackward(p, b["index"], b["dy"], b["dx"]) },
		reference: func(v values) { refMaxPoolBackward(p, v["index"], v["dy"], v["dx"]) },
		gradients: []gradient{{at: "x", dy: "dy", dx: "dx", forward: func(v values) []float64 {
			y, _ := forward(v)
			return y
		}}},
	}
}

func avgPoolPasses(p device.Pool) []Case {
	image, pooled := poolShapes(p)
	return []Case{{
		Op: "AvgPool", Name: poolName(p),
		operands: []operand{
			{name: "x", shape: image, fill: normal(1)},
			mean(operand{name: "y", shape: pooled}, p.KernelH*p.KernelW),
		},
		call:      func(d device.Device, b buffers) { d.AvgPool(p, b["x"], b["y"]) },
		reference: func(v values) { refAvgPool(p, v["x"], v["y"]) },
	}, {
		Op: "AvgPoolBackward", Name: poolName(p),
		operands: []operand{
			{name: "x", role: aside, shape: image, fill: normal(1)},
			{name: "dy", shape: pooled, fill: normal(1)},
			sum(operand{name: "dx", shape: image}, overlap(p)),
		},
		call:      func(d device.Device, b buffers) { d.AvgPoolBackward(p, b["dy"], b["dx"]) },
		reference: func(v values) { refAvgPoolBackward(p, v["dy"], v["dx"]) },
		gradients: []gradient{{at: "x", dy: "dy", dx: "dx", forward: func(v values) []float64 {
			y := make([]float64, pooled.Size())
			refAvgPool(p, v["x"], y)
			return y
		}}},
	}}
}

func poolPasses(p device.Pool) []Case {
	return append(avgPoolPasses(p), maxPoolCase(p, "distinct values", distinct), maxPoolBackwardCase(p))
}

func (g *generator) poolCases() {
	for _, p := range g.poolShapes() {
		g.add(poolPasses(p)...)
		g.add(hardMaxPools(p)[:2]...)
	}
	for range g.count(60) {
		p := g.randomPool()
		g.add(poolPasses(p)...)
		g.add(hardMaxPools(p)...)
	}
}

// hardMaxPools are contents that show which of several candidates wins.
func hardMaxPools(p device.Pool) []Case {
	infinity := float32(math.Inf(1))
	return []Case{
		maxPoolCase(p, "ties", oneOf(-1, 0, 1)),
		maxPoolCase(p, "some NaN", sprinkled(distinct, 0.2, float32(nan))),
		maxPoolCase(p, "equal values", constant(-3)),
		maxPoolCase(p, "the lowest values", oneOf(-infinity, -math.MaxFloat32)),
		maxPoolCase(p, "minus infinity", constant(-infinity)),
		maxPoolCase(p, "infinities and NaN", oneOf(infinity, -infinity, float32(nan), 0)),
	}
}

// poolShapes are AlexNet's pools with few maps, sizes at a tile's edge, and
// every kernel and stride.
func (g *generator) poolShapes() []device.Pool {
	list := []device.Pool{
		squarePool(device.Image{N: 2, C: 3, H: 55, W: 55}, 3, 2),
		squarePool(device.Image{N: 2, C: 5, H: 27, W: 27}, 3, 2),
		squarePool(device.Image{N: 2, C: 5, H: 13, W: 13}, 3, 2),
		squarePool(device.Image{N: 1, C: 3, H: 32, W: 24}, 3, 2), // ceil: the last window is partial
	}
	for _, e := range g.some(edges) {
		list = append(list,
			squarePool(device.Image{N: 1, C: 2, H: 5, W: e}, 3, 2),
			squarePool(device.Image{N: 1, C: 2, H: e, W: 4}, 2, 2),
			squarePool(device.Image{N: 2, C: e, H: 4, W: 5}, 3, 2),
			squarePool(device.Image{N: 1, C: 1, H: 3, W: 2*e + 1}, 3, 2))
	}
	for _, k := range g.some(upTo(11)) {
		for s := 1; s <= 4; s++ {
			c := kernelShape(k+1, s)
			list = append(list, clipped(device.Pool{Image: c.Image, Window: c.Window}))
		}
	}
	return list
}

func squarePool(i device.Image, kernel, stride int) device.Pool {
	c := squareConv(i, 1, 1, kernel, stride, 0)
	return clipped(device.Pool{Image: i, Window: c.Window})
}

// clipped drops windows that lie outside the image.
func clipped(p device.Pool) device.Pool {
	p.OutH = min(p.OutH, (p.H-1+p.PadTop)/p.StrideH+1)
	p.OutW = min(p.OutW, (p.W-1+p.PadLeft)/p.StrideW+1)
	return p
}

func (g *generator) randomPool() device.Pool {
	c := g.randomConv(20)
	p := device.Pool{Image: c.Image, Window: c.Window}
	p.PadTop, p.PadLeft = min(p.PadTop, p.KernelH-1), min(p.PadLeft, p.KernelW-1)
	return clipped(p)
}
