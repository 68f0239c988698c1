package devicetest

import (
	"errors"
	"math"
	"testing"

	"tandem/engine/device"
)

// offDevice multiplies what Activate computes.
type offDevice struct {
	refDevice
	factor float64
}

func (d *offDevice) Activate(p device.Activation, x, y device.Buffer) {
	d.refDevice.Activate(p, x, y)
	for i, v := range words(y)[:p.N] {
		words(y)[i] = float32(d.factor * float64(v))
	}
}

// Results that are right, inside what is allowed, outside of it, and no numbers.
func TestMeasureTellsTheShare(t *testing.T) {
	c := activateCase(50, device.Tanh)
	for _, k := range []struct {
		name      string
		factor    float64
		low, high float64
		failed    bool
	}{
		{"right", 1, 0, 0.02, false},
		{"inside", 1 + 0.75*elementary, 0.7, 0.8, false},
		{"outside", 1 - 3*elementary, 2.9, 3.1, true},
		{"no number", nan, math.Inf(1), math.Inf(1), true},
	} {
		t.Run(k.name, func(t *testing.T) {
			share, err := c.Measure(&offDevice{factor: k.factor})
			if !(share >= k.low && share <= k.high) || (err != nil) != k.failed {
				t.Errorf("share %g, error %v", share, err)
			}
		})
	}
}

// An error is infinite where nothing but the exact result will do.
func TestMeasureOfExactResults(t *testing.T) {
	c := fillCase(20, 1.5)
	if share, err := c.Measure(&refDevice{}); share != 0 || err != nil {
		t.Errorf("share %g, error %v", share, err)
	}
	d := &nearFill{}
	if share, err := c.Measure(d); !math.IsInf(share, 1) || err == nil {
		t.Errorf("share %g, error %v", share, err)
	}
}

type nearFill struct{ refDevice }

func (d *nearFill) Fill(dst device.Buffer, value float32) {
	d.refDevice.Fill(dst, math.Nextafter32(value, 2))
}

type brokenDevice struct{ refDevice }

var errBroken = errors.New("broken")

func (*brokenDevice) Alloc(int) (device.Buffer, error) { return nil, errBroken }

func TestMeasureReturnsTheDevicesError(t *testing.T) {
	if _, err := fillCase(20, 1.5).Measure(&brokenDevice{}); !errors.Is(err, errBroken) {
		t.Errorf("error %v", err)
	}
}
