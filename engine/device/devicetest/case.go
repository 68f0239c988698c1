package devicetest

import (
	"hash/fnv"
	"math/rand/v2"

	"tandem/engine/device"
	"tandem/engine/tensor"
)

// Case is one operation with one set of parameters: what it reads and writes,
// the float64 reference that says what must come out, and what it costs. The
// same case serves the test, the check of the reference's own gradients and
// the benchmark.
type Case struct {
	Op   string // the method of device.Device
	Name string // the parameters in words

	seed      uint64
	operands  []operand
	derive    func(v values) // fills the inputs that follow from others
	call      func(d device.Device, b buffers)
	reference func(v values) // overwrites the outputs
	state     device.StepState
	inPlace   [2]string // an input and the output that may share its buffer
	gradients []gradient
	flops     float64 // 0 where memory traffic is the cost
}

// operand is one array of a case.
type operand struct {
	name  string
	role  role
	shape tensor.Shape
	fill  fill    // nil for outputs and for what Case.derive makes
	tol   float64 // of outputs: the largest error, see tensor.WorstAt
	scale float64 // of the terms that may cancel in an output
}

type role int

const (
	in    role = iota // read by the operation, must stay as it is
	out               // overwritten, whatever it held
	inout             // read and overwritten
	whole             // overwritten to the buffer's very end, so without guard cells
	aside             // known to the reference alone, never on the device
)

// values are the operands as the references see them, buffers as the device
// does. A missing operand reads as nil.
type (
	values  map[string][]float64
	buffers map[string]device.Buffer
)

// gradient states which function an output differentiates: operand dx must be
// the derivative of sum(dy * forward) with respect to operand at.
type gradient struct {
	at, dy, dx string
	forward    func(v values) []float64
}

// draw returns the initial contents of every operand but the outputs. The same
// case draws the same numbers each time.
func (c Case) draw() map[string][]float32 {
	h := fnv.New64a()
	h.Write([]byte(c.Op + " " + c.Name))
	r := rand.New(rand.NewPCG(c.seed, h.Sum64()))
	data := map[string][]float32{}
	for _, o := range c.operands {
		if o.role == out || o.role == whole {
			continue
		}
		data[o.name] = make([]float32, o.shape.Size())
		if o.fill != nil {
			o.fill(r, data[o.name])
		}
	}
	if c.derive != nil {
		c.deriveInto(data)
	}
	return data
}

func (c Case) deriveInto(data map[string][]float32) {
	v := c.widen(data)
	c.derive(v)
	for _, o := range c.operands {
		if o.role == in && o.fill == nil {
			data[o.name] = narrow(v[o.name])
		}
	}
}

// expected returns every operand after the reference has run.
func (c Case) expected(data map[string][]float32) values {
	v := c.widen(data)
	c.reference(v)
	return v
}

// widen returns the contents in float64, NaN where the case draws none.
func (c Case) widen(data map[string][]float32) values {
	v := values{}
	for _, o := range c.operands {
		w := make([]float64, o.shape.Size())
		for i := range w {
			w[i] = nan
		}
		for i, x := range data[o.name] {
			w[i] = float64(x)
		}
		v[o.name] = w
	}
	return v
}

func narrow(v []float64) []float32 {
	x := make([]float32, len(v))
	for i := range v {
		x[i] = float32(v[i])
	}
	return x
}

// bytes is the memory traffic when every element moves once.
func (c Case) bytes() float64 {
	var n int
	for _, o := range c.operands {
		switch o.role {
		case in, out, whole:
			n += o.shape.Size()
		case inout:
			n += 2 * o.shape.Size()
		}
	}
	return 4 * float64(n)
}
