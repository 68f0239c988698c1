//go:build cgo

package vk

// #include "shim_device.h"
import "C"

import (
	"errors"
	"fmt"
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

// ErrNoTimestamps means that a device's queue does not tell the time.
var ErrNoTimestamps = errors.New("it has no timestamps")

// NewQueries returns n slots. Where the device has no timestamps the error wraps
// ErrNoTimestamps.
func (d *Device) NewQueries(n int) (*Queries, error) {
	if err := d.enter(); err != nil {
		return nil, err
	}
	defer d.leave()
	valid := d.p.QueueFamilies[d.family].TimestampBits
	if valid == 0 {
		return nil, fmt.Errorf("%s: %w", d.p.Name, ErrNoTimestamps)
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
