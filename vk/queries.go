//go:build cgo

package vk

// #include "shim_device.h"
import "C"

import (
	"fmt"
	"time"
	"unsafe"

	vulkan "github.com/vulkan-go/vulkan"
)

// Queries holds times of the device, a slot each.
type Queries struct {
	owned
	n      int
	mask   uint64
	handle vulkan.QueryPool
}

// NewQueries returns n slots. Devices without timestamps give an error.
func (d *Device) NewQueries(n int) (*Queries, error) {
	if err := d.enter(); err != nil {
		return nil, err
	}
	defer d.leave()
	valid := d.p.QueueFamilies[d.family].TimestampBits
	if valid == 0 {
		return nil, fmt.Errorf("%s has no timestamps", d.p.Name)
	}
	info := vulkan.QueryPoolCreateInfo{
		SType:      vulkan.StructureTypeQueryPoolCreateInfo,
		QueryType:  vulkan.QueryTypeTimestamp,
		QueryCount: uint32(n),
	}
	defer info.Free()
	var handle vulkan.QueryPool
	d.called()
	r := vulkan.CreateQueryPool(d.handle, &info, nil, &handle)
	if err := d.check("vkCreateQueryPool", C.VkResult(r)); err != nil {
		return nil, err
	}
	q := &Queries{n: n, mask: ^uint64(0) >> (64 - valid), handle: handle}
	d.adopt(&q.owned, "query pool", q.release)
	return q, nil
}

func (q *Queries) release() {
	q.d.called()
	vulkan.DestroyQueryPool(q.d.handle, q.handle, nil)
}

// Read fills dst with the ticks of slots 0, 1, ..., each of which a finished
// submission must have written. A tick is Limits.TimestampPeriod nanoseconds.
func (q *Queries) Read(dst []uint64) error {
	if err := q.usable(); err != nil {
		return err
	}
	if len(dst) > q.n {
		panic(fmt.Sprintf("vk: Read of %d slots, there are %d", len(dst), q.n))
	}
	if len(dst) == 0 {
		return nil
	}
	q.d.called()
	r := C.shimReadQueries(q.d.native, q.native(), C.uint32_t(len(dst)), (*C.uint64_t)(&dst[0]))
	if r == C.VK_NOT_READY {
		return fmt.Errorf("%s: read a timestamp that nothing has written", q.d.p.Name)
	}
	for i := range dst {
		dst[i] &= q.mask
	}
	return q.d.check("vkGetQueryPoolResults", r)
}

func (q *Queries) native() C.VkQueryPool { return *(*C.VkQueryPool)(unsafe.Pointer(&q.handle)) }

// Timestamp records that the device's time goes to that slot, when all before it
// in the recording is done.
func (c *Commands) Timestamp(q *Queries, slot int) {
	c.mustRecord("Timestamp")
	q.mustUse(c.d, "Timestamp")
	if slot < 0 || slot >= q.n {
		panic(fmt.Sprintf("vk: Timestamp in slot %d of %d", slot, q.n))
	}
	c.d.called()
	C.shimTimestamp(c.native, q.native(), C.uint32_t(slot))
}

// calibrations is how many submissions Calibrate tries.
const calibrations = 8

// Calibrate returns a moment by the host's clock and by the device's. It submits
// nothing but a timestamp, a few times, and keeps the one that took least.
func (d *Device) Calibrate() (host time.Time, ticks uint64, err error) {
	c, err := d.NewCommands()
	if err != nil {
		return host, 0, err
	}
	defer c.Close()
	q, err := d.NewQueries(1)
	if err != nil {
		return host, 0, err
	}
	defer q.Close()
	t, err := d.NewTimeline()
	if err != nil {
		return host, 0, err
	}
	defer t.Close()
	if err := c.Begin(); err != nil {
		return host, 0, err
	}
	c.Timestamp(q, 0)
	if err := c.End(); err != nil {
		return host, 0, err
	}
	best := time.Duration(1<<63 - 1)
	for i := range uint64(calibrations) {
		start := time.Now()
		if err := d.submitOnly(c, nil, Point{t, i + 1}); err != nil {
			return host, 0, err
		}
		if err := t.Wait(i + 1); err != nil {
			return host, 0, err
		}
		took := time.Since(start)
		var now [1]uint64
		if err := q.Read(now[:]); err != nil {
			return host, 0, err
		}
		if took < best {
			best, host, ticks = took, start.Add(took/2), now[0]
		}
	}
	return host, ticks, nil
}
