package devicetest

import (
	"errors"
	"fmt"
	"time"

	"tandem/engine/device"
)

// refDevice is a backend made of the references: it must pass the suite, and
// with one operation broken it must not.
type refDevice struct {
	state  device.StepState
	closed bool
	counts device.Counts
	marks  []time.Time
	tape   *refTape // of the recording in the making
	line   *refLine // nil as long as calls run at once
}

type refBuffer struct{ words []float32 }

func (b refBuffer) Len() int { return len(b.words) }

func words(b device.Buffer) []float32 { return b.(refBuffer).words }

// wide returns the first n elements in float64, nil for no buffer.
func wide(b device.Buffer, n int) []float64 {
	if b == nil {
		return nil
	}
	v := make([]float64, n)
	for i := range v {
		v[i] = float64(words(b)[i])
	}
	return v
}

// store runs f on scratch outputs of the given sizes and then writes them to
// the buffers.
func (d *refDevice) store(f func(v ...[]float64), outputs ...output) {
	d.operation(func() {
		var scratch [][]float64
		for _, o := range outputs {
			scratch = append(scratch, wide(o.to, o.n))
		}
		f(scratch...)
		for i, o := range outputs {
			if o.to != nil {
				copy(words(o.to), narrow(scratch[i]))
			}
		}
	})
}

type output struct {
	to device.Buffer
	n  int
}

var errClosed = errors.New("ref: closed")

func (d *refDevice) Info() device.Info {
	return device.Info{ID: "ref", Name: "references", Kind: "cpu", Driver: "float64"}
}

func (d *refDevice) Alloc(n int) (device.Buffer, error) {
	if d.closed {
		return nil, errClosed
	}
	if n > 1<<30 {
		return nil, errors.New("ref: out of memory")
	}
	return refBuffer{make([]float32, n)}, nil
}

func (d *refDevice) Free(device.Buffer) {}

func block(b device.Buffer, offset, n int) []float32 {
	if offset < 0 || offset+n > b.Len() {
		panic(fmt.Sprintf("ref: elements %d to %d of %d", offset, offset+n, b.Len()))
	}
	return words(b)[offset : offset+n]
}

func (d *refDevice) ConvForward(p device.Conv, x, w, b, y device.Buffer) {
	d.convForward(p, false, x, w, b, y)
}
func (d *refDevice) ConvBackwardInput(p device.Conv, dy, w, dx device.Buffer) {
	d.convInput(p, false, dy, w, dx)
}
func (d *refDevice) ConvBackwardWeights(p device.Conv, x, dy, dw, db device.Buffer) {
	d.convWeights(p, false, x, dy, dw, db)
}
func (d *refDevice) LocalForward(p device.Conv, x, w, b, y device.Buffer) {
	d.convForward(p, true, x, w, b, y)
}
func (d *refDevice) LocalBackwardInput(p device.Conv, dy, w, dx device.Buffer) {
	d.convInput(p, true, dy, w, dx)
}
func (d *refDevice) LocalBackwardWeights(p device.Conv, x, dy, dw, db device.Buffer) {
	d.convWeights(p, true, x, dy, dw, db)
}

func (d *refDevice) convForward(p device.Conv, local bool, x, w, b, y device.Buffer) {
	p.CheckBuffers("conv", local, x, w, b, y)
	weights, biases := convSizes(p, local)
	d.store(func(v ...[]float64) {
		refConv(p, local, wide(x, p.Size()), wide(w, weights), wide(b, biases), v[0])
	}, output{y, p.OutSize()})
}

func (d *refDevice) convInput(p device.Conv, local bool, dy, w, dx device.Buffer) {
	p.CheckBuffers("conv", local, dx, w, nil, dy)
	weights, _ := convSizes(p, local)
	d.store(func(v ...[]float64) {
		refConvInput(p, local, wide(dy, p.OutSize()), wide(w, weights), v[0])
	}, output{dx, p.Size()})
}

func (d *refDevice) convWeights(p device.Conv, local bool, x, dy, dw, db device.Buffer) {
	p.CheckBuffers("conv", local, x, dw, db, dy)
	weights, biases := convSizes(p, local)
	d.store(func(v ...[]float64) {
		refConvWeights(p, local, wide(x, p.Size()), wide(dy, p.OutSize()), v[0], v[1])
	}, output{dw, weights}, output{db, biases})
}

func convSizes(p device.Conv, local bool) (weights, biases int) {
	weights, biases = p.K*p.FilterSize(), p.K
	if local {
		return weights * p.OutH * p.OutW, biases * p.OutH * p.OutW
	}
	return weights, biases
}

func (d *refDevice) FCForward(p device.FC, x, w, b, y device.Buffer) {
	p.CheckBuffers("fc", x, w, b, y)
	d.store(func(v ...[]float64) {
		refFC(p, wide(x, p.N*p.In), wide(w, p.In*p.Out), wide(b, p.Out), v[0])
	}, output{y, p.N * p.Out})
}

func (d *refDevice) FCBackwardInput(p device.FC, dy, w, dx device.Buffer) {
	p.CheckBuffers("fc", dx, w, nil, dy)
	d.store(func(v ...[]float64) {
		refFCInput(p, wide(dy, p.N*p.Out), wide(w, p.In*p.Out), v[0])
	}, output{dx, p.N * p.In})
}

func (d *refDevice) FCBackwardWeights(p device.FC, x, dy, dw, db device.Buffer) {
	p.CheckBuffers("fc", x, dw, db, dy)
	d.store(func(v ...[]float64) {
		refFCWeights(p, wide(x, p.N*p.In), wide(dy, p.N*p.Out), v[0], v[1])
	}, output{dw, p.In * p.Out}, output{db, p.Out})
}

