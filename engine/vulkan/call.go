//go:build cgo

package vulkan

import (
	"encoding/binary"
	"fmt"

	"tandem/engine/device"
	"tandem/shaders"
	"tandem/vk"
)

// view is a part of a buffer as a kernel sees it, in elements.
type view struct {
	buf       *buffer
	offset, n int
}

// whole is all of a buffer.
func whole(b device.Buffer) view { return at(b, 0, b.Len()) }

// at is n elements of a buffer from offset on, a multiple of the device's
// alignment.
func at(b device.Buffer, offset, n int) view { return view{b.(*buffer), offset, n} }

// call is one start of a kernel.
type call struct {
	kernel *shaders.Kernel
	spec   []uint32 // specialization constants by number; the first is the workgroup's size
	push   []uint32
	args   []view // in the order of the kernel's bindings
	groups [3]uint32
}

// dispatch encodes a call. What does not fit the kernel's table is a
// programmer's error and panics.
func (d *Device) dispatch(c call) {
	if len(c.args) != len(c.kernel.Bindings) || len(c.push) != len(c.kernel.Push) || len(c.spec) != len(c.kernel.Spec) {
		panic(fmt.Sprintf("vulkan: kernel %s takes %d buffers, %d push words and %d constants, got %d, %d and %d", c.kernel.Name,
			len(c.kernel.Bindings), len(c.kernel.Push), len(c.kernel.Spec), len(c.args), len(c.push), len(c.spec)))
	}
	p := d.pipeline(c.kernel, c.spec)
	commands := d.commands()
	if p == nil || commands == nil {
		return // the error is kept
	}
	var args [maxArgs]vk.Arg
	for i, v := range c.args {
		args[i] = d.arg(c.kernel, i, v)
	}
	commands.Dispatch(p, args[:len(c.args)], c.push, c.groups)
}

// maxArgs is more than any kernel has bindings.
const maxArgs = 12

func (d *Device) arg(k *shaders.Kernel, binding int, v view) vk.Arg {
	if v.buf.owner != d {
		panic(fmt.Sprintf("vulkan: kernel %s: another device's buffer as %s", k.Name, k.Bindings[binding].Name))
	}
	if v.n > d.bounds.storageRange || v.offset%d.bounds.alignment != 0 || v.offset+v.n > v.buf.n {
		panic(fmt.Sprintf("vulkan: kernel %s: %s: no view of %d elements from %d on in a buffer of %d on this device",
			k.Name, k.Bindings[binding].Name, v.n, v.offset, v.buf.n))
	}
	return vk.Arg{Buffer: v.buf.gpu, Offset: 4 * int64(v.offset), Size: 4 * int64(v.n), Access: vk.Access(k.Bindings[binding].Access)}
}

// pipeline returns a kernel specialized, compiled at its first use; nil after a
// failure.
func (d *Device) pipeline(k *shaders.Kernel, spec []uint32) *vk.Pipeline {
	key := make([]byte, 0, 64)
	key = append(key, k.Name...)
	for _, s := range spec {
		key = binary.LittleEndian.AppendUint32(key, s)
	}
	if p, ok := d.pipelines[string(key)]; ok {
		return p
	}
	if d.failure() != nil {
		return nil
	}
	p, err := d.gpu.NewPipeline(vk.PipelineInfo{
		Name: k.Name, SPIRV: k.SPIRV(), Bindings: len(k.Bindings), PushWords: len(k.Push), Spec: spec,
	})
	if err != nil {
		d.fail(err)
		return nil
	}
	d.pipelines[string(key)] = p
	return p
}

// scratchSlot names working memory.
type scratchSlot int

// Operations that need two at once take two slots.
const (
	scratchA scratchSlot = iota
	scratchB
)

// scratch returns working memory of at least n elements, for one operation.
// Recorded command buffers keep using what they were given, so what is too small
// is kept until Close.
func (d *Device) scratch(slot scratchSlot, n int) view {
	s := d.scratches[slot]
	if s != nil && s.n >= n {
		return at(s, 0, n)
	}
	bigger, err := d.newBuffer(n)
	if err != nil {
		d.fail(err)
		return view{buf: &buffer{owner: d, n: n}, n: n}
	}
	if s != nil {
		d.outgrown = append(d.outgrown, s)
	}
	d.scratches[slot] = bigger
	return at(bigger, 0, n)
}
