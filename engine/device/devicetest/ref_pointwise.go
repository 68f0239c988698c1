package devicetest

import (
	"math"

	"tandem/engine/device"
	"tandem/engine/tensor"
)

func refCopy(p device.Copy, src, dst []float64) {
	for r := range p.Rows {
		for c := range p.Cols {
			to := &dst[p.DstOffset+r*p.DstStride+c]
			from := src[p.SrcOffset+r*p.SrcStride+c]
			if p.Accumulate {
				from += *to
			}
			*to = from
		}
	}
}

func refActivate(f device.Function, x, y []float64) {
	for i, v := range x {
		switch {
		case f == device.Tanh:
			y[i] = math.Tanh(v)
		case f == device.Sigmoid:
			y[i] = 1 / (1 + math.Exp(-v))
		case v < 0:
			y[i] = 0
		default:
			y[i] = v // NaN too
		}
	}
}

// refActivateBackward writes each derivative in terms of the output.
func refActivateBackward(f device.Function, y, dy, dx []float64) {
	for i, v := range y {
		switch {
		case f == device.Tanh:
			dx[i] = dy[i] * (1 - v*v)
		case f == device.Sigmoid:
			dx[i] = dy[i] * v * (1 - v)
		case v > 0:
			dx[i] = dy[i]
		default:
			dx[i] = 0
		}
	}
}

func refDropout(p device.Dropout, s device.StepState, x, y []float64) {
	stream := tensor.NewStream(s.Seed, p.Purpose, s.Step)
	for r := range p.Rows {
		for c := range p.Cols {
			word := stream.Uint32(uint64(r)*uint64(p.Total) + uint64(p.Offset+c))
			i := r*p.Cols + c
			if float64(word) < float64(p.Keep)*(1<<32) {
				y[i] = float64(p.Scale) * x[i]
			} else {
				y[i] = 0
			}
		}
	}
}

func refSGD(p device.SGD, s device.StepState, w, g, v []float64) {
	rate := float64(s.Rate) * float64(p.RateFactor)
	for i := range w {
		v[i] = float64(s.Momentum)*v[i] - float64(p.Decay)*rate*w[i] - rate*g[i]
		w[i] += v[i]
	}
}
