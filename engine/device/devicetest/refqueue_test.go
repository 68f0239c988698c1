package devicetest

import (
	"slices"
	"sync"
	"time"

	"tandem/engine/device"
)

// refTape is a recording of the reference device.
type refTape struct {
	d      *refDevice
	list   []func()
	counts device.Counts
	closed bool
}

func (r *refTape) Replay() {
	r.d.outside("Replay")
	if r.closed {
		panic("ref: Replay of a closed recording")
	}
	r.d.counts.Add(r.counts)
	for _, f := range r.list {
		r.d.do(f)
	}
}

func (r *refTape) Close() { r.closed = true }

func (d *refDevice) Record(ops func()) device.Recording {
	d.outside("Record")
	tape := &refTape{d: d}
	d.tape = tape
	defer func() { d.tape = nil }()
	ops()
	return tape
}

func (d *refDevice) outside(op string) {
	if d.tape != nil {
		panic("ref: " + op + " in a recording")
	}
}

// refLine runs calls one after the other on a goroutine of its own. The
// reference device has one from its first exchange with another device.
type refLine struct {
	mu      sync.Mutex
	changed sync.Cond
	waiting []func()
	busy    bool
	err     error
	links   device.Links
}

func newRefLine() *refLine {
	l := &refLine{}
	l.changed.L = &l.mu
	return l
}

func (l *refLine) push(f func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.waiting = append(l.waiting, f)
	if !l.busy {
		l.busy = true
		go l.work()
	}
}

func (l *refLine) work() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for len(l.waiting) > 0 {
		f := l.waiting[0]
		l.waiting = slices.Delete(l.waiting, 0, 1)
		l.mu.Unlock()
		f()
		l.mu.Lock()
	}
	l.busy = false
	l.changed.Broadcast()
}

func (l *refLine) fail(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err == nil {
		l.err = err
	}
}

func (l *refLine) wait() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	for l.busy {
		l.changed.Wait()
	}
	return l.err
}

// do runs f at once, or behind what is in line, or keeps it in a recording.
func (d *refDevice) do(f func()) {
	switch {
	case d.tape != nil:
		d.tape.list = append(d.tape.list, f)
	case d.line != nil:
		d.line.push(f)
	default:
		f()
	}
}

func (d *refDevice) operation(f func()) {
	d.count().Operations++
	d.do(f)
}

func (d *refDevice) count() *device.Counts {
	if d.tape != nil {
		return &d.tape.counts
	}
	return &d.counts
}

func (d *refDevice) Counts() device.Counts { return d.counts }

func (d *refDevice) Send(src device.Buffer, n int, l *device.Link) {
	device.CheckMessage("Send", src, n, l)
	d.count().Sent += 4 * int64(n)
	d.exchange(l, func() error { return l.Put(n, func(message []float32) { copy(message, words(src)) }) })
}

func (d *refDevice) Receive(l *device.Link, dst device.Buffer, n int) {
	device.CheckMessage("Receive", dst, n, l)
	d.count().Received += 4 * int64(n)
	d.exchange(l, func() error { return l.Take(n, func(message []float32) { copy(words(dst), message) }) })
}

func (d *refDevice) exchange(l *device.Link, f func() error) {
	if d.line == nil {
		d.line = newRefLine()
	}
	line := d.line
	line.links.Add(l)
	d.do(func() {
		if err := f(); err != nil {
			line.fail(err)
			line.links.Fail(err)
		}
	})
}

func (d *refDevice) Mark(slot int) {
	device.CheckMarks("Mark", slot, 1)
	if d.marks == nil {
		d.marks = make([]time.Time, device.MaxMarks)
	}
	d.do(func() { d.marks[slot] = time.Now() })
}

func (d *refDevice) Marks(dst []time.Time) error {
	d.outside("Marks")
	device.CheckMarks("Marks", 0, len(dst))
	err := d.Sync()
	copy(dst, d.marks)
	return err
}

func (d *refDevice) SetStep(s device.StepState) {
	d.outside("SetStep")
	d.do(func() { d.state = s })
}

func (d *refDevice) Upload(dst device.Buffer, offset int, src []float32) {
	d.outside("Upload")
	d.counts.Uploaded += 4 * int64(len(src))
	to, from := block(dst, offset, len(src)), slices.Clone(src)
	d.do(func() { copy(to, from) })
}

func (d *refDevice) Download(src device.Buffer, offset int, dst []float32) error {
	d.outside("Download")
	from := block(src, offset, len(dst))
	d.counts.Downloaded += 4 * int64(len(dst))
	err := d.Sync()
	copy(dst, from)
	return err
}

func (d *refDevice) Sync() error {
	d.outside("Sync")
	var err error
	if d.line != nil {
		err = d.line.wait()
	}
	if err == nil && d.closed {
		err = errClosed
	}
	return err
}

func (d *refDevice) Close() error {
	d.outside("Close")
	if d.closed {
		return nil
	}
	err := d.Sync()
	d.closed = true
	if d.line != nil {
		d.line.links.Fail(errClosed)
	}
	return err
}
