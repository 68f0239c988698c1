package nn

import (
	"fmt"
	"runtime"
	"sync"

	"tandem/engine/device"
	"tandem/engine/tensor"
)

// Kind selects one of the tensors of a parameter.
type Kind int

// The tensors of a parameter.
const (
	Weights Kind = iota
	Gradient
	Velocity
)

func (s *Slot) buffer(k Kind) device.Buffer {
	return [...]device.Buffer{s.Weights, s.Grad, s.Velocity}[k]
}

// wholeParam is a parameter of the merged network and the slots that hold its
// rows.
type wholeParam struct {
	Param
	slots []*Slot
}

// Params lists the parameters of the merged network in its order, named
// "layer.weight" and "layer.bias". The network must be valid.
func (net *Network) Params() ([]Param, error) {
	shapes, err := net.Infer()
	if err != nil {
		return nil, err
	}
	var all []Param
	for _, n := range net.Nodes {
		for _, p := range n.Layer.Params(shapes.of(n.Inputs)) {
			p.Name = n.Name + "." + p.Name
			all = append(all, p)
		}
	}
	return all, nil
}

func (m *Model) declareParams() {
	params, err := m.Net.Params()
	if err != nil {
		panic("nn: " + err.Error()) // New has inferred the network already
	}
	for _, p := range params {
		m.params = append(m.params, &wholeParam{Param: p})
	}
}

// newSlot allocates a node's parameter, or its tower's rows of one.
func (m *Model) newSlot(n *Node, p Param, dev int) (*Slot, error) {
	whole := m.whole(n.origin() + "." + p.Name)
	size := p.Shape.Size()
	s := &Slot{Param: p, offset: n.half * size, dev: m.opt.Devices[dev]}
	bufs := []*device.Buffer{&s.Weights, &s.Grad, &s.Velocity}
	if m.opt.Inference {
		bufs = bufs[:1]
	}
	for _, b := range bufs {
		var err error
		if *b, err = m.alloc(dev, size); err != nil {
			return nil, err
		}
	}
	whole.slots = append(whole.slots, s)
	return s, nil
}

func (m *Model) whole(name string) *wholeParam {
	for _, w := range m.params {
		if w.Name == name {
			return w
		}
	}
	return nil
}

// Params lists the parameters of the merged network.
func (m *Model) Params() []Param {
	out := make([]Param, len(m.params))
	for i, w := range m.params {
		out[i] = w.Param
	}
	return out
}

// Init draws the initial values from the streams (seed, "init/"+name) and sets
// all velocities to zero. A network on two devices starts from the same values
// as on one.
func (m *Model) Init(seed uint64) {
	for _, w := range m.params {
		for _, s := range w.slots {
			values := make([]float32, s.Shape.Size())
			w.Param.fill(values, s.offset, seed)
			s.dev.Upload(s.Weights, 0, values)
			if s.Velocity != nil {
				s.dev.Fill(s.Velocity, 0)
			}
		}
	}
}

// fill sets dst to the initial values from element first on.
func (p Param) fill(dst []float32, first int, seed uint64) {
	stream := tensor.NewStream(seed, tensor.Purpose("init/"+p.Name), 0)
	inChunks(len(dst), func(lo, hi int) {
		part := dst[lo:hi]
		if p.Std != 0 {
			stream.FillNormal(part, uint64(first+lo), p.Std)
		}
		for i := range part {
			if p.Uniform != 0 {
				part[i] = p.Uniform * (2*stream.Uniform(uint64(first+lo+i)) - 1)
			}
			part[i] += p.Value
		}
	})
}

// inChunks calls f on parts of [0, n) from as many goroutines as there are cores.
func inChunks(n int, f func(lo, hi int)) {
	chunk := (n + runtime.GOMAXPROCS(0) - 1) / runtime.GOMAXPROCS(0)
	var wg sync.WaitGroup
	for lo := 0; lo < n; lo += chunk {
		wg.Go(func() { f(lo, min(lo+chunk, n)) })
	}
	wg.Wait()
}

// ReadParam returns a copy of one tensor of a parameter, whole.
func (m *Model) ReadParam(name string, k Kind) (*tensor.Tensor, error) {
	w := m.whole(name)
	if w == nil {
		return nil, fmt.Errorf("network %s has no parameter %s", m.Net.Name, name)
	}
	t := tensor.New(w.Shape...)
	for _, s := range w.slots {
		part := t.Data[s.offset : s.offset+s.Shape.Size()]
		if err := s.dev.Download(s.buffer(k), 0, part); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// WriteParam sets one tensor of a parameter.
func (m *Model) WriteParam(name string, k Kind, t *tensor.Tensor) error {
	w := m.whole(name)
	if w == nil {
		return fmt.Errorf("network %s has no parameter %s", m.Net.Name, name)
	}
	if !t.Shape.Equal(w.Shape) {
		return fmt.Errorf("network %s: parameter %s is %s, got %s", m.Net.Name, name, w.Shape, t.Shape)
	}
	for _, s := range w.slots {
		s.dev.Upload(s.buffer(k), 0, t.Data[s.offset:s.offset+s.Shape.Size()])
	}
	return nil
}
