package devicetest

import (
	"errors"
	"math"

	"tandem/engine/device"
)

type convMutant struct {
	refDevice
	tamper                       func(p *device.Conv)
	noBias, dropLast, addWeights bool
}

func (d convMutant) apply(p device.Conv) device.Conv {
	if d.tamper != nil {
		d.tamper(&p)
	}
	return p
}

func (d convMutant) ConvForward(p device.Conv, x, w, b, y device.Buffer) {
	if d.noBias {
		b = nil
	}
	d.refDevice.ConvForward(d.apply(p), x, w, b, y)
	if d.dropLast {
		words(y)[p.OutSize()-1] = 0
	}
}

func (d convMutant) ConvBackwardInput(p device.Conv, dy, w, dx device.Buffer) {
	d.refDevice.ConvBackwardInput(d.apply(p), dy, w, dx)
}

func (d convMutant) ConvBackwardWeights(p device.Conv, x, dy, dw, db device.Buffer) {
	before := append([]float32(nil), words(dw)...)
	d.refDevice.ConvBackwardWeights(d.apply(p), x, dy, dw, db)
	if d.addWeights {
		for i := range p.K * p.FilterSize() {
			words(dw)[i] += before[i]
		}
	}
}

type localMutant struct {
	refDevice
	shared bool
}

func (d localMutant) LocalForward(p device.Conv, x, w, b, y device.Buffer) {
	if d.shared {
		d.refDevice.ConvForward(p, x, w, b, y)
	}
}

func (d localMutant) LocalBackwardInput(p device.Conv, dy, w, dx device.Buffer) {
	p.StrideH, p.StrideW = p.StrideW, p.StrideH
	d.refDevice.LocalBackwardInput(p, dy, w, dx)
}

func (d localMutant) LocalBackwardWeights(p device.Conv, x, dy, dw, db device.Buffer) {
	p.StrideH, p.StrideW = p.StrideW, p.StrideH
	d.refDevice.LocalBackwardWeights(p, x, dy, dw, db)
}

type fcMutant struct{ refDevice }

func (d fcMutant) FCForward(p device.FC, x, w, b, y device.Buffer) {
	d.refDevice.FCForward(p, x, w, b, y)
	words(y)[p.N*p.Out-1] = 0
}

func (d fcMutant) FCBackwardInput(p device.FC, dy, w, dx device.Buffer) {
	p.N--
	if p.N > 0 {
		d.refDevice.FCBackwardInput(p, dy, w, dx)
	}
}

func (d fcMutant) FCBackwardWeights(p device.FC, x, dy, dw, db device.Buffer) {
	p.N = max(1, p.N-1)
	d.refDevice.FCBackwardWeights(p, x, dy, dw, db)
}

type lrnMutant struct {
	refDevice
	tamper        func(p *device.LRN)
	forwardWindow bool
}

func (d lrnMutant) LRN(p device.LRN, x, y device.Buffer) {
	d.tamper(&p)
	p.Size = max(1, p.Size)
	d.refDevice.LRN(p, x, y)
}

func (d lrnMutant) LRNBackward(p device.LRN, x, dy, dx device.Buffer) {
	if d.forwardWindow {
		d.gather(p, x, dy, dx)
		return
	}
	d.tamper(&p)
	p.Size = max(1, p.Size)
	d.refDevice.LRNBackward(p, x, dy, dx)
}

// gather sums over the elements in i's own window instead of those in whose
// windows i lies.
func (d lrnMutant) gather(p device.LRN, x, dy, dx device.Buffer) {
	n := p.Image.Size()
	xs, dys := wide(x, n), wide(dy, n)
	s, near := make([]float64, n), make([][]int, n)
	eachDivisor(p, xs, func(i int, window []int, divisor float64) { s[i], near[i] = divisor, window })
	beta, alpha := float64(p.Beta), float64(p.Alpha)
	for i := range n {
		sum := 0.0
		for _, j := range near[i] {
			sum += dys[j] * xs[j] * math.Pow(s[j], -beta-1)
		}
		words(dx)[i] = float32(dys[i]*math.Pow(s[i], -beta) - 2*alpha*beta*xs[i]*sum)
	}
}

type maxMutant struct {
	refDevice
	beats func(a, b float64) bool
	floor bool
}

func (d maxMutant) MaxPool(p device.Pool, x, y, index device.Buffer) {
	xs := wide(x, p.Size())
	eachWindow(p, func(o int, window []pixel) {
		best, value := window[0], xs[window[0].index]
		if d.floor {
			best, value = pixel{}, -math.MaxFloat32
		}
		for _, q := range window {
			if q != best && d.beats(xs[q.index], value) {
				best, value = q, xs[q.index]
			}
		}
		words(y)[o], words(index)[o] = float32(value), float32(best.place)
	})
}

func (d maxMutant) MaxPoolBackward(p device.Pool, index, dy, dx device.Buffer) {
	clear(words(dx)[:p.Size()])
	eachWindow(p, func(o int, window []pixel) {
		for _, q := range window {
			if q.place == int(words(index)[o]) {
				words(dx)[q.index] = words(dy)[o]
			}
		}
	})
}

type avgMutant struct {
	refDevice
	whole bool
}

func (d avgMutant) AvgPool(p device.Pool, x, y device.Buffer) {
	d.refDevice.AvgPool(p, x, y)
	if !d.whole {
		words(y)[p.OutSize()-1] = 0
		return
	}
	eachWindow(p, func(o int, window []pixel) {
		words(y)[o] *= float32(len(window)) / float32(p.KernelH*p.KernelW)
	})
}

