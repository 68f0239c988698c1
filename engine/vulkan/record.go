//go:build cgo

package vulkan

import (
	"tandem/engine/device"
	"tandem/vk"
)

// longestRecorded is how many operations of a recording are submitted as one.
// Systems take a GPU for hung that works on one submission for seconds (Windows
// for two), and a step on a small one may take that long.
const longestRecorded = 24

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
	r := &recording{d: d, sealed: true}
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

// current returns the segment that operations go to, nil if that is a new one.
func (r *recording) current() *segment {
	if r.sealed {
		return nil
	}
	return r.segments[len(r.segments)-1]
}

// commands returns where the next operation is encoded, nil after a failure.
func (r *recording) commands() *vk.Commands {
	if r.d.failure() != nil {
		return nil
	}
	if r.sealed || r.current().entries >= longestRecorded {
		s, err := r.d.freshSegment()
		if err != nil {
			r.d.fail(err)
			return nil
		}
		r.segments = append(r.segments, s)
		r.sealed = false
	}
	s := r.current()
	s.entries++
	return s.commands
}

// Replay submits the recording.
func (r *recording) Replay() {
	if r.d == nil {
		panic("vulkan: Replay of a closed recording")
	}
	r.d.mustNotRecord("Replay")
	r.d.flush()
	for _, s := range r.segments {
		r.d.submit(s)
	}
	for _, slot := range r.marks {
		r.d.marked[slot] = true
	}
	r.d.counts.Add(r.counts)
}

// Close frees the recording once it has run.
func (r *recording) Close() {
	if r.d == nil {
		return
	}
	if !r.d.closed {
		r.d.flush()
		r.d.wait()
		r.d.courier.drain()
		r.d.settle()
		r.release()
	}
	r.d = nil
}

func (r *recording) release() {
	for _, s := range r.segments {
		s.close()
	}
	for _, p := range r.posts {
		p.close()
	}
}
