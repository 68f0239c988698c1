//go:build cgo

package vulkan

import "tandem/vk"

// staging is host memory on its way to the device. A segment fills a chunk and
// gives it back once it has run.
type staging struct {
	free  []*vk.Buffer
	bytes int64 // of all chunks, in use or free
}

// maxStaging is how much may wait to be copied before Upload waits, too.
const maxStaging = 4 * pieceBytes

const smallestChunk = 1 << 20

// stage returns host memory for the open segment to copy from, as a buffer and
// a byte in it.
func (d *Device) stage(bytes int64) (*vk.Buffer, int64, error) {
	s := d.openSegment()
	if s == nil {
		return nil, 0, d.failure()
	}
	if n := len(s.chunks); n > 0 && s.chunks[n-1].Size()-s.filled >= bytes {
		at := s.filled
		s.filled += (bytes + 15) &^ 15
		return s.chunks[n-1], at, nil
	}
	c := d.staging.take(bytes)
	if c == nil && d.staging.bytes+bytes > maxStaging {
		d.flush()
		d.wait()
		if s = d.openSegment(); s == nil {
			return nil, 0, d.failure()
		}
		c = d.staging.take(bytes)
	}
	if c == nil {
		var err error
		if c, err = d.gpu.NewBuffer(max(bytes, smallestChunk), vk.ToDevice); err != nil {
			return nil, 0, err
		}
		d.staging.bytes += c.Size()
	}
	s.chunks = append(s.chunks, c)
	s.filled = (bytes + 15) &^ 15
	return c, 0, nil
}

// take returns the smallest free chunk that is large enough, nil if none is.
func (s *staging) take(bytes int64) *vk.Buffer {
	best := -1
	for i, c := range s.free {
		if c.Size() >= bytes && (best < 0 || c.Size() < s.free[best].Size()) {
			best = i
		}
	}
	if best < 0 {
		return nil
	}
	c := s.free[best]
	s.free[best] = s.free[len(s.free)-1]
	s.free = s.free[:len(s.free)-1]
	return c
}

func (s *staging) close() {
	for _, c := range s.free {
		c.Close()
	}
}
