//go:build cgo

package vulkan

import (
	"tandem/engine/device"
	"tandem/vk"
)

// post is this device's end of a link: host memory that the device copies to or
// from, and through which the courier carries messages.
type post struct {
	link   *device.Link
	memory *vk.Buffer
	words  []float32
	fill   func([]float32) // copies words into a message
	use    func([]float32) // copies a message into words
	sent   uint64          // courier's number of the job that takes the last message away
	read   uint64          // on the device's timeline: when the last message has been copied
	bytes  int64
}

func (d *Device) newPost(l *device.Link, n int, k vk.MemoryKind) (*post, error) {
	m, err := d.gpu.NewBuffer(4*int64(n), k)
	if err != nil {
		return nil, err
	}
	p := &post{link: l, memory: m, words: floats(m, 0, n), bytes: 4 * int64(n)}
	p.fill = func(message []float32) { copy(message, p.words) }
	p.use = func(message []float32) { copy(p.words, message) }
	d.links.Add(l)
	return p, nil
}

func (p *post) close() { p.memory.Close() }

// postOf returns this device's end of l: the recording's own while one is made.
func (d *Device) postOf(l *device.Link, n int, k vk.MemoryKind) *post {
	if p := d.posts[l]; p != nil && d.recording == nil {
		return p
	}
	p, err := d.newPost(l, n, k)
	if err != nil {
		d.fail(err)
		l.Fail(err)
		return nil
	}
	if d.recording != nil {
		d.recording.posts = append(d.recording.posts, p)
	} else {
		d.posts[l] = p
	}
	return p
}

// Send copies the first n elements of src into the link, once everything before
// has run.
func (d *Device) Send(src device.Buffer, n int, l *device.Link) {
	device.CheckMessage("Send", src, n, l)
	d.count().Sent += 4 * int64(n)
	p := d.postOf(l, n, vk.FromDevice)
	if p == nil {
		return
	}
	if d.recording == nil {
		d.courier.wait(p.sent)
	}
	c := d.commands()
	if c == nil {
		return
	}
	c.Copy(src.(*buffer).gpu, 0, p.memory, 0, p.bytes)
	if r := d.recording; r != nil {
		r.sealed = true
		s := r.segment(false)
		s.sends = append(s.sends, p)
		return
	}
	d.open.sends = append(d.open.sends, p)
	d.flush()
}

// Receive copies the link's message to the first n elements of dst, once it has
// come and everything before has run.
func (d *Device) Receive(l *device.Link, dst device.Buffer, n int) {
	device.CheckMessage("Receive", dst, n, l)
	d.count().Received += 4 * int64(n)
	p := d.postOf(l, n, vk.ToDevice)
	if p == nil {
		return
	}
	s := d.receiver()
	if s == nil {
		return
	}
	s.receives = append(s.receives, p)
	if d.recording == nil {
		d.expect(s)
	}
	if c := d.commands(); c != nil {
		c.Copy(p.memory, 0, dst.(*buffer).gpu, 0, p.bytes)
	}
}

// receiver returns a segment in which nothing but messages is waited for yet.
func (d *Device) receiver() *segment {
	if r := d.recording; r != nil {
		return r.segment(len(r.segments) == 0 || r.sealed || r.segments[len(r.segments)-1].entries > 0)
	}
	d.flush()
	return d.openSegment()
}

// expect has the courier fetch the messages that a segment is to receive.
func (d *Device) expect(s *segment) {
	if len(s.receives) == 0 || d.failure() != nil {
		return
	}
	s.arrived = d.courier.expect(s.receives)
}
