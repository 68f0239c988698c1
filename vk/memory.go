//go:build cgo

package vk

// #include "shim_device.h"
import "C"

import (
	"errors"
	"fmt"
	"math/bits"
	"slices"
	"sync"
	"unsafe"

	vulkan "github.com/vulkan-go/vulkan"
)

// MemoryKind says what a buffer's memory is for.
type MemoryKind int

// The kinds of memory.
const (
	OnDevice   MemoryKind = iota // the device's own; the host cannot reach it
	ToDevice                     // the host writes, the device reads
	FromDevice                   // the device writes, the host reads
	memoryKinds
)

// blockBytes is the size of an allocation that buffers share. Larger ones than
// half of it get their own.
const blockBytes = 64 << 20

var errBudget = errors.New("the budget is spent")

// memory hands out memory for buffers from large blocks: drivers limit the number
// of allocations, and each is slow.
type memory struct {
	d     *Device
	mu    sync.Mutex
	types [memoryKinds]int
	limit []int64 // bytes, by heap; fixed
	used  []int64 // bytes in blocks, by heap
	pools [memoryKinds][]*memoryBlock
}

// memoryBlock is one allocation of Vulkan.
type memoryBlock struct {
	block
	kind   MemoryKind
	handle vulkan.DeviceMemory
	mapped unsafe.Pointer // nil where the host cannot reach it
}

// piece is a buffer's part of a block.
type piece struct {
	block        *memoryBlock
	offset, size int64
}

// wishes says which properties a kind must have, should have and should lack.
var wishes = [memoryKinds]struct{ must, should, shun MemoryFlags }{
	OnDevice:   {0, DeviceLocal, HostVisible},
	ToDevice:   {HostVisible | HostCoherent, 0, DeviceLocal | HostCached},
	FromDevice: {HostVisible | HostCoherent, HostCached, DeviceLocal},
}

// special are kinds of memory that need care of their own: lazily allocated,
// protected, and what vendors add above them.
const special = ^(DeviceLocal | HostVisible | HostCoherent | HostCached)

// chooseType returns the index of the best type among those that allowed has a
// bit for, -1 if there is none. Of equal ones the first is faster, says Vulkan.
func chooseType(types []MemoryType, allowed uint32, k MemoryKind) int {
	best, bestScore := -1, -1
	w := wishes[k]
	for i, t := range types {
		if allowed>>i&1 == 0 || t.Flags&special != 0 || t.Flags&w.must != w.must {
			continue
		}
		score := 4*bits.OnesCount32(uint32(t.Flags&w.should)) + 2 - bits.OnesCount32(uint32(t.Flags&w.shun))
		if score > bestScore {
			best, bestScore = i, score
		}
	}
	return best
}

// init chooses the types of memory and the limits. Every buffer is made for the
// same uses, so one tells what memory all of them may lie in.
func (m *memory) init(d *Device, budget int64) error {
	m.d = d
	probe, need, err := d.createBuffer(4)
	if err != nil {
		return err
	}
	vulkan.DestroyBuffer(d.handle, probe, nil)
	for k := range memoryKinds {
		if m.types[k] = chooseType(d.p.MemoryTypes, need.MemoryTypeBits, k); m.types[k] < 0 {
			return fmt.Errorf("%s cannot be used: it has no memory of the kind that the program needs", d.p.Name)
		}
	}
	m.used = make([]int64, len(d.p.Heaps))
	for i, heap := range d.p.Heaps {
		m.limit = append(m.limit, d.heapLimit(i, heap))
	}
	if budget > 0 {
		m.limit[m.heap(OnDevice)] = budget
	}
	return nil
}

func (d *Device) heapLimit(i int, heap Heap) int64 {
	limit := heap.Bytes / 5 * 4
	if !d.p.Features.MemoryBudget {
		return limit
	}
	d.called()
	free := C.shimHeapBudget(d.p.instance.procAddr, d.p.instance.cHandle(),
		C.VkPhysicalDevice(unsafe.Pointer(d.p.handle)), C.uint32_t(i))
	if free == 0 {
		return limit
	}
	return min(int64(free), heap.Bytes)
}

func (m *memory) heap(k MemoryKind) int { return m.d.p.MemoryTypes[m.types[k]].Heap }

