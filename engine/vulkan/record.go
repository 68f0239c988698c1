//go:build cgo

package vulkan

import (
	"tandem/engine/device"
	"tandem/vk"
)

// recording is a sequence of segments that can be submitted again and again.
type recording struct {
	d        *Device
	segments []*segment
	sealed   bool // the last segment takes no more operations
	posts    []*post
	marks    []int         // slots
	counts   device.Counts // of one replay
}

// Record encodes what ops enqueues, to be submitted at each Replay.
func (d *Device) Record(ops func()) device.Recording {
	d.mustNotRecord("Record")
	d.flush()
	r := &recording{d: d}
	d.recording = r
	defer func() { d.recording = nil }()
	ops()
	for _, s := range r.segments {
		d.fail(s.commands.End())
	}
	return r
}

// count returns where to count what is enqueued now.
func (d *Device) count() *device.Counts {
	if r := d.recording; r != nil {
		return &r.counts
	}
	return &d.counts
}

func (d *Device) mustNotRecord(op string) {
	if d.recording != nil {
		panic("vulkan: " + op + " has no place in a recording")
	}
}

// commands returns where the next operation is encoded, nil after a failure.
func (r *recording) commands() *vk.Commands {
	s := r.segment(r.sealed || len(r.segments) == 0)
	if s == nil {
		return nil
	}
	s.entries++
	return s.commands
}

// segment returns the last segment, or a fresh one after it.
func (r *recording) segment(fresh bool) *segment {
	if !fresh {
		return r.segments[len(r.segments)-1]
	}
	c, err := r.d.gpu.NewCommands()
	if err == nil {
		err = c.Begin()
	}
	if err != nil {
		r.d.fail(err)
		return nil
	}
	r.sealed = false
	r.segments = append(r.segments, &segment{commands: c})
	return r.segments[len(r.segments)-1]
}

// Replay submits the recording once the replay before it is through: a command
// buffer may not be in use twice.
func (r *recording) Replay() {
	d := r.d
	if d == nil {
		panic("vulkan: Replay of a closed recording")
	}
	d.mustNotRecord("Replay")
	d.flush()
	if n := len(r.segments); n > 0 {
		d.wait(r.segments[n-1].done)
	}
	for _, s := range r.segments {
		d.expect(s)
		for _, p := range s.sends {
			d.courier.wait(p.sent)
		}
		d.submit(s)
	}
	for _, slot := range r.marks {
		d.marked[slot] = true
	}
	d.counts.Add(r.counts)
}

// Close frees the recording once it has run.
func (r *recording) Close() {
	if r.d == nil || r.d.closed {
		return
	}
	r.d.flush()
	if n := len(r.segments); n > 0 {
		r.d.wait(r.segments[n-1].done)
	}
	r.d.courier.wait(r.d.courier.posted)
	for _, s := range r.segments {
		s.close()
	}
	for _, p := range r.posts {
		p.close()
	}
	r.d = nil
}
