//go:build cgo

package vk

// #include "shim_device.h"
import "C"

import "fmt"

// updateBytes is the most that one vkCmdUpdateBuffer takes.
const updateBytes = 65536

// Copy records a copy of bytes between buffers, or between parts of one that do
// not overlap.
func (c *Commands) Copy(src *Buffer, srcOffset int64, dst *Buffer, dstOffset, bytes int64) {
	c.mustRecord("Copy")
	c.checkRange("Copy", src, srcOffset, bytes)
	c.checkRange("Copy", dst, dstOffset, bytes)
	if src == dst && srcOffset < dstOffset+bytes && dstOffset < srcOffset+bytes {
		panic("vk: Copy between parts of a buffer that overlap")
	}
	needed := c.hazards.clash(src, Read) || c.hazards.clash(dst, Write)
	c.move(dst, dstOffset, bytes, needed)
	c.hazards.add(src, Read)
	c.transfer.src, c.transfer.srcOffset = C.uint64_t(src.handle), C.uint64_t(srcOffset)
	C.shimCopy(c.native, &c.transfer)
}

// Fill records the writing of one word over and over. Offset and bytes are
// multiples of 4.
func (c *Commands) Fill(dst *Buffer, offset, bytes int64, word uint32) {
	c.mustRecord("Fill")
	c.checkWords("Fill", dst, offset, bytes)
	c.move(dst, offset, bytes, c.hazards.clash(dst, Write))
	c.transfer.word = C.uint32_t(word)
	C.shimFill(c.native, &c.transfer)
}

// Update records the writing of up to 65,536 bytes that are in the recording
// itself. Offset is a multiple of 4.
func (c *Commands) Update(dst *Buffer, offset int64, words []uint32) {
	c.mustRecord("Update")
	bytes := 4 * int64(len(words))
	c.checkWords("Update", dst, offset, bytes)
	if bytes > updateBytes {
		panic(fmt.Sprintf("vk: Update of %d bytes, at most %d are possible", bytes, updateBytes))
	}
	c.move(dst, offset, bytes, c.hazards.clash(dst, Write))
	C.shimUpdate(c.native, &c.transfer, (*C.uint32_t)(&words[0]))
}

// move prepares and counts a call that writes to dst.
func (c *Commands) move(dst *Buffer, offset, bytes int64, needed bool) {
	c.transfer.barrier = c.barrier(needed)
	c.transfer.dst, c.transfer.dstOffset, c.transfer.bytes = C.uint64_t(dst.handle), C.uint64_t(offset), C.uint64_t(bytes)
	c.hazards.add(dst, Write)
	c.recorded.copies++
	c.d.called()
}

func (c *Commands) checkRange(call string, b *Buffer, offset, bytes int64) {
	b.mustUse(c.d, call)
	if offset < 0 || bytes <= 0 || offset+bytes > b.size {
		panic(fmt.Sprintf("vk: %s: bytes %d to %d of a buffer of %d", call, offset, offset+bytes, b.size))
	}
}

func (c *Commands) checkWords(call string, b *Buffer, offset, bytes int64) {
	c.checkRange(call, b, offset, bytes)
	if offset%4 != 0 || bytes%4 != 0 {
		panic(fmt.Sprintf("vk: %s: %d bytes at %d, not whole words", call, bytes, offset))
	}
}