func (d avgMutant) AvgPoolBackward(p device.Pool, dy, dx device.Buffer) {
	scaled := refBuffer{append([]float32(nil), words(dy)...)}
	eachWindow(p, func(o int, window []pixel) {
		scaled.words[o] *= float32(len(window)) / float32(p.KernelH*p.KernelW)
	})
	d.refDevice.AvgPoolBackward(p, scaled, dx)
}

type fillMutant struct{ refDevice }

func (d fillMutant) Fill(dst device.Buffer, value float32) {
	for i := range words(dst)[1:] {
		words(dst)[i] = value
	}
}

type copyMutant struct {
	refDevice
	tamper func(p *device.Copy)
}

func (d copyMutant) Copy(p device.Copy, src, dst device.Buffer) {
	d.tamper(&p)
	d.refDevice.Copy(p, src, dst)
}

type scaleMutant struct {
	refDevice
	past, readsPast, spoils bool
	calls                   *int
}

func (d scaleMutant) Scale(n int, factor float32, x, y device.Buffer) {
	d.refDevice.Scale(n, factor, x, y)
	switch {
	case d.past:
		words(y)[n] = 0
	case d.readsPast:
		words(y)[n-1] += 0 * words(x)[n]
	case d.spoils:
		words(x)[0]++
	case d.calls != nil:
		*d.calls++
		words(y)[0] = math.Nextafter32(words(y)[0], float32(*d.calls%2))
	}
}

type activateMutant struct{ refDevice }

func (d activateMutant) Activate(p device.Activation, x, y device.Buffer) {
	d.refDevice.Activate(p, x, y)
	for i, v := range words(y)[:p.N] {
		if v != v {
			words(y)[i] = 0
		}
	}
}

func (d activateMutant) ActivateBackward(p device.Activation, y, dy, dx device.Buffer) {
	clear(words(dx)[:p.N])
	d.refDevice.ActivateBackward(p, y, dy, dx)
}

type dropoutMutant struct {
	refDevice
	tamper func(p *device.Dropout)
	frozen bool
}

func (d *dropoutMutant) SetStep(s device.StepState) {
	if !d.frozen {
		d.refDevice.SetStep(s)
	}
}

func (d dropoutMutant) Dropout(p device.Dropout, x, y device.Buffer) {
	d.tamper(&p)
	d.refDevice.Dropout(p, x, y)
}

type sgdMutant struct {
	refDevice
	tamper func(p *device.SGD)
	late   bool
}

func (d sgdMutant) SGD(p device.SGD, w, g, v device.Buffer) {
	d.tamper(&p)
	if d.late {
		for i := range p.N {
			words(w)[i] += words(v)[i]
		}
	}
	d.refDevice.SGD(p, w, g, v)
}

type softmaxMutant struct{ refDevice }

func (d softmaxMutant) Softmax(p device.Classes, x, y device.Buffer) {
	for n := range p.N {
		row, sum := words(x)[n*p.C:(n+1)*p.C], float32(0)
		for _, v := range row {
			sum += float32(math.Exp(float64(v)))
		}
		for c, v := range row {
			words(y)[n*p.C+c] = float32(math.Exp(float64(v))) / sum
		}
	}
}

func (d softmaxMutant) CrossEntropy(p device.Classes, x, labels, loss device.Buffer) {
	probs := refBuffer{make([]float32, p.N*p.C)}
	d.refDevice.Softmax(p, x, probs)
	for n := range p.N {
		words(loss)[n] = float32(-math.Log(float64(probs.words[n*p.C+int(words(labels)[n])])))
	}
}

func (d softmaxMutant) SoftmaxBackward(p device.Classes, _ float32, probs, labels, dx device.Buffer) {
	d.refDevice.SoftmaxBackward(p, 1, probs, labels, dx)
}

type rankMutant struct {
	refDevice
	reversed bool
}

func (d rankMutant) Rank(p device.Classes, scores, labels, rank device.Buffer) {
	for n := range p.N {
		row, label := words(scores)[n*p.C:(n+1)*p.C], int(words(labels)[n])
		count := 0
		for c, v := range row {
			if v > row[label] || v == row[label] && d.reversed == (c > label) && c != label {
				count++
			}
		}
		words(rank)[n] = float32(count)
	}
}

// lazyUpload reads what it was given when it is asked for the result.
type lazyUpload struct {
	refDevice
	pending []func()
}

func (d *lazyUpload) Upload(dst device.Buffer, offset int, src []float32) {
	d.pending = append(d.pending, func() { d.refDevice.Upload(dst, offset, src) })
}

func (d *lazyUpload) Download(src device.Buffer, offset int, dst []float32) error {
	for _, f := range d.pending {
		f()
	}
	return d.refDevice.Download(src, offset, dst)
}

type generous struct{ refDevice }

func (d generous) Alloc(n int) (device.Buffer, error) {
	if n > 1<<30 {
		return nil, errors.New("no")
	}
	return d.refDevice.Alloc(n)
}

type openForever struct{ refDevice }

func (d openForever) Close() error { return nil }

type unchecked struct{ refDevice }

func (d unchecked) Scale(n int, factor float32, x, y device.Buffer) {
	for i, v := range words(x)[:n] {
		words(y)[i] = factor * v
	}
}
