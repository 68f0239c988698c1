//go:build cgo

package vulkan

import "tandem/vk"

// submission is a job of the submitter: a segment whose turn has come.
type submission struct {
	*segment
	before uint64 // on the timeline: when the segment's last submission has run
	value  uint64 // on the timeline: when this one has
}

// submit hands a segment to the submitter. It never waits.
func (d *Device) submit(s *segment) {
	d.last++
	s.job = d.submitter.give(submission{s, s.done, d.last})
	s.done = d.last
}

// launch is the submitter's work. It waits for the messages that the segment is
// to receive, and for those that it is to replace to be on their way; then the
// device runs it. After a failure nothing runs any more.
//
// Devices could wait for messages themselves, on a timeline that the host moves
// on; but a submission that waits for the host is what drivers, and the
// validation layer, are worst at.
func (d *Device) launch(s submission) {
	d.reach(s.before) // a command buffer may not be in use twice
	for _, p := range s.receives {
		d.reach(p.read)
		d.exchange(p, p.link.Take, p.use)
	}
	for _, p := range s.sends {
		d.courier.wait(p.sent)
	}
	if d.failure() != nil {
		return
	}
	if err := d.gpu.Submit(s.commands, nil, vk.Point{Timeline: d.timeline, Value: s.value}); err != nil {
		d.fail(err)
		return
	}
	for _, p := range s.receives {
		p.read = s.value
	}
	for _, p := range s.sends {
		p.sent = d.courier.give(errand{p, s.value})
	}
}

// errand is a job of the courier: a message that leaves the device.
type errand struct {
	*post
	ready uint64 // on the timeline: when the message is in host memory
}

func (d *Device) deliver(e errand) {
	d.reach(e.ready)
	d.exchange(e.post, e.link.Put, e.fill)
}

// exchange puts or takes a message unless something has failed. A link's error
// names the device that failed.
func (d *Device) exchange(p *post, move func(int, func([]float32)) error, words func([]float32)) {
	if d.failure() != nil {
		return // the link has been failed
	}
	if err := move(p.n, words); err != nil {
		d.keep(err)
	}
}

// reach returns when the timeline has reached v, which has been submitted, or
// after a failure.
func (d *Device) reach(v uint64) {
	if v > 0 && d.failure() == nil {
		d.fail(d.timeline.Wait(v))
	}
}

// wait returns when everything submitted has run, or after a failure.
func (d *Device) wait() {
	d.submitter.drain()
	d.reach(d.last)
}
