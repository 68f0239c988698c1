package devicetest

import (
	"fmt"

	"tandem/engine/device"
	"tandem/engine/tensor"
)

// matrixOp is a layer with learned weights under test. Convolution, local
// convolution and the fully connected layer differ in these fields alone.
type matrixOp struct {
	prefix, name string
	x, w, b, y   tensor.Shape
	fanIn        int // products in an element of y, of dx and of dw
	fanOut       int
	fanBatch     int

	forward  func(x, w, b, y []float64)
	input    func(dy, w, dx []float64)
	weights  func(x, dy, dw, db []float64)
	onDevice func(d device.Device) matrixCalls
}

// matrixCalls are the three calls of a device for one set of parameters.
type matrixCalls struct {
	forward func(x, w, b, y device.Buffer)
	input   func(dy, w, dx device.Buffer)
	weights func(x, dy, dw, db device.Buffer)
}

// cases returns all three passes, forward and weights with and without bias.
func (m matrixOp) cases() []Case {
	return []Case{
		m.forwardCase(true), m.forwardCase(false), m.inputCase(),
		m.weightsCase(true), m.weightsCase(false),
	}
}

// passes returns each pass once, with bias.
func (m matrixOp) passes() []Case {
	return []Case{m.forwardCase(true), m.inputCase(), m.weightsCase(true)}
}

func (m matrixOp) flops() float64 { return 2 * float64(m.y.Size()) * float64(m.fanIn) }

func (m matrixOp) title(bias bool) string {
	if bias {
		return m.name
	}
	return m.name + " without bias"
}

func (m matrixOp) forwardCase(bias bool) Case {
	c := Case{
		Op: m.prefix + "Forward", Name: m.title(bias), flops: m.flops(),
		operands: []operand{
			{name: "x", shape: m.x, fill: normal(1)},
			{name: "w", shape: m.w, fill: normal(1)},
			sum(operand{name: "y", shape: m.y}, m.fanIn),
		},
		call: func(d device.Device, b buffers) {
			m.onDevice(d).forward(b["x"], b["w"], b["b"], b["y"])
		},
		reference: func(v values) { m.forward(v["x"], v["w"], v["b"], v["y"]) },
	}
	if bias {
		c.operands = append(c.operands, operand{name: "b", shape: m.b, fill: normal(1)})
	}
	return c
}

// output computes y for the gradient checks.
func (m matrixOp) output(v values) []float64 {
	y := make([]float64, m.y.Size())
	m.forward(v["x"], v["w"], v["b"], y)
	return y
}

func (m matrixOp) inputCase() Case {
	return Case{
		Op: m.prefix + "BackwardInput", Name: m.name, flops: m.flops(),
		operands: []operand{
			{name: "x", role: aside, shape: m.x, fill: normal(1)},
			{name: "dy", shape: m.y, fill: normal(1)},
			{name: "w", shape: m.w, fill: normal(1)},
			sum(operand{name: "dx", shape: m.x}, m.fanOut),
		},
		call: func(d device.Device, b buffers) {
			m.onDevice(d).input(b["dy"], b["w"], b["dx"])
		},
		reference: func(v values) { m.input(v["dy"], v["w"], v["dx"]) },
		gradients: []gradient{{at: "x", dy: "dy", dx: "dx", forward: m.output}},
	}
}

func (m matrixOp) weightsCase(bias bool) Case {
	c := Case{
		Op: m.prefix + "BackwardWeights", Name: m.title(bias), flops: m.flops(),
		operands: []operand{
			{name: "x", shape: m.x, fill: normal(1)},
			{name: "w", role: aside, shape: m.w, fill: normal(1)},
			{name: "dy", shape: m.y, fill: normal(1)},
			sum(operand{name: "dw", shape: m.w}, m.fanBatch),
		},
		call: func(d device.Device, b buffers) {
			m.onDevice(d).weights(b["x"], b["dy"], b["dw"], b["db"])
		},
		reference: func(v values) { m.weights(v["x"], v["dy"], v["dw"], v["db"]) },
		gradients: []gradient{{at: "w", dy: "dy", dx: "dw", forward: m.output}},
	}
	if bias {
		c.operands = append(c.operands,
			operand{name: "b", role: aside, shape: m.b, fill: normal(1)},
			sum(operand{name: "db", shape: m.b}, m.fanBatch))
		c.gradients = append(c.gradients, gradient{at: "b", dy: "dy", dx: "db", forward: m.output})
	}
	return c
}

