//go:build cgo

package vk

// #include "shim_device.h"
import "C"

import "fmt"

// Submit enqueues a finished recording: it runs when all of wait is reached, and
// then sets signal. Without commands (nil) it only waits and signals; without a
// timeline in signal it only runs. It returns at once.
func (d *Device) Submit(c *Commands, wait []Point, signal Point) error {
	err := d.submitOnly(c, wait, signal)
	if err == nil && c != nil {
		d.counts.submitted(c.recorded)
	}
	return err
}

// submitOnly is Submit without counting.
func (d *Device) submitOnly(c *Commands, wait []Point, signal Point) error {
	if err := d.enter(); err != nil {
		return err
	}
	defer d.leave()
	d.queue.Lock()
	defer d.queue.Unlock()
	if err := d.fillSubmit(c, wait, signal); err != nil {
		return err
	}
	d.called()
	return d.check("vkQueueSubmit", C.shimSubmit(d.native, &d.submit))
}

func (d *Device) fillSubmit(c *Commands, wait []Point, signal Point) error {
	call := &d.submit
	*call = C.shimSubmitCall{}
	if len(wait) > C.SHIM_WAITS {
		panic(fmt.Sprintf("vk: Submit waits for %d timelines, at most %d are possible", len(wait), C.SHIM_WAITS))
	}
	if c != nil {
		c.mustUse(d, "Submit")
		if c.state != finished {
			return fmt.Errorf("%s: submitted a recording that has not ended", d.p.Name)
		}
		call.commandBuffer = c.buffer
	}
	for i := range wait {
		wait[i].Timeline.mustUse(d, "Submit")
		call.waits[i], call.waitValues[i] = C.uint64_t(wait[i].Timeline.handle), C.uint64_t(wait[i].Value)
	}
	call.waitCount = C.uint32_t(len(wait))
	if signal.Timeline != nil {
		signal.Timeline.mustUse(d, "Submit")
		call.signal, call.signalValue = C.uint64_t(signal.Timeline.handle), C.uint64_t(signal.Value)
	}
	return nil
}
