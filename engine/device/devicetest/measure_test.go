package devicetest

import (
	"math"
	"testing"

	"tandem/engine/device"
)

// An error just inside and just outside what is allowed, none, and NaN.
func TestMeasureTellsTheShare(t *testing.T) {
	c := scaleCase(5, 2)
	for _, k := range []struct {
		name     string
		off      float32 // relative error of the device, in units of the tolerance
		low, top float64
		failed   bool
	}{
		{"right", 0, 0, 0, false},
		{"inside", 0.75, 0.5, 1, false},
		{"outside", 3, 2, 4, true},
		{"no number", float32(math.NaN()), math.Inf(1), math.Inf(1), true},
	} {
		t.Run(k.name, func(t *testing.T) {
			d := &scaleMutant{refDevice: newRefDevice(), factor: 1 + k.off*float32(c.operands[1].tol)}
			share, err := c.Measure(d)
			if !(share >= k.low && share <= k.top) || (err != nil) != k.failed {
				t.Errorf("share %g, error %v", share, err)
			}
		})
	}
}
