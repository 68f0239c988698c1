//go:build cgo

package vk

import "slices"

// span is a piece of a block, in bytes.
type span struct{ offset, size int64 }

// block hands out pieces of size bytes. It knows the free ones, by offset, no two
// of them adjacent.
type block struct {
	size int64
	free []span
}

func newBlock(size int64) *block { return &block{size, []span{{0, size}}} }

// take returns the offset of size bytes at a multiple of align, from the smallest
// free piece that holds them; false if there is none.
func (b *block) take(size, align int64) (offset int64, ok bool) {
	best := -1
	for i, f := range b.free {
		if alignUp(f.offset, align)+size <= f.offset+f.size && (best < 0 || f.size < b.free[best].size) {
			best = i
		}
	}
	if best < 0 {
		return 0, false
	}
	f := b.free[best]
	offset = alignUp(f.offset, align)
	rest := slices.DeleteFunc([]span{
		{f.offset, offset - f.offset},
		{offset + size, f.offset + f.size - offset - size},
	}, func(s span) bool { return s.size == 0 })
	b.free = slices.Replace(b.free, best, best+1, rest...)
	return offset, true
}

// give returns a piece that take handed out, and joins it to its neighbours.
func (b *block) give(offset, size int64) {
	i, _ := slices.BinarySearchFunc(b.free, offset, func(s span, o int64) int { return int(s.offset - o) })
	b.free = slices.Insert(b.free, i, span{offset, size})
	if i+1 < len(b.free) && offset+size == b.free[i+1].offset {
		b.free[i].size += b.free[i+1].size
		b.free = slices.Delete(b.free, i+1, i+2)
	}
	if i > 0 && b.free[i-1].offset+b.free[i-1].size == offset {
		b.free[i-1].size += b.free[i].size
		b.free = slices.Delete(b.free, i, i+1)
	}
}

// empty tells that nothing is handed out.
func (b *block) empty() bool { return len(b.free) == 1 && b.free[0].size == b.size }

func alignUp(n, align int64) int64 { return (n + align - 1) / align * align }
