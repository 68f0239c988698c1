//go:build cgo

package vk

// #include "shim_device.h"
import "C"

import (
	"unsafe"

	vulkan "github.com/vulkan-go/vulkan"
)

// Buffer is a piece of memory that kernels and copies use.
type Buffer struct {
	owned
	size   int64
	id     int // small, for hazards
	handle C.VkBuffer
	piece  piece
}

// NewBuffer returns a buffer with unspecified content. Where memory does not
// suffice the error is an *OutOfMemory.
func (d *Device) NewBuffer(bytes int64, k MemoryKind) (*Buffer, error) {
	if err := d.enter(); err != nil {
		return nil, err
	}
	defer d.leave()
	if err := d.memory.checkSize(bytes, k); err != nil {
		return nil, err
	}
	handle, need, err := d.createBuffer(bytes)
	if err != nil {
		return nil, d.memory.explain(err, bytes, k)
	}
	b := &Buffer{size: bytes, handle: *(*C.VkBuffer)(unsafe.Pointer(&handle))}
	if err := d.place(b, need, k); err != nil {
		vulkan.DestroyBuffer(d.handle, handle, nil)
		return nil, d.memory.explain(err, bytes, k)
	}
	d.mu.Lock()
	b.id = d.ids.take()
	d.mu.Unlock()
	d.adopt(&b.owned, "buffer", b.release)
	return b, nil
}

// fourWords is what kernels read at once: 16 bytes.
const fourWords = 16

const bufferUsage = C.VK_BUFFER_USAGE_STORAGE_BUFFER_BIT | C.VK_BUFFER_USAGE_TRANSFER_SRC_BIT | C.VK_BUFFER_USAGE_TRANSFER_DST_BIT

// createBuffer creates a buffer without memory and returns what it needs. Fills
// go by words, so its end is a whole one.
func (d *Device) createBuffer(bytes int64) (handle vulkan.Buffer, need vulkan.MemoryRequirements, err error) {
	info := vulkan.BufferCreateInfo{
		SType: vulkan.StructureTypeBufferCreateInfo,
		Size:  vulkan.DeviceSize(alignUp(bytes, 4)),
		Usage: bufferUsage,
	}
	defer info.Free()
	d.called()
	r := vulkan.CreateBuffer(d.handle, &info, nil, &handle)
	if err := d.check("vkCreateBuffer", C.VkResult(r)); err != nil {
		return handle, need, err
	}
	defer need.Free()
	d.called()
	vulkan.GetBufferMemoryRequirements(d.handle, handle, &need)
	need.Deref()
	return handle, need, nil
}

func (d *Device) place(b *Buffer, need vulkan.MemoryRequirements, k MemoryKind) error {
	p, err := d.memory.take(int64(need.Size), max(fourWords, int64(need.Alignment)), k)
	if err != nil {
		return err
	}
	d.called()
	r := vulkan.BindBufferMemory(d.handle, b.native(), p.block.handle, vulkan.DeviceSize(p.offset))
	if err := d.check("vkBindBufferMemory", C.VkResult(r)); err != nil {
		d.memory.give(p)
		return err
	}
	b.piece = p
	return nil
}

func (b *Buffer) native() vulkan.Buffer { return *(*vulkan.Buffer)(unsafe.Pointer(&b.handle)) }

func (b *Buffer) release() {
	b.d.called()
	vulkan.DestroyBuffer(b.d.handle, b.native(), nil)
	b.d.memory.give(b.piece)
	b.d.mu.Lock()
	b.d.ids.give(b.id)
	b.d.mu.Unlock()
}

// Size returns the size in bytes.
func (b *Buffer) Size() int64 { return b.size }

// Bytes returns the buffer's memory, nil for those OnDevice. It must not be used
// after Close.
func (b *Buffer) Bytes() []byte {
	b.mustUse(b.d, "Bytes")
	return b.piece.bytes(b.size)
}
