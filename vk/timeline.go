//go:build cgo

package vk

// #include "shim_device.h"
import "C"

import (
	"sync"
	"time"
	"unsafe"

	vulkan "github.com/vulkan-go/vulkan"
)

// waitSlice is how long one call waits before it looks whether the timeline was
// closed or the device lost.
const waitSlice = 100 * time.Millisecond

// Timeline is a number that only grows, by submissions and by the host, and that
// both can wait for. It may be used by several goroutines.
type Timeline struct {
	owned
	mu     sync.RWMutex // held to read by calls that use the handle
	handle C.VkSemaphore
}

// Point is a value of a timeline, reached when the timeline has it or more.
type Point struct {
	Timeline *Timeline
	Value    uint64
}

// NewTimeline returns a timeline at 0.
func (d *Device) NewTimeline() (*Timeline, error) {
	if err := d.enter(); err != nil {
		return nil, err
	}
	defer d.leave()
	t := &Timeline{}
	d.called()
	if err := d.check("vkCreateSemaphore", C.shimNewTimeline(d.native, &t.handle)); err != nil {
		return nil, err
	}
	d.adopt(&t.owned, "timeline", t.release)
	return t, nil
}

func (t *Timeline) release() {
	t.mu.Lock() // waits are over
	defer t.mu.Unlock()
	t.d.called()
	vulkan.DestroySemaphore(t.d.handle, *(*vulkan.Semaphore)(unsafe.Pointer(&t.handle)), nil)
}

// enter keeps the handle until leave, or returns an error if it is closed.
func (t *Timeline) enter() error {
	t.mu.RLock()
	if err := t.usable(); err != nil {
		t.mu.RUnlock()
		return err
	}
	return nil
}

func (t *Timeline) leave() { t.mu.RUnlock() }

// Value returns the value reached.
func (t *Timeline) Value() (uint64, error) {
	if err := t.enter(); err != nil {
		return 0, err
	}
	defer t.leave()
	t.d.called()
	v := C.shimTimelineValue(t.d.native, t.handle)
	return uint64(v.value), t.d.check("vkGetSemaphoreCounterValue", v.result)
}

// Wait returns when the timeline has reached v. It returns an error if the device
// is lost, or the timeline closed, before.
func (t *Timeline) Wait(v uint64) error {
	for {
		done, err := t.waitSlice(v)
		if done || err != nil {
			return err
		}
	}
}

func (t *Timeline) waitSlice(v uint64) (done bool, err error) {
	if err := t.enter(); err != nil {
		return false, err
	}
	defer t.leave()
	t.d.called()
	r := C.shimWait(t.d.native, t.handle, C.uint64_t(v), C.uint64_t(waitSlice))
	if r == C.VK_TIMEOUT {
		return false, t.d.lostError()
	}
	return true, t.d.check("vkWaitSemaphores", r)
}

// Signal sets the timeline to v, which is more than it has, from the host.
func (t *Timeline) Signal(v uint64) error {
	if err := t.enter(); err != nil {
		return err
	}
	defer t.leave()
	t.d.called()
	return t.d.check("vkSignalSemaphore", C.shimSignal(t.d.native, t.handle, C.uint64_t(v)))
}