func (d *refDevice) Fill(dst device.Buffer, value float32) {
	d.operation(func() {
		for i := range words(dst) {
			words(dst)[i] = value
		}
	})
}

func (d *refDevice) Copy(p device.Copy, src, dst device.Buffer) {
	p.CheckBuffers(src, dst)
	d.store(func(v ...[]float64) { refCopy(p, wide(src, src.Len()), v[0]) },
		output{dst, p.DstOffset + (p.Rows-1)*p.DstStride + p.Cols})
}

func (d *refDevice) Scale(n int, factor float32, x, y device.Buffer) {
	device.Activation{N: n}.CheckBuffers("Scale", x, y)
	d.operation(func() {
		for i, v := range words(x)[:n] {
			words(y)[i] = factor * v
		}
	})
}

func (d *refDevice) Activate(p device.Activation, x, y device.Buffer) {
	p.CheckBuffers("Activate", x, y)
	d.store(func(v ...[]float64) { refActivate(p.F, wide(x, p.N), v[0]) }, output{y, p.N})
}

func (d *refDevice) ActivateBackward(p device.Activation, y, dy, dx device.Buffer) {
	p.CheckBuffers("ActivateBackward", y, dy, dx)
	d.store(func(v ...[]float64) { refActivateBackward(p.F, wide(y, p.N), wide(dy, p.N), v[0]) }, output{dx, p.N})
}

func (d *refDevice) Dropout(p device.Dropout, x, y device.Buffer) {
	p.CheckBuffers(x, y)
	n := p.Rows * p.Cols
	d.store(func(v ...[]float64) { refDropout(p, d.state, wide(x, n), v[0]) }, output{y, n})
}

func (d *refDevice) SGD(p device.SGD, w, g, v device.Buffer) {
	p.CheckBuffers(w, g, v)
	d.store(func(o ...[]float64) { refSGD(p, d.state, o[0], wide(g, p.N), o[1]) }, output{w, p.N}, output{v, p.N})
}

func (d *refDevice) LRN(p device.LRN, x, y device.Buffer) {
	p.CheckBuffers("LRN", x, y)
	n := p.Image.Size()
	d.store(func(v ...[]float64) { refLRN(p, wide(x, n), v[0]) }, output{y, n})
}

func (d *refDevice) LRNBackward(p device.LRN, x, dy, dx device.Buffer) {
	p.CheckBuffers("LRNBackward", x, dy, dx)
	n := p.Image.Size()
	d.store(func(v ...[]float64) { refLRNBackward(p, wide(x, n), wide(dy, n), v[0]) }, output{dx, n})
}

type bufferList = []device.Buffer

func (d *refDevice) MaxPool(p device.Pool, x, y, index device.Buffer) {
	p.CheckBuffers("MaxPool", bufferList{x}, bufferList{y, index})
	d.store(func(v ...[]float64) { refMaxPool(p, wide(x, p.Size()), v[0], v[1]) },
		output{y, p.OutSize()}, output{index, p.OutSize()})
}

func (d *refDevice) MaxPoolBackward(p device.Pool, index, dy, dx device.Buffer) {
	p.CheckBuffers("MaxPoolBackward", bufferList{dx}, bufferList{index, dy})
	d.store(func(v ...[]float64) {
		refMaxPoolBackward(p, wide(index, p.OutSize()), wide(dy, p.OutSize()), v[0])
	}, output{dx, p.Size()})
}

func (d *refDevice) AvgPool(p device.Pool, x, y device.Buffer) {
	p.CheckBuffers("AvgPool", bufferList{x}, bufferList{y})
	d.store(func(v ...[]float64) { refAvgPool(p, wide(x, p.Size()), v[0]) }, output{y, p.OutSize()})
}

func (d *refDevice) AvgPoolBackward(p device.Pool, dy, dx device.Buffer) {
	p.CheckBuffers("AvgPoolBackward", bufferList{dx}, bufferList{dy})
	d.store(func(v ...[]float64) { refAvgPoolBackward(p, wide(dy, p.OutSize()), v[0]) }, output{dx, p.Size()})
}

func (d *refDevice) Softmax(p device.Classes, x, y device.Buffer) {
	p.CheckBuffers("Softmax", bufferList{x, y}, nil)
	d.store(func(v ...[]float64) { refSoftmax(p, wide(x, p.N*p.C), v[0]) }, output{y, p.N * p.C})
}

func (d *refDevice) CrossEntropy(p device.Classes, x, labels, loss device.Buffer) {
	p.CheckBuffers("CrossEntropy", bufferList{x}, bufferList{labels, loss})
	d.store(func(v ...[]float64) { refCrossEntropy(p, wide(x, p.N*p.C), wide(labels, p.N), v[0]) }, output{loss, p.N})
}

func (d *refDevice) SoftmaxBackward(p device.Classes, scale float32, probs, labels, dx device.Buffer) {
	p.CheckBuffers("SoftmaxBackward", bufferList{probs, dx}, bufferList{labels})
	n := p.N * p.C
	d.store(func(v ...[]float64) {
		refSoftmaxBackward(p, float64(scale), wide(probs, n), wide(labels, p.N), v[0])
	}, output{dx, n})
}

func (d *refDevice) Rank(p device.Classes, scores, labels, rank device.Buffer) {
	p.CheckBuffers("Rank", bufferList{scores}, bufferList{labels, rank})
	d.store(func(v ...[]float64) { refRank(p, wide(scores, p.N*p.C), wide(labels, p.N), v[0]) }, output{rank, p.N})
}
