//go:build cgo

package vulkan

import (
	"fmt"
	"time"

	"tandem/engine/device"
	"tandem/vk"
)

// stateWords are those of the step state as kernels read it: the seed's low and
// high word, the step, the rate and the momentum.
const stateWords = 5

// SetStep sets what Dropout and SGD read when they run.
func (d *Device) SetStep(s device.StepState) {
	d.mustNotRecord("SetStep")
	if c := d.commands(); c != nil {
		d.words = [stateWords]uint32{uint32(s.Seed), uint32(s.Seed >> 32), s.Step, bits(s.Rate), bits(s.Momentum)}
		c.Update(d.state.gpu, 0, d.words[:])
	}
}

// step is the step state's buffer.
func (d *Device) step() view { return whole(d.state) }

// clearMarks writes every slot once, because none can be read before.
func (d *Device) clearMarks() {
	if c := d.commands(); c != nil && d.queries != nil {
		for slot := range device.MaxMarks {
			c.Timestamp(d.queries, slot)
		}
	}
}

// Mark records the time at which everything before it is done.
func (d *Device) Mark(slot int) {
	device.CheckMarks("Mark", slot, 1)
	c := d.commands()
	if c == nil || d.queries == nil {
		return
	}
	c.Timestamp(d.queries, slot)
	if r := d.recording; r != nil {
		r.marks = append(r.marks, slot)
		return
	}
	d.marked[slot] = true
}

// Marks waits for everything enqueued and reads the times of the first slots,
// by the host's clock.
func (d *Device) Marks(dst []time.Time) error {
	d.mustNotRecord("Marks")
	device.CheckMarks("Marks", 0, len(dst))
	if err := d.Sync(); err != nil {
		return err
	}
	if d.queries == nil {
		return d.named(fmt.Errorf("%s: %w", d.gpu.Physical().Name, vk.ErrNoTimestamps))
	}
	host, now, err := d.gpu.Calibrate()
	if err != nil {
		d.fail(err)
		return d.failure()
	}
	ticks := make([]uint64, len(dst))
	if err := d.queries.Read(ticks); err != nil {
		d.fail(err)
		return d.failure()
	}
	for i, t := range ticks {
		dst[i] = time.Time{}
		if d.marked[i] {
			dst[i] = host.Add(-d.gpu.Span(t, now))
		}
	}
	return nil
}

// Counts says what the device has done since it was opened.
func (d *Device) Counts() device.Counts {
	c, gpu := d.counts, d.gpu.Counts()
	c.Dispatches, c.Barriers, c.Submits, c.NativeCalls = gpu.Dispatches, gpu.Barriers, gpu.Submits, gpu.NativeCalls
	return c
}
