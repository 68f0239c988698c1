//go:build cgo

package vk

// #include "shim_device.h"
import "C"

import "fmt"

// Commands records work once, to be submitted once or many times. The order of
// what it holds is kept where it matters: before a command that reads what an
// earlier one has written, or writes what one has read or written, it places a
// barrier, and nowhere else. Buffers count as wholes.
//
// A recording starts after everything submitted before it, and what it writes can
// be read by the host when it is done.
type Commands struct {
	owned
	native    *C.shimCommands
	buffer    C.uint64_t
	state     commandState
	err       error // the first since Begin
	hazards   hazards
	recorded  recorded
	unordered bool // leaves barriers out, for tests of the alarm
	dispatch  C.shimDispatchCall
	transfer  C.shimTransferCall
}

type commandState int

const (
	empty commandState = iota
	recording
	finished
)

// NewCommands returns an empty recording.
func (d *Device) NewCommands() (*Commands, error) {
	if err := d.enter(); err != nil {
		return nil, err
	}
	defer d.leave()
	c := &Commands{}
	d.called()
	r := C.shimNewCommands(d.native, C.uint32_t(d.family), &c.native)
	if err := d.check("vkAllocateCommandBuffers", r); err != nil {
		return nil, err
	}
	c.buffer = C.shimCommandBuffer(c.native)
	d.adopt(&c.owned, "command buffer", c.release)
	return c, nil
}

func (c *Commands) release() {
	c.d.called()
	C.shimFreeCommands(c.native)
}

// Begin starts a recording and drops an earlier one, which must not be running.
func (c *Commands) Begin() error {
	if err := c.usable(); err != nil {
		return err
	}
	c.state, c.err, c.recorded = empty, nil, recorded{}
	c.hazards.clear()
	c.d.called()
	if err := c.d.check("vkBeginCommandBuffer", C.shimBegin(c.native, bool32(!c.unordered))); err != nil {
		return err
	}
	c.state = recording
	return nil
}

// End finishes the recording. It returns the first error since Begin.
func (c *Commands) End() error {
	c.mustRecord("End")
	c.state = empty
	c.d.called()
	err := c.d.check("vkEndCommandBuffer", C.shimEnd(c.native))
	if c.err != nil {
		return c.err
	}
	if err == nil {
		c.state = finished
	}
	return err
}

func (c *Commands) mustRecord(user string) {
	c.mustUse(c.d, user)
	if c.state != recording {
		panic("vk: " + user + " outside Begin and End")
	}
}

// keep stores the first error of a dispatch.
func (c *Commands) keep(r C.VkResult) {
	if c.err == nil {
		c.err = c.d.check(C.GoString(C.shimFailed(c.native)), r)
	}
}

// barrier tells, and counts, whether one must stand before the next command. The
// command's own accesses are added after it.
func (c *Commands) barrier(needed bool) C.VkBool32 {
	if !needed || c.unordered {
		return 0
	}
	c.hazards.clear()
	c.recorded.barriers++
	return 1
}

// Arg is a view of a buffer, for one binding of a kernel.
type Arg struct {
	Buffer       *Buffer
	Offset, Size int64 // bytes
	Access       Access
}

// Dispatch records groups[0] x groups[1] x groups[2] workgroups of a kernel, with
// args at bindings 0, 1, ... and push as push constants. What the device cannot
// bind or count is a programmer's error and panics.
func (c *Commands) Dispatch(p *Pipeline, args []Arg, push []uint32, groups [3]uint32) {
	c.mustRecord("Dispatch")
	c.checkDispatch(p, args, push, groups)
	needed := false
	for i := range args {
		needed = needed || c.hazards.clash(args[i].Buffer, args[i].Access)
	}
	call := &c.dispatch
	call.barrier = c.barrier(needed)
	for i := range args {
		c.bind(i, &args[i])
	}
	for i, w := range push {
		call.push[i] = C.uint32_t(w)
	}
	call.pipeline = p.handles
	call.argCount, call.pushCount = C.uint32_t(len(args)), C.uint32_t(len(push))
	call.groups = [3]C.uint32_t{C.uint32_t(groups[0]), C.uint32_t(groups[1]), C.uint32_t(groups[2])}
	c.recorded.dispatches++
	c.d.called()
	if r := C.shimDispatch(c.native, &c.dispatch); r < 0 {
		c.keep(r)
	}
}

func (c *Commands) bind(binding int, a *Arg) {
	c.hazards.add(a.Buffer, a.Access)
	c.dispatch.args[binding] = C.VkDescriptorBufferInfo{a.Buffer.handle, C.VkDeviceSize(a.Offset), C.VkDeviceSize(a.Size)}
}

func (c *Commands) checkDispatch(p *Pipeline, args []Arg, push []uint32, groups [3]uint32) {
	p.mustUse(c.d, p.name)
	if len(args) != p.bindings || len(push) != p.pushWords {
		panic(fmt.Sprintf("vk: %s: %d buffers and %d push constants, wants %d and %d",
			p.name, len(args), len(push), p.bindings, p.pushWords))
	}
	limit := &c.d.p.Limits.WorkgroupCount
	for i, n := range groups {
		if n == 0 || int64(n) > int64(limit[i]) {
			panic(fmt.Sprintf("vk: %s: %v workgroups, %s takes 1 to %v", p.name, groups, c.d.p.Name, *limit))
		}
	}
	for i := range args {
		c.checkArg(p, i, &args[i])
	}
}

func (c *Commands) checkArg(p *Pipeline, binding int, a *Arg) {
	a.Buffer.mustUse(c.d, p.name)
	l := &c.d.p.Limits
	if a.Offset < 0 || a.Size <= 0 || a.Offset+a.Size > a.Buffer.size {
		panic(fmt.Sprintf("vk: %s: binding %d: bytes %d to %d of a buffer of %d", p.name, binding, a.Offset, a.Offset+a.Size, a.Buffer.size))
	}
	if a.Size > l.StorageRange || a.Offset%int64(l.StorageAlignment) != 0 {
		panic(fmt.Sprintf("vk: %s: binding %d: %d bytes at %d, %s takes up to %d at multiples of %d",
			p.name, binding, a.Size, a.Offset, c.d.p.Name, l.StorageRange, l.StorageAlignment))
	}
	if a.Access == 0 {
		panic(fmt.Sprintf("vk: %s: binding %d is neither read nor written", p.name, binding))
	}
}