// take returns size bytes at a multiple of align.
func (m *memory) take(size, align int64, k MemoryKind) (piece, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, b := range m.pools[k] {
		if offset, ok := b.take(size, align); ok {
			return piece{b, offset, size}, nil
		}
	}
	b, err := m.grow(size, k)
	if err != nil {
		return piece{}, err
	}
	offset, _ := b.take(size, align)
	return piece{b, offset, size}, nil
}

// grow adds a block that holds size bytes. Where a shared block is too much, one
// of the wanted size may still be had.
func (m *memory) grow(size int64, k MemoryKind) (*memoryBlock, error) {
	h := m.heap(k)
	shared := min(blockBytes, m.d.p.Heaps[h].Bytes/16)
	if size <= shared/2 && m.used[h]+shared <= m.limit[h] {
		if b, err := m.allocate(shared, k); err == nil {
			return b, nil
		}
	}
	if m.used[h]+size > m.limit[h] {
		return nil, errBudget
	}
	return m.allocate(size, k)
}

func (m *memory) allocate(size int64, k MemoryKind) (*memoryBlock, error) {
	b := &memoryBlock{block: *newBlock(size), kind: k}
	var handle C.VkDeviceMemory
	m.d.called()
	r := C.shimAllocate(m.d.native, C.uint64_t(size), C.uint32_t(m.types[k]), &handle)
	if err := m.d.check("vkAllocateMemory", r); err != nil {
		return nil, err
	}
	b.handle = *(*vulkan.DeviceMemory)(unsafe.Pointer(&handle))
	if k != OnDevice {
		var mapped unsafe.Pointer
		m.d.called()
		r := vulkan.MapMemory(m.d.handle, b.handle, 0, vulkan.DeviceSize(size), 0, &mapped)
		if err := m.d.check("vkMapMemory", C.VkResult(r)); err != nil {
			vulkan.FreeMemory(m.d.handle, b.handle, nil)
			return nil, err
		}
		b.mapped = mapped
	}
	m.used[m.heap(k)] += size
	m.pools[k] = append(m.pools[k], b)
	return b, nil
}

// give returns a piece, and an empty block to Vulkan.
func (m *memory) give(p piece) {
	m.mu.Lock()
	defer m.mu.Unlock()
	p.block.give(p.offset, p.size)
	if p.block.empty() {
		m.release(p.block)
	}
}

func (m *memory) release(b *memoryBlock) {
	m.pools[b.kind] = slices.DeleteFunc(m.pools[b.kind], func(o *memoryBlock) bool { return o == b })
	m.used[m.heap(b.kind)] -= b.size
	m.d.called()
	vulkan.FreeMemory(m.d.handle, b.handle, nil) // unmaps it
}

func (p piece) bytes(n int64) []byte {
	if p.block.mapped == nil {
		return nil
	}
	return unsafe.Slice((*byte)(unsafe.Add(p.block.mapped, p.offset)), n)
}

// checkSize returns an error for buffers that can never be.
func (m *memory) checkSize(bytes int64, k MemoryKind) error {
	largest := m.d.p.Limits.MaxAllocation
	switch {
	case bytes <= 0:
		return fmt.Errorf("%s: a buffer of %d bytes", m.d.p.Name, bytes)
	case bytes > m.limit[m.heap(k)]:
		return m.explain(errBudget, bytes, k)
	case largest > 0 && bytes > largest:
		return fmt.Errorf("%s: a buffer of %s, at most %s are possible", m.d.p.Name, bytesText(bytes), bytesText(largest))
	}
	return nil
}

// explain returns an *OutOfMemory where err, of a buffer of size bytes, means
// that, and err itself where not.
func (m *memory) explain(err error, size int64, k MemoryKind) error {
	var e *Error
	full := errors.As(err, &e) && (e.Result == OutOfDeviceMemory || e.Result == OutOfHostMemory)
	if !full && err != errBudget {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	h := m.heap(k)
	return &OutOfMemory{m.d.p.Name, size, m.used[h], m.limit[h], err}
}

// free returns all memory to Vulkan.
func (m *memory) free() {
	for _, pool := range m.pools {
		for _, b := range slices.Clone(pool) {
			m.release(b)
		}
	}
}

// Budget returns how many bytes of the device's memory are allocated, and how
// many may be.
func (d *Device) Budget() (used, limit int64) {
	m := &d.memory
	m.mu.Lock()
	defer m.mu.Unlock()
	h := m.heap(OnDevice)
	return m.used[h], m.limit[h]
}
