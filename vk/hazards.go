//go:build cgo

package vk

// Access says what a command does with a buffer.
type Access uint8

// The ways of access, to be combined.
const (
	Read  Access = 1
	Write Access = 2
)

// hazards knows what was done to which buffer since the last barrier. Marks are
// found by the buffer's id, and those of an older epoch are void: a barrier clears
// all of them at once.
type hazards struct {
	marks []mark
	epoch uint32
}

type mark struct {
	epoch  uint32
	access Access
}

// clash tells whether the access needs a barrier: it reads what was written, or
// writes what was read or written.
func (h *hazards) clash(b *Buffer, a Access) bool {
	if b.id >= len(h.marks) || h.marks[b.id].epoch != h.epoch {
		return false
	}
	earlier := h.marks[b.id].access
	return a&Write != 0 || earlier&Write != 0 && a&Read != 0
}

func (h *hazards) add(b *Buffer, a Access) {
	if b.id >= len(h.marks) {
		h.marks = append(h.marks, make([]mark, b.id+16-len(h.marks))...)
	}
	m := &h.marks[b.id]
	if m.epoch != h.epoch {
		*m = mark{epoch: h.epoch}
	}
	m.access |= a
}

// clear is a barrier.
func (h *hazards) clear() {
	h.epoch++
	if h.epoch == 0 { // after 2^32 of them old marks would look new
		clear(h.marks)
		h.epoch = 1
	}
}