func convOp(p device.Conv) matrixOp {
	m := sharedOrLocal(p, false)
	m.prefix = "Conv"
	m.w, m.b = tensor.Shape{p.K, p.C / p.Groups, p.KernelH, p.KernelW}, tensor.Shape{p.K}
	m.fanBatch = p.N * p.OutH * p.OutW
	m.onDevice = func(d device.Device) matrixCalls {
		return matrixCalls{
			func(x, w, b, y device.Buffer) { d.ConvForward(p, x, w, b, y) },
			func(dy, w, dx device.Buffer) { d.ConvBackwardInput(p, dy, w, dx) },
			func(x, dy, dw, db device.Buffer) { d.ConvBackwardWeights(p, x, dy, dw, db) },
		}
	}
	return m
}

func localOp(p device.Conv) matrixOp {
	m := sharedOrLocal(p, true)
	m.prefix = "Local"
	m.w = tensor.Shape{p.OutH, p.OutW, p.K, p.C / p.Groups, p.KernelH, p.KernelW}
	m.b = tensor.Shape{p.K, p.OutH, p.OutW}
	m.fanBatch = p.N
	m.onDevice = func(d device.Device) matrixCalls {
		return matrixCalls{
			func(x, w, b, y device.Buffer) { d.LocalForward(p, x, w, b, y) },
			func(dy, w, dx device.Buffer) { d.LocalBackwardInput(p, dy, w, dx) },
			func(x, dy, dw, db device.Buffer) { d.LocalBackwardWeights(p, x, dy, dw, db) },
		}
	}
	return m
}

func sharedOrLocal(p device.Conv, local bool) matrixOp {
	return matrixOp{
		name:     convName(p),
		x:        tensor.Shape{p.N, p.C, p.H, p.W},
		y:        tensor.Shape{p.N, p.K, p.OutH, p.OutW},
		fanIn:    p.FilterSize(),
		fanOut:   p.K / p.Groups * p.KernelH * p.KernelW,
		forward:  func(x, w, b, y []float64) { refConv(p, local, x, w, b, y) },
		input:    func(dy, w, dx []float64) { refConvInput(p, local, dy, w, dx) },
		weights:  func(x, dy, dw, db []float64) { refConvWeights(p, local, x, dy, dw, db) },
		onDevice: nil,
	}
}

func fcOp(p device.FC) matrixOp {
	return matrixOp{
		prefix: "FC", name: fmt.Sprintf("N%d in%d out%d", p.N, p.In, p.Out),
		x: tensor.Shape{p.N, p.In}, w: tensor.Shape{p.Out, p.In}, b: tensor.Shape{p.Out}, y: tensor.Shape{p.N, p.Out},
		fanIn: p.In, fanOut: p.Out, fanBatch: p.N,
		forward: func(x, w, b, y []float64) { refFC(p, x, w, b, y) },
		input:   func(dy, w, dx []float64) { refFCInput(p, dy, w, dx) },
		weights: func(x, dy, dw, db []float64) { refFCWeights(p, x, dy, dw, db) },
		onDevice: func(d device.Device) matrixCalls {
			return matrixCalls{
				func(x, w, b, y device.Buffer) { d.FCForward(p, x, w, b, y) },
				func(dy, w, dx device.Buffer) { d.FCBackwardInput(p, dy, w, dx) },
				func(x, dy, dw, db device.Buffer) { d.FCBackwardWeights(p, x, dy, dw, db) },
			}
		},
	}
}

func convName(p device.Conv) string {
	return fmt.Sprintf("%s K%d G%d %s", imageName(p.Image), p.K, p.Groups, windowName(p.Window))
}

func imageName(i device.Image) string { return fmt.Sprintf("N%d C%d %dx%d", i.N, i.C, i.H, i.W) }

func windowName(w device.Window) string {
	return fmt.Sprintf("kernel %dx%d stride %dx%d pad %d,%d out %dx%d",
		w.KernelH, w.KernelW, w.StrideH, w.StrideW, w.PadTop, w.PadLeft, w.OutH, w.OutW)
}
