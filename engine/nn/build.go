package nn

import (
	"tandem/engine/device"
	"tandem/engine/tensor"
)

// builder turns the graph into passes.
type builder struct {
	*Model
	shapes    Shapes
	values    map[string]*value // home of each node's output
	consumers map[string]int
	mirrors   map[mirrorKey]*value
}

// value is an output on one device, with the gradients its readers send back.
type value struct {
	Value
	dev   int
	extra []device.Buffer // gradients of the second reader and on, to be added to Grad
	grads int             // readers so far
}

type mirrorKey struct {
	name string
	dev  int
}

func (m *Model) build() error {
	shapes, err := m.graph.Infer()
	if err != nil {
		return err
	}
	b := &builder{Model: m, shapes: shapes, values: map[string]*value{}, consumers: map[string]int{}, mirrors: map[mirrorKey]*value{}}
	m.inputs = make([]*value, len(m.opt.Devices))
	for _, n := range m.graph.Nodes {
		for _, in := range n.Inputs {
			b.consumers[in]++
		}
	}
	m.declareParams()
	for i := range m.graph.Nodes {
		if err := b.addNode(&m.graph.Nodes[i]); err != nil {
			return err
		}
	}
	return nil
}

func (b *builder) deviceOf(n *Node) int {
	if len(b.opt.Devices) == 2 {
		return towerDevice(n.Tower)
	}
	return 0
}

func (b *builder) addNode(n *Node) error {
	dev := b.deviceOf(n)
	c := &compute{ctx: Context{Device: b.opt.Devices[dev], Batch: b.opt.Batch, Node: n}, dev: dev}
	inputs := make([]*value, len(n.Inputs))
	for i, name := range n.Inputs {
		v, err := b.read(name, c)
		if err != nil {
			return err
		}
		inputs[i] = v
	}
	out, err := b.output(n, dev, inputs)
	if err != nil {
		return err
	}
	if err := b.connect(c, inputs, out); err != nil {
		return err
	}
	b.values[n.Name] = out
	b.passes = append(b.passes, c)
	return b.equip(c, dev)
}

// equip gives a pass its parameters, scratch and, at the end, labels.
func (b *builder) equip(c *compute, dev int) error {
	in := b.shapes.of(c.ctx.Node.Inputs)
	for _, n := range c.ctx.Node.Layer.Scratch(b.opt.Batch, in) {
		buf, err := b.alloc(dev, n)
		if err != nil {
			return err
		}
		c.ctx.Scratch = append(c.ctx.Scratch, buf)
	}
	for _, p := range c.ctx.Node.Layer.Params(in) {
		s, err := b.newSlot(c.ctx.Node, p, dev)
		if err != nil {
			return err
		}
		c.ctx.Params = append(c.ctx.Params, s)
	}
	if _, ok := c.ctx.Node.Layer.(*Softmax); !ok {
		return nil
	}
	b.loss = c
	labels, err := b.alloc(dev, b.opt.Batch)
	c.ctx.Labels = labels
	return err
}

// read returns the value of that name on the reader's device, with a transfer if
// its home is elsewhere.
func (b *builder) read(name string, reader *compute) (*value, error) {
	dev := reader.dev
	if name == DataNode {
		return b.readData(dev)
	}
	home := b.values[name]
	if home.dev == dev {
		return home, nil
	}
	key := mirrorKey{name, dev}
	if v := b.mirrors[key]; v != nil {
		return v, nil
	}
	mirror, err := b.newValue(home.Shape, dev)
	if err != nil {
		return nil, err
	}
	b.mirrors[key] = mirror
	return mirror, b.addTransfer(name, home, mirror, reader)
}

func (b *builder) addTransfer(name string, home, mirror *value, reader *compute) (err error) {
	t := &transfer{name: name, from: home, to: mirror, reader: reader, devices: b.opt.Devices, batch: b.opt.Batch}
	t.there = device.NewLink(t.size())
	if home.Grad != nil {
		t.back = device.NewLink(t.size())
		t.grad, err = b.gradient(home)
	}
	b.transfers = append(b.transfers, t)
	return err
}

func (b *builder) readData(dev int) (*value, error) {
	key := mirrorKey{DataNode, dev}
	if v := b.mirrors[key]; v != nil {
		return v, nil
	}
	n := b.opt.Batch * b.Net.Input.Size()
	data, err := b.alloc(dev, n)
	if err != nil {
		return nil, err
	}
	v := &value{Value: Value{Shape: b.Net.Input, Data: data}, dev: dev}
	if b.opt.InputGradient {
		if v.Grad, err = b.alloc(dev, n); err != nil {
			return nil, err
		}
	}
	b.mirrors[key] = v
	b.inputs[dev] = v
	return v, nil
}

// output allocates a node's output, or reuses its input's buffers.
func (b *builder) output(n *Node, dev int, inputs []*value) (*value, error) {
	if n.Layer.Traits().InPlace && b.mayOverwrite(n.Inputs[0]) {
		in := inputs[0]
		return &value{Value: Value{Shape: b.shapes[n.Name], Data: in.Data, Grad: in.Grad}, dev: dev}, nil
	}
	return b.newValue(b.shapes[n.Name], dev)
}

func (b *builder) mayOverwrite(name string) bool {
	if name == DataNode || b.consumers[name] != 1 {
		return false
	}
	return !b.graph.Node(name).Layer.Traits().NeedsOutput
}

func (b *builder) newValue(shape tensor.Shape, dev int) (*value, error) {
	n := b.opt.Batch * shape.Size()
	data, err := b.alloc(dev, n)
	if err != nil {
		return nil, err
	}
	v := &value{Value: Value{Shape: shape, Data: data}, dev: dev}
	if !b.opt.Inference || b.opt.InputGradient {
		v.Grad, err = b.alloc(dev, n)
	}
	return v, err
}

// connect gives each edge a gradient buffer of its own.
func (b *builder) connect(c *compute, inputs []*value, out *value) error {
	for _, v := range inputs {
		in := v.Value
		if v.Grad != nil {
			g, err := b.gradient(v)
			if err != nil {
				return err
			}
			in.Grad = g
		}
		c.ctx.In = append(c.ctx.In, in)
	}
	c.ctx.Out, c.out = out.Value, out
	return nil
}

// gradient returns the buffer into which the next reader of v writes its
// gradient: v.Grad for the first, an extra one for each other.
func (b *builder) gradient(v *value) (device.Buffer, error) {
	v.grads++
	if v.grads == 1 {
		return v.Grad, nil
	}
	g, err := b.alloc(v.dev, b.opt.Batch*v.Shape.Size())
	if err == nil {
		v.extra = append(v.extra, g)
	}
	return g, err
}
