package nn

import (
	"fmt"
	"time"

	"tandem/engine/device"
	"tandem/engine/tensor"
)

// LayerTime is what one node took, or one transfer between two devices.
type LayerTime struct {
	Name     string // of the node as it runs: "conv3.a" in a split network; of a transfer, the node whose output crosses
	Type     string // "transfer" between devices
	Forward  time.Duration
	Backward time.Duration // of inputs and parameters; of a transfer, both times, how long the receiver was held up
	// Multiply-adds for the whole batch. The backward pass makes two gradients,
	// of the weights and of the input, each as costly as the forward pass; the
	// images need none.
	ForwardMultiplyAdds, BackwardMultiplyAdds int64
	Bytes                                     int64 // that cross, each way
}

// Span is a piece of work on one device.
type Span struct {
	Device     int
	Name       string // as in LayerTime
	Type       string // of the layer, or "send" or "receive"
	Backward   bool
	Start, End time.Time // of receive: from when the device has nothing else to do
	Bytes      int64     // sent or received
}

func (s Span) computes() bool { return s.Bytes == 0 }

// Profile is where the time of one pass forwards and one backwards went.
type Profile struct {
	Layers []LayerTime // in the network's order, transfers in front of their first reader
	Spans  []Span      // each device's one after the other without a gap
}

// Profile runs one pass forwards, with dropout, and one backwards, in which the
// devices note the time between layers. They run as they do in training.
func (m *Model) Profile() (*Profile, error) {
	if err := m.fitsMarks(); err != nil {
		return nil, err
	}
	if err := m.Sync(); err != nil {
		return nil, err
	}
	m.setTrain(true)
	if m.marked == nil {
		m.marked = m.record(m.runMarked)
	}
	m.marked.replay()
	marks, err := m.marks()
	if err != nil {
		return nil, err
	}
	return m.profile(marks), nil
}

func (m *Model) fitsMarks() error {
	for dev, n := range m.marksNeeded() {
		if n > device.MaxMarks {
			return fmt.Errorf("network %s: device %d has %d passes to time, and %d fit", m.Net.Name, dev, n-1, device.MaxMarks-1)
		}
	}
	return nil
}

// marksNeeded returns the number of marks by device: one before all tasks and
// one after each.
func (m *Model) marksNeeded() []int {
	n := make([]int, len(m.opt.Devices))
	for i := range n {
		n[i] = 1
	}
	for _, list := range [][]task{m.forward, m.backward} {
		for _, t := range list {
			n[t.dev]++
		}
	}
	return n
}

func (m *Model) runMarked() {
	slots := make([]int, len(m.opt.Devices))
	mark := func(dev int) {
		m.opt.Devices[dev].Mark(slots[dev])
		slots[dev]++
	}
	for dev := range slots {
		mark(dev)
	}
	for _, list := range [][]task{m.forward, m.backward} {
		for _, t := range list {
			t.run()
			mark(t.dev)
		}
	}
}

func (m *Model) marks() ([][]time.Time, error) {
	marks := make([][]time.Time, len(m.opt.Devices))
	var errs deviceErrors
	for dev, n := range m.marksNeeded() {
		marks[dev] = make([]time.Time, n)
		errs.add(m.opt.Devices[dev].Marks(marks[dev]))
	}
	return marks, errs.first()
}

// profile names the times between marks.
func (m *Model) profile(marks [][]time.Time) *Profile {
	p := &Profile{}
	line := map[any]int{} // of each compute and transfer in Layers
	for _, f := range m.forward {
		switch f.kind {
		case computing:
			line[f.c] = len(p.Layers)
			p.Layers = append(p.Layers, f.c.describe())
		case receiving:
			line[f.t] = len(p.Layers)
			p.Layers = append(p.Layers, LayerTime{Name: f.t.name, Type: "transfer", Bytes: 4 * int64(f.t.size())})
		}
	}
	for pass, list := range [][]task{m.forward, m.backward} {
		for _, t := range list {
			s := t.span(pass == 1)
			s.Start, s.End = marks[t.dev][0], marks[t.dev][1]
			marks[t.dev] = marks[t.dev][1:]
			p.Spans = append(p.Spans, s)
			p.Layers[line[t.owner()]].add(s)
		}
	}
	return p
}

func (l *LayerTime) add(s Span) {
	switch took := s.End.Sub(s.Start); {
	case s.Type == "send":
	case s.Backward:
		l.Backward += took
	default:
		l.Forward += took
	}
}

func (t task) owner() any {
	if t.t != nil {
		return t.t
	}
	return t.c
}

func (t task) span(backward bool) Span {
	if t.kind == computing {
		return Span{Device: t.dev, Name: t.c.ctx.Node.Name, Type: t.c.ctx.Node.Layer.Type(), Backward: backward}
	}
	way := "send"
	if t.kind == receiving {
		way = "receive"
	}
	return Span{Device: t.dev, Name: t.t.name, Type: way, Backward: backward, Bytes: 4 * int64(t.t.size())}
}

// describe says what a layer computes for the batch.
func (c *compute) describe() LayerTime {
	in := make([]tensor.Shape, len(c.ctx.In))
	gradients := int64(1)
	for i, v := range c.ctx.In {
		in[i] = v.Shape
		if v.Grad != nil {
			gradients = 2
		}
	}
	n := int64(c.ctx.Batch) * c.ctx.Node.Layer.MultiplyAdds(in)
	return LayerTime{Name: c.ctx.Node.Name, Type: c.ctx.Node.Layer.Type(), ForwardMultiplyAdds: n, BackwardMultiplyAdds: gradients * n}
}
