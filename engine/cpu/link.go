package cpu

import (
	"time"

	"tandem/engine/device"
)

// Send enqueues a copy of n elements into the link. The queue waits there until
// the link is free.
func (d *Device) Send(src device.Buffer, n int, l *device.Link) {
	device.CheckMessage("Send", src, n, l)
	from := words(src)[:n]
	fill := func(to []float32) { copy(to, from) }
	d.count().Sent += 4 * int64(n)
	d.links.Add(l)
	d.push(func() { d.check(l.Put(n, fill)) })
}

// Receive enqueues a copy of n elements out of the link. The queue waits there
// until they have been sent.
func (d *Device) Receive(l *device.Link, dst device.Buffer, n int) {
	device.CheckMessage("Receive", dst, n, l)
	to := words(dst)[:n]
	use := func(from []float32) { copy(to, from) }
	d.count().Received += 4 * int64(n)
	d.links.Add(l)
	d.push(func() { d.check(l.Take(n, use)) })
}

// check keeps a queued operation's error, and tells the devices that this one
// is linked to.
func (d *Device) check(err error) {
	if err != nil {
		d.queue.abort(err)
		d.links.Fail(err)
	}
}

// Mark enqueues a note of the time.
func (d *Device) Mark(slot int) {
	device.CheckMarks("Mark", slot, 1)
	d.push(func() { d.marks[slot] = time.Now() })
}

// Marks waits for everything enqueued and reads the slots from 0 on.
func (d *Device) Marks(dst []time.Time) error {
	d.outsideRecord("Marks")
	device.CheckMarks("Marks", 0, len(dst))
	if err := d.Sync(); err != nil {
		return err
	}
	copy(dst, d.marks[:])
	return nil
}
