//go:build cgo

package vk

import "sync/atomic"

// Counts are what a device was asked to do since it was opened. Dispatches,
// barriers and copies count when they are submitted, so a replay counts again.
type Counts struct {
	Dispatches  int64
	Barriers    int64 // between commands that depend on each other; not those at begin and end
	Copies      int64 // fills and updates included
	Submits     int64
	NativeCalls int64 // from Go into C
}

type counters struct{ dispatches, barriers, copies, submits, native atomic.Int64 }

// called counts a call into C.
func (d *Device) called() { d.counts.native.Add(1) }

// Counts returns what the device has done so far.
func (d *Device) Counts() Counts {
	c := &d.counts
	return Counts{c.dispatches.Load(), c.barriers.Load(), c.copies.Load(), c.submits.Load(), c.native.Load()}
}

func (c *counters) submitted(r recorded) {
	c.submits.Add(1)
	c.dispatches.Add(r.dispatches)
	c.barriers.Add(r.barriers)
	c.copies.Add(r.copies)
}

// recorded counts what a command buffer holds.
type recorded struct{ dispatches, barriers, copies int64 }
