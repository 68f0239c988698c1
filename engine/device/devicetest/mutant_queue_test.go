package devicetest

import (
	"slices"
	"time"

	"tandem/engine/device"
)

type tapeMutant struct {
	refDevice
	eager, backwards, forgets, frozen, lax, reopens bool
	made                                            device.StepState
}

type tapeMutantTape struct {
	*refTape
	m *tapeMutant
}

func (d *tapeMutant) Record(ops func()) device.Recording {
	if d.lax {
		d.tape = nil
	}
	d.made = d.state
	r := d.refDevice.Record(ops).(*refTape)
	switch {
	case d.eager:
		r.Replay()
	case d.backwards:
		slices.Reverse(r.list)
	case d.forgets:
		r.list = r.list[:len(r.list)-1]
	}
	return &tapeMutantTape{r, d}
}

func (d *tapeMutant) Upload(dst device.Buffer, offset int, src []float32) {
	if d.lax {
		d.tape = nil
	}
	d.refDevice.Upload(dst, offset, src)
}

func (r *tapeMutantTape) Replay() {
	now := r.m.state
	if r.m.frozen {
		r.m.state = r.m.made
	}
	r.refTape.Replay()
	r.m.state = now
}

func (r *tapeMutantTape) Close() {
	if !r.m.reopens {
		r.refTape.Close()
	}
}

type markMutant struct {
	refDevice
	off              time.Duration
	swaps, boundless bool
}

func (d *markMutant) Mark(slot int) {
	if !d.boundless || slot >= 0 && slot < device.MaxMarks {
		d.refDevice.Mark(slot)
	}
}

func (d *markMutant) Marks(dst []time.Time) error {
	err := d.refDevice.Marks(dst)
	for i := range dst {
		dst[i] = dst[i].Add(d.off)
	}
	if d.swaps {
		slices.Reverse(dst)
	}
	return err
}

// countMutant counts too much once it has been asked.
type countMutant struct {
	refDevice
	asked                bool
	operations, uploaded int64
}

func (d *countMutant) Counts() device.Counts {
	c := d.refDevice.Counts()
	if d.asked {
		c.Operations += d.operations
		c.Uploaded += d.uploaded
	}
	d.asked = true
	return c
}

type linkMutant struct {
	refDevice
	past      bool // Receive writes past its end
	stale     bool // Send sends what it should have sent the time before
	blocks    bool // Receive waits at the call
	hasty     bool // a mark does not wait for what is before it
	drops     bool // Close forgets what was sent
	mute      bool // the links never hear of a failure
	unchecked bool
	noted     []time.Time
	before    []float32
}

func (d *linkMutant) Send(src device.Buffer, n int, l *device.Link) {
	switch {
	case d.unchecked:
	case d.drops:
		d.exchange(l, func() error { return nil })
	case d.mute:
		if d.line == nil {
			d.line = newRefLine()
		}
		d.do(func() { d.line.fail(l.Put(n, func(m []float32) { copy(m, words(src)) })) })
	case d.stale:
		d.count().Sent += 4 * int64(n)
		d.exchange(l, func() error {
			return l.Put(n, func(m []float32) {
				copy(m, d.before)
				d.before = slices.Clone(words(src))
			})
		})
	default:
		d.refDevice.Send(src, n, l)
	}
}

func (d *linkMutant) Receive(l *device.Link, dst device.Buffer, n int) {
	if d.unchecked {
		return
	}
	d.refDevice.Receive(l, dst, n)
	if d.past && n < dst.Len() {
		d.do(func() { words(dst)[n] = 0 })
	}
	if d.blocks && d.line != nil && d.tape == nil {
		_ = d.line.wait()
	}
}

func (d *linkMutant) Mark(slot int) {
	d.refDevice.Mark(slot)
	d.noted = append(d.noted, time.Now())
}

func (d *linkMutant) Marks(dst []time.Time) error {
	err := d.refDevice.Marks(dst)
	if d.hasty {
		copy(dst, d.noted)
	}
	return err
}
