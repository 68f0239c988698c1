package cpu

import "tandem/engine/device"

// recording is a sequence of queued operations that is pushed as one.
type recording struct {
	d      *Device
	ops    []func()
	counts device.Counts // of one replay
	run    func()        // all of ops; nil once closed
}

// Record keeps what ops enqueues.
func (d *Device) Record(ops func()) device.Recording {
	d.outsideRecord("Record")
	r := &recording{d: d}
	d.recording = r
	defer func() { d.recording = nil }()
	ops()
	all := r.ops
	r.run = func() { d.queue.runEach(all) }
	return r
}

// Replay enqueues the sequence.
func (r *recording) Replay() {
	r.d.outsideRecord("Replay")
	if r.run == nil {
		panic("cpu: Replay of a closed recording")
	}
	r.d.counts.Add(r.counts)
	r.d.queue.push(r.run)
}

// Close lets go of the sequence.
func (r *recording) Close() { r.ops, r.run = nil, nil }

func (d *Device) outsideRecord(op string) {
	if d.recording != nil {
		panic("cpu: " + op + " has no place in a recording")
	}
}

// push enqueues f, or adds it to what is being recorded.
func (d *Device) push(f func()) {
	if r := d.recording; r != nil {
		r.ops = append(r.ops, f)
		return
	}
	d.queue.push(f)
}

// count returns where to count what is enqueued now.
func (d *Device) count() *device.Counts {
	if r := d.recording; r != nil {
		return &r.counts
	}
	return &d.counts
}

// Counts says what was asked of the device since it was opened.
func (d *Device) Counts() device.Counts { return d.counts }
