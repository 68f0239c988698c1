package devicetest

import (
	"fmt"
	"math"

	"tandem/engine/device"
	"tandem/engine/tensor"
)

// Measure runs the case on a device as Check does, and returns how near the
// limit the outputs came: the largest error as a share of what the case allows,
// above 1 where that is too much, +Inf where only exact results will do or none
// came out. The error says what is wrong, nil if nothing is.
func (c Case) Measure(d device.Device) (share float64, err error) {
	data := c.draw()
	want := c.expected(data)
	first, err := c.execute(d, data, float32(nan), false)
	if err != nil {
		return math.Inf(1), err
	}
	share = c.share(first, want, false)
	if err := c.judge(first, data, want, false); err != nil {
		return share, err
	}
	second, err := c.execute(d, data, 1e30, false)
	if err != nil {
		return math.Inf(1), err
	}
	if err := c.sameBits(first, second); err != nil {
		return share, fmt.Errorf("second run: %w", err)
	}
	return c.measureInPlace(d, data, want, share)
}

// measureInPlace runs the case once more where an output may be the same buffer
// as an input.
func (c Case) measureInPlace(d device.Device, data map[string][]float32, want values, share float64) (float64, error) {
	if c.inPlace[0] == "" {
		return share, nil
	}
	got, err := c.execute(d, data, float32(nan), true)
	if err != nil {
		return math.Inf(1), err
	}
	share = max(share, c.share(got, want, true))
	if err := c.judge(got, data, want, true); err != nil {
		return share, fmt.Errorf("in place: %w", err)
	}
	return share, nil
}

// share returns the largest error of all outputs over its tolerance.
func (c Case) share(got map[string][]float32, want values, shared bool) float64 {
	worst := 0.0
	for _, o := range c.operands {
		if o.role == aside || o.role == in || shared && o.name == c.inPlace[0] {
			continue
		}
		m := tensor.WorstAt(o.scale, got[o.name][:o.shape.Size()], want[o.name])
		if m.Error > 0 { // 0 of 0 allowed is no share
			worst = max(worst, m.Error/o.tol)
		}
	}
	return worst
}
