//go:build cgo

package vulkan

import (
	"tandem/engine/device"
	"tandem/shaders"
)

// SGD applies one update of the paper's section 5 with the rate and momentum of
// the current step.
func (d *Device) SGD(p device.SGD, w, g, v device.Buffer) {
	p.CheckBuffers(w, g, v)
	d.count().Operations++
	for first, n := range d.runs(p.N) {
		d.byFours(shaders.SGD, n, []uint32{bits(p.RateFactor), bits(p.Decay)}, nil,
			at(w, first, n), at(g, first, n), at(v, first, n), d.step())
	}
}
