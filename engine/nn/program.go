package nn

import "tandem/engine/device"

// task is one entry of the program that a model runs: what one device does at
// one place of it.
type task struct {
	dev  int
	kind taskKind
	c    *compute  // nil in a transfer
	t    *transfer // nil in a computation
	run  func()
}

type taskKind int

const (
	computing taskKind = iota
	sending
	receiving
)

// plan lays out both passes. Each device runs its tasks in the order of the
// list, in which a message is sent before it is received, so the devices cannot
// wait for each other in a circle. Values are sent as soon as they are there
// and received as late as possible: in front of their first reader.
func (m *Model) plan() {
	for _, c := range m.passes {
		for _, t := range m.transfers {
			if t.reader == c {
				m.forward = append(m.forward, task{t.to.dev, receiving, nil, t, t.receive})
			}
		}
		m.forward = append(m.forward, task{c.dev, computing, c, nil, c.forward})
		for _, t := range m.transfers {
			if t.from == c.out {
				m.forward = append(m.forward, task{t.from.dev, sending, nil, t, t.send})
			}
		}
	}
	if !m.opt.Inference {
		m.planBackward()
	}
}

// planBackward turns the forward pass around. Nobody but the update waits for
// the gradients of parameters: on two devices they are left until there is a
// message to wait for.
func (m *Model) planBackward() {
	later := make([][]task, len(m.opt.Devices))
	flush := func(dev int) {
		m.backward = append(m.backward, later[dev]...)
		later[dev] = nil
	}
	for i := len(m.forward) - 1; i >= 0; i-- {
		switch f := m.forward[i]; f.kind {
		case sending:
			flush(f.dev)
			m.backward = append(m.backward, task{f.dev, receiving, nil, f.t, f.t.receiveBack})
		case receiving:
			m.backward = append(m.backward, task{f.dev, sending, nil, f.t, f.t.sendBack})
		default:
			m.backward = append(m.backward, task{f.dev, computing, f.c, nil, f.c.backward})
			if len(f.c.ctx.Params) > 0 {
				later[f.dev] = append(later[f.dev], task{f.dev, computing, f.c, nil, f.c.backwardParams})
			}
			if len(m.transfers) == 0 {
				flush(f.dev)
			}
		}
	}
	for dev := range later {
		flush(dev)
	}
}

func runAll(tasks []task) {
	for _, t := range tasks {
		t.run()
	}
}

// Forward computes all outputs; with train set, dropout draws its masks.
func (m *Model) Forward(train bool) {
	m.setTrain(train)
	runAll(m.forward)
}

// setTrain says of which kind the last pass forwards is. Replays must, too, for
// the Backward that may follow.
func (m *Model) setTrain(train bool) {
	for _, c := range m.passes {
		c.ctx.Train = train
	}
}

// Backward computes all gradients of the last pass forwards.
func (m *Model) Backward() { runAll(m.backward) }

// Update applies SGD to every parameter.
func (m *Model) Update() {
	for _, w := range m.params {
		for _, s := range w.slots {
			p := device.SGD{N: s.Shape.Size(), RateFactor: s.RateFactor, Decay: s.Decay}
			s.dev.SGD(p, s.Weights, s.Grad, s.Velocity)
		}
	}
}

// Train enqueues one training step: Forward(true), Backward and Update, from
// recordings that the first call makes. A model for inference cannot do it.
func (m *Model) Train() {
	if m.step == nil {
		m.step = m.record(func() {
			m.Forward(true)
			m.Backward()
			m.Update()
		})
	}
	m.setTrain(true)
	m.step.replay()
}

// Infer enqueues Forward(false), from recordings that the first call makes.
func (m *Model) Infer() {
	if m.inference == nil {
		m.inference = m.record(func() { m.Forward(false) })
	}
	m.setTrain(false)
	m.inference.replay()
}

// recorded is a sequence of calls, kept ready by each device; nil until it is
// first needed.
type recorded []device.Recording

func (r recorded) replay() {
	for _, d := range r {
		d.Replay()
	}
}

func (r *recorded) close() {
	for _, d := range *r {
		d.Close()
	}
	*r = nil
}

// closeRecordings lets go of all of them; the next pass makes them anew.
func (m *Model) closeRecordings() {
	for _, r := range []*recorded{&m.step, &m.inference, &m.marked} {
		r.close()
	}
}

// record lets all devices record the same calls, each its own.
func (m *Model) record(calls func()) recorded {
	r := make(recorded, len(m.opt.Devices))
	for i, d := range m.opt.Devices {
		inner := calls
		calls = func() { r[i] = d.Record(inner) }
	}
	calls()
	return r
}
