//go:build cgo

package vk

// #include "shim_device.h"
import "C"

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"unsafe"

	vulkan "github.com/vulkan-go/vulkan"
)

// DeviceOptions says how a device is opened. The zero value is right for use.
type DeviceOptions struct {
	// Budget is how many bytes of the device's memory may be allocated; 0 is what
	// VK_EXT_memory_budget says is free, or 80 % of the heap.
	Budget int64
	// CacheFile keeps compiled pipelines between runs; "" keeps none. A damaged
	// file, or one of another device, is ignored with a note and replaced by Close.
	CacheFile string
}

// Device is an open device with one queue for compute and copies.
//
// A single queue keeps submissions in order, so that memory barriers alone join
// them; a transfer queue beside it would want semaphores, and ownership of
// buffers handed to and fro, at each upload.
//
// Its methods may be called from several goroutines; a Commands belongs to one at
// a time.
type Device struct {
	p      *PhysicalDevice
	handle vulkan.Device
	native *C.shimDevice
	family int

	life   sync.RWMutex // held to read by every call that the device must outlive
	closed bool

	mu    sync.Mutex
	live  map[*owned]func()
	notes []string
	ids   idPool

	queue  sync.Mutex // Vulkan wants submissions one at a time
	submit C.shimSubmitCall
	lost   atomic.Pointer[Error]

	memory memory
	cache  pipelineCache
	counts counters
}

// Open opens the device. The caller closes it before the instance.
func (p *PhysicalDevice) Open(o DeviceOptions) (*Device, error) {
	if why := p.Unsuitable(); why != "" {
		return nil, fmt.Errorf("%s cannot be used: %s", p.Name, why)
	}
	if err := p.instance.retain(); err != nil {
		return nil, err
	}
	d := &Device{p: p, family: p.computeFamily(), live: map[*owned]func(){}}
	if err := d.create(); err != nil {
		p.instance.release()
		return nil, err
	}
	if err := d.memory.init(d, o.Budget); err != nil {
		d.destroy()
		return nil, err
	}
	if err := d.cache.open(d, o.CacheFile); err != nil {
		d.destroy()
		return nil, err
	}
	return d, nil
}

// computeFamily returns the queue family to use: the first that computes, better
// one with timestamps.
func (p *PhysicalDevice) computeFamily() int {
	computes := func(f QueueFamily) bool { return f.Compute && f.Count > 0 }
	timed := func(f QueueFamily) bool { return computes(f) && f.TimestampBits > 0 }
	if i := slices.IndexFunc(p.QueueFamilies, timed); i >= 0 {
		return i
	}
	return slices.IndexFunc(p.QueueFamilies, computes)
}

func (d *Device) create() error {
	instance := d.p.instance.cHandle()
	var handle C.VkDevice
	d.called()
	r := C.shimCreateDevice(d.p.instance.procAddr, instance, C.VkPhysicalDevice(unsafe.Pointer(d.p.handle)),
		C.uint32_t(d.family), bool32(d.p.Features.Portability), &handle)
	if err := d.check("vkCreateDevice", r); err != nil {
		return err
	}
	d.handle = vulkan.Device(unsafe.Pointer(handle))
	var missing *C.char
	d.called()
	d.native = C.shimLoad(d.p.instance.procAddr, instance, handle, C.uint32_t(d.family), &missing)
	if d.native == nil {
		vulkan.DestroyDevice(d.handle, nil)
		return fmt.Errorf("%s cannot be used: its driver lacks %s", d.p.Name, C.GoString(missing))
	}
	return nil
}

func (d *Device) destroy() {
	d.cache.destroy(d)
	d.called()
	vulkan.DestroyDevice(d.handle, nil)
	C.shimUnload(d.native)
	d.p.instance.release()
}

// Close waits for what was submitted, saves the pipeline cache and frees the
// device with everything that is still open on it, which it notes. Closing again
// does nothing.
func (d *Device) Close() error {
	d.life.Lock()
	defer d.life.Unlock()
	if d.closed {
		return nil
	}
	d.closed = true
	err := d.waitIdle()
	d.releaseAll()
	d.memory.free()
	d.cache.save(d)
	d.destroy()
	return err
}

// WaitIdle returns when nothing runs any more: also after an error of Timeline's
// Wait, which does not say that.
func (d *Device) WaitIdle() error {
	if err := d.enter(); err != nil {
		return err
	}
	defer d.leave()
	return d.waitIdle()
}

func (d *Device) waitIdle() error {
	d.queue.Lock() // Vulkan wants no submissions meanwhile
	defer d.queue.Unlock()
	d.called()
	return d.check("vkDeviceWaitIdle", C.VkResult(vulkan.DeviceWaitIdle(d.handle)))
}

func (d *Device) releaseAll() {
	d.mu.Lock()
	live := d.live
	d.live = nil
	d.mu.Unlock()
	kinds := map[string]int{}
	for o, release := range live {
		kinds[o.kind]++
		o.closed.Store(true)
		release()
	}
	if len(kinds) > 0 {
		d.note("closed with handles still open: " + listed(kinds))
	}
}

// listed writes counts as "2 buffers, 1 pipeline".
func listed(kinds map[string]int) string {
	var parts []string
	for kind, n := range kinds {
		if n > 1 {
			kind += "s"
		}
		parts = append(parts, fmt.Sprintf("%d %s", n, kind))
	}
	slices.Sort(parts)
	return strings.Join(parts, ", ")
}

// Physical returns the device as its driver describes it.
func (d *Device) Physical() *PhysicalDevice { return d.p }

// Notes returns what went wrong without being an error, such as a pipeline cache
// that could not be used.
func (d *Device) Notes() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.notes)
}

func (d *Device) note(text string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.notes = append(d.notes, d.p.Name+": "+text)
}

// enter keeps the device open until leave, or returns an error if it is closed.
func (d *Device) enter() error {
	d.life.RLock()
	if d.closed {
		d.life.RUnlock()
		return fmt.Errorf("%s: the device is closed", d.p.Name)
	}
	return nil
}

func (d *Device) leave() { d.life.RUnlock() }

// check returns an error that names the device and the call, nil if r is none.
func (d *Device) check(call string, r C.VkResult) error {
	if r >= 0 {
		return nil
	}
	return d.failed("", &Error{call, Result(r)})
}

// failed puts the device's name and what before the error. A lost device is
// remembered, so that nobody waits for it.
func (d *Device) failed(what string, e *Error) error {
	if e.Result == DeviceLost {
		d.lost.CompareAndSwap(nil, e)
	}
	return fmt.Errorf("%s: %s%w", d.p.Name, what, e)
}

// lostError returns the error that the device was lost with, nil if it is there.
func (d *Device) lostError() error {
	if e := d.lost.Load(); e != nil {
		return fmt.Errorf("%s: %w", d.p.Name, e)
	}
	return nil
}

func bool32(b bool) C.VkBool32 {
	if b {
		return 1
	}
	return 0
}
