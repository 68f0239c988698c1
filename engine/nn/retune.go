package nn

import (
	"fmt"

	"tandem/engine/tensor"
)

// WithRecipe returns the network with another recipe. The network itself stays
// as it is, here and below, so whoever looks at it need not lock.
func (net *Network) WithRecipe(r Recipe) *Network {
	other := *net
	other.Recipe = r
	return &other
}

// WithKeep returns the network with another probability of keeping a unit in
// all its dropout layers.
func (net *Network) WithKeep(keep float32) *Network {
	return net.withLayers(func(n Node) Layer {
		l, ok := n.Layer.(*Dropout)
		if !ok {
			return n.Layer
		}
		other := *l
		other.Keep = keep
		return &other
	})
}

// WithDecay returns the network with another weight decay of the parameters
// that decay names, as "conv1.weight"; the others keep theirs.
func (net *Network) WithDecay(decay map[string]float32) *Network {
	spec := func(name string, s ParamSpec) ParamSpec {
		if d, ok := decay[name]; ok {
			s.Decay = d
		}
		return s
	}
	return net.withLayers(func(n Node) Layer {
		weight, bias := n.Name+".weight", n.Name+".bias"
		switch l := n.Layer.(type) {
		case *Conv:
			other := *l
			other.Weight, other.Bias = spec(weight, l.Weight), spec(bias, l.Bias)
			return &other
		case *FC:
			other := *l
			other.Weight, other.Bias = spec(weight, l.Weight), spec(bias, l.Bias)
			return &other
		}
		return n.Layer
	})
}

// withLayers returns the network with the layers that change gives its nodes.
func (net *Network) withLayers(change func(Node) Layer) *Network {
	other := *net
	other.Nodes = make([]Node, len(net.Nodes))
	for i, n := range net.Nodes {
		n.Layer = change(n)
		other.Nodes[i] = n
	}
	return &other
}

// Retune goes on with what WithRecipe, WithKeep or WithDecay made of the model's
// network. Weights, gradients and velocities stay; recordings, which hold keep
// and decay, are made anew when they are next needed. The error says what value
// makes no sense, and then nothing has changed.
func (m *Model) Retune(net *Network) error {
	graph, err := m.bound(net)
	if err != nil {
		return err
	}
	params, err := net.Params()
	if err != nil {
		return err
	}
	m.checkSame(graph, params)
	m.closeRecordings()
	m.Net, m.graph = net, graph
	for i, p := range params {
		m.params[i].Param = p
	}
	for i, c := range m.passes {
		c.retune(&graph.Nodes[i])
	}
	return nil
}

// bound returns the network as the model's devices run it: split where there
// are two.
func (m *Model) bound(net *Network) (*Network, error) {
	if len(m.opt.Devices) == 2 {
		return Split(net)
	}
	_, err := net.Infer()
	return net, err
}

// checkSame panics unless the buffers fit, which is the caller's to see to.
func (m *Model) checkSame(graph *Network, params []Param) {
	same := len(graph.Nodes) == len(m.passes) && len(params) == len(m.params)
	for i := 0; same && i < len(params); i++ {
		same = params[i].Name == m.params[i].Name && params[i].Shape.Equal(m.params[i].Shape)
	}
	for i := 0; same && i < len(graph.Nodes); i++ {
		same = graph.Nodes[i].Name == m.passes[i].ctx.Node.Name
	}
	if !same {
		panic(fmt.Sprintf("nn: network %s is retuned to one with other layers", m.Net.Name))
	}
}

func (c *compute) retune(n *Node) {
	c.ctx.Node = n
	for i, p := range n.Layer.Params(c.shapes()) {
		c.ctx.Params[i].ParamSpec = p.ParamSpec
	}
}

// shapes returns those of the inputs.
func (c *compute) shapes() []tensor.Shape {
	in := make([]tensor.Shape, len(c.ctx.In))
	for i, v := range c.ctx.In {
		in[i] = v.Shape
	}
	return in
}
