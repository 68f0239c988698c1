package devicetest

import (
	"fmt"
	"testing"

	"tandem/engine/device"
)

// prepared is a case with buffers on a device.
type prepared struct {
	Case
	buffers
}

func prepare(d device.Device, cases []Case) ([]prepared, error) {
	list := make([]prepared, len(cases))
	for i, c := range cases {
		list[i] = prepared{c, buffers{}}
		for _, o := range c.operands {
			if o.role == aside {
				continue
			}
			b, err := d.Alloc(o.shape.Size() + o.guard())
			if err != nil {
				return nil, err
			}
			list[i].buffers[o.name] = b
		}
	}
	return list, nil
}

// contents is what the case draws in a round, ready for upload; outputs hold
// NaN.
func (p prepared) contents(round uint64) map[string][]float32 {
	c := p.Case
	c.seed += round
	data := c.draw()
	for _, o := range c.operands {
		data[o.name] = o.guarded(data[o.name], float32(nan))
	}
	return data
}

// recordRounds are the states in which a recording is replayed.
var recordRounds = []device.StepState{
	{Seed: 3, Step: 7, Rate: 0.25, Momentum: 0.9},
	{Seed: 1 << 40, Step: 8, Rate: 0.5, Momentum: 0.5},
}

func runRecorded(t *testing.T, open Open, cases []Case) {
	d := open(t)
	defer d.Close()
	if err := recorded(d, cases); err != nil {
		t.Error(err)
	}
}

// recorded checks that one recording of all cases gives, replay after replay,
// the bits of the same calls made one by one, on contents drawn anew.
func recorded(d device.Device, cases []Case) error {
	list, err := prepare(d, cases)
	if err != nil {
		return err
	}
	calls := func() {
		for _, p := range list {
			p.call(d, p.buffers)
		}
	}
	r := d.Record(calls)
	defer r.Close()
	for round, state := range recordRounds {
		d.SetStep(state)
		data := make([]map[string][]float32, len(list))
		for i, p := range list {
			data[i] = p.contents(uint64(round))
		}
		replayed, err := results(d, list, data, r.Replay)
		if err != nil {
			return err
		}
		called, err := results(d, list, data, calls)
		if err != nil {
			return err
		}
		for i, p := range list {
			if err := p.sameBits(replayed[i], called[i]); err != nil {
				return fmt.Errorf("%s %s: replay %d against the call: %w", p.Op, p.Name, round+1, err)
			}
		}
	}
	return nil
}

// results runs all cases on the given contents.
func results(d device.Device, list []prepared, data []map[string][]float32, run func()) ([]map[string][]float32, error) {
	for i, p := range list {
		for name, b := range p.buffers {
			d.Upload(b, 0, data[i][name])
		}
	}
	run()
	all := make([]map[string][]float32, len(list))
	for i, p := range list {
		var err error
		if all[i], err = p.download(d, p.buffers); err != nil {
			return nil, err
		}
	}
	return all, nil
}
