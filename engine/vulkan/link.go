//go:build cgo

package vulkan

import (
	"tandem/engine/device"
	"tandem/vk"
)

// post is this device's end of a link: host memory that the device copies to or
// from. Its fields below the line belong to the submitter.
type post struct {
	link   *device.Link
	memory *vk.Buffer
	n      int             // elements of a message
	fill   func([]float32) // copies from memory
	use    func([]float32) // copies to memory

	sent uint64 // the courier's number of the errand that takes the last message away
	read uint64 // on the timeline: when the last message has been copied
}

func (d *Device) newPost(l *device.Link, n int, k vk.MemoryKind) (*post, error) {
	m, err := d.gpu.NewBuffer(4*int64(n), k)
	if err != nil {
		return nil, err
	}
	words := floats(m, 0, n)
	return &post{
		link: l, memory: m, n: n,
		fill: func(message []float32) { copy(message, words) },
		use:  func(message []float32) { copy(words, message) },
	}, nil
}

func (p *post) close() { p.memory.Close() }

// postKey tells this device's ends apart; a message of another length gets
// memory of its own.
type postKey struct {
	link *device.Link
	n    int
	kind vk.MemoryKind
}

// postFor returns this device's end of a link, which lives as long as the
// recording that is being made, or as the device.
func (d *Device) postFor(l *device.Link, n int, k vk.MemoryKind) *post {
	d.links.Add(l)
	key := postKey{l, n, k}
	if p := d.posts[key]; p != nil && d.recording == nil {
		return p
	}
	p, err := d.newPost(l, n, k)
	if err != nil {
		d.fail(err)
		return nil
	}
	if d.recording != nil {
		d.recording.posts = append(d.recording.posts, p)
	} else {
		d.posts[key] = p
	}
	return p
}

// Send copies the first n elements of src into the link, once everything before
// has run.
func (d *Device) Send(src device.Buffer, n int, l *device.Link) {
	device.CheckMessage("Send", src, n, l)
	d.count().Sent += 4 * int64(n)
	p := d.postFor(l, n, vk.FromDevice)
	c := d.commands()
	if p == nil || c == nil {
		return
	}
	c.Copy(src.(*buffer).gpu, 0, p.memory, 0, 4*int64(n))
	s := d.current()
	s.sends = append(s.sends, p)
	d.seal()
}

// Receive copies the link's message to the first n elements of dst, once it has
// come and everything before has run.
func (d *Device) Receive(l *device.Link, dst device.Buffer, n int) {
	device.CheckMessage("Receive", dst, n, l)
	d.count().Received += 4 * int64(n)
	p := d.postFor(l, n, vk.ToDevice)
	if s := d.current(); s != nil && s.entries > len(s.receives) {
		d.seal() // what comes before need not wait for the message
	}
	c := d.commands()
	if p == nil || c == nil {
		return
	}
	c.Copy(p.memory, 0, dst.(*buffer).gpu, 0, 4*int64(n))
	s := d.current()
	s.receives = append(s.receives, p)
	if d.recording == nil {
		d.flush() // the sender may wait for the link to be free
	}
}

// current returns the segment that operations go to, nil if there is none.
func (d *Device) current() *segment {
	if r := d.recording; r != nil {
		return r.current()
	}
	return d.open
}

// seal has the operations that follow go to another segment.
func (d *Device) seal() {
	if r := d.recording; r != nil {
		r.sealed = true
		return
	}
	d.flush()
}
