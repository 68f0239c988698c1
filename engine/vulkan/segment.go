//go:build cgo

package vulkan

import "tandem/vk"

// segment is a command buffer, with the messages that come in before it runs and
// those that leave after it.
type segment struct {
	commands *vk.Commands
	entries  int // operations encoded
	receives []*post
	sends    []*post
	done     uint64 // on the timeline: when its last submission has run
	job      uint64 // the submitter's number of that
	chunks   []*vk.Buffer
	filled   int64 // bytes of the last chunk
}

func (s *segment) close() { s.commands.Close() }

// enough is how many operations gather before they are submitted unasked.
const enough = 128

// commands returns where the next operation is encoded, nil after a failure.
func (d *Device) commands() *vk.Commands {
	if d.recording != nil {
		return d.recording.commands()
	}
	d.makeRoom()
	s := d.openSegment()
	if s == nil {
		return nil
	}
	s.entries++
	return s.commands
}

// makeRoom submits what has gathered if it is enough.
func (d *Device) makeRoom() {
	if d.open != nil && d.open.entries >= enough {
		d.flush()
	}
}

// openSegment returns the segment that gathers operations, nil after a failure.
func (d *Device) openSegment() *segment {
	if d.failure() != nil {
		return nil
	}
	if d.open != nil {
		return d.open
	}
	s, err := d.newSegment()
	if err != nil {
		d.fail(err)
		return nil
	}
	d.open = s
	return s
}

// newSegment begins a used segment again, or a new one.
func (d *Device) newSegment() (*segment, error) {
	d.collect()
	if n := len(d.idle); n > 0 {
		s := d.idle[n-1]
		if err := s.commands.Begin(); err != nil {
			return nil, err
		}
		d.idle = d.idle[:n-1]
		return s, nil
	}
	return d.freshSegment()
}

func (d *Device) freshSegment() (*segment, error) {
	c, err := d.gpu.NewCommands()
	if err != nil {
		return nil, err
	}
	if err := c.Begin(); err != nil {
		c.Close()
		return nil, err
	}
	return &segment{commands: c}, nil
}

// collect takes back the segments that have run.
func (d *Device) collect() {
	if len(d.pending) == 0 {
		return
	}
	done, err := d.timeline.Value()
	if err != nil {
		d.fail(err)
		return
	}
	n := 0
	for n < len(d.pending) && d.pending[n].done <= done && d.submitter.has(d.pending[n].job) {
		d.recycle(d.pending[n])
		n++
	}
	d.pending = append(d.pending[:0], d.pending[n:]...)
}

func (d *Device) recycle(s *segment) {
	d.staging.free = append(d.staging.free, s.chunks...)
	*s = segment{commands: s.commands, chunks: s.chunks[:0], receives: s.receives[:0], sends: s.sends[:0]}
	d.idle = append(d.idle, s)
}

// flush submits what has gathered.
func (d *Device) flush() {
	s := d.open
	if s == nil {
		return
	}
	d.open = nil
	d.pending = append(d.pending, s)
	if err := s.commands.End(); err != nil {
		d.fail(err)
		return
	}
	d.submit(s)
}
