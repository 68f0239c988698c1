package cpu

import "tandem/engine/device"

// SGD applies one update of the paper's section 5 with the rate and momentum of
// the current step.
func (d *Device) SGD(p device.SGD, w, g, v device.Buffer) {
	p.CheckBuffers(w, g, v)
	weights, gradient, velocity := data(w), data(g), data(v)
	d.enqueue(func() {
		rate, momentum := d.state.Rate*p.RateFactor, d.state.Momentum
		d.parallelRange(p.N, grain, func(lo, hi int) {
			update(weights[lo:hi], gradient[lo:hi], velocity[lo:hi], momentum, p.Decay*rate, rate)
		})
	})
}

func update(w, g, v []float32, momentum, decay, rate float32) {
	for i := updateVector(w, g, v, momentum, decay, rate); i < len(w); i++ {
		v[i] = momentum*v[i] - decay*w[i] - rate*g[i]
		w[i] += v[i]
	}
}
