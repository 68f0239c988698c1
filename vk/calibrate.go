//go:build cgo

package vk

import (
	"math"
	"time"
)

// calibrations is how many submissions Calibrate tries.
const calibrations = 8

// Calibrate returns a moment by the host's clock and by the device's. It submits
// nothing but a timestamp, a few times, and keeps the one that took least: the
// moment lies between submitting and the end of waiting.
func (d *Device) Calibrate() (host time.Time, ticks uint64, err error) {
	var p probe
	defer p.close()
	if err := p.open(d); err != nil {
		return host, 0, err
	}
	best := time.Duration(math.MaxInt64)
	for i := range uint64(calibrations) {
		start := time.Now()
		if err := p.run(i + 1); err != nil {
			return host, 0, err
		}
		took := time.Since(start)
		var now [1]uint64
		if err := p.queries.Read(now[:]); err != nil {
			return host, 0, err
		}
		if took < best {
			best, host, ticks = took, start.Add(took/2), now[0]
		}
	}
	return host, ticks, nil
}

// probe is a recording of one timestamp.
type probe struct {
	d        *Device
	queries  *Queries
	timeline *Timeline
	commands *Commands
}

func (p *probe) open(d *Device) (err error) {
	p.d = d
	if p.queries, err = d.NewQueries(1); err != nil {
		return err
	}
	if p.timeline, err = d.NewTimeline(); err != nil {
		return err
	}
	if p.commands, err = d.NewCommands(); err != nil {
		return err
	}
	if err = p.commands.Begin(); err != nil {
		return err
	}
	p.commands.Timestamp(p.queries, 0)
	return p.commands.End()
}

// run takes the time; round counts from 1.
func (p *probe) run(round uint64) error {
	if err := p.d.submitOnly(p.commands, nil, Point{p.timeline, round}); err != nil {
		return err
	}
	err := p.timeline.Wait(round)
	if err != nil {
		_ = p.d.WaitIdle() // close must not free what still runs
	}
	return err
}

func (p *probe) close() {
	if p.queries != nil {
		p.queries.Close()
	}
	if p.timeline != nil {
		p.timeline.Close()
	}
	if p.commands != nil {
		p.commands.Close()
	}
}
