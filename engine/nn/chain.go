package nn

import (
	"tandem/engine/device"
	"tandem/engine/tensor"
)

// chain writes a network in which each node reads the one before.
type chain struct{ net Network }

func newChain(name string, input tensor.Shape, towers int) *chain {
	return &chain{Network{Name: name, Input: input.Clone(), Towers: towers}}
}

func (c *chain) add(name string, l Layer) *Node {
	in := DataNode
	if n := len(c.net.Nodes); n > 0 {
		in = c.net.Nodes[n-1].Name
	}
	c.net.Nodes = append(c.net.Nodes, Node{Name: name, Layer: l, Inputs: []string{in}})
	return &c.net.Nodes[len(c.net.Nodes)-1]
}

func (c *chain) conv(name string, filters int, w Window, groups int, weight, bias ParamSpec) {
	c.add(name, &Conv{Filters: filters, Window: w, Groups: groups, Weight: weight, Bias: bias})
}

func (c *chain) local(name string, filters int, w Window, weight, bias ParamSpec) {
	c.add(name, &Conv{Filters: filters, Window: w, Weight: weight, Bias: bias, Local: true})
}

func (c *chain) relu(name string) { c.add(name, &Activation{F: device.ReLU}) }

func (c *chain) pool(name, kind string, w Window) { c.add(name, &Pool{Kind: kind, Window: w}) }

// overlapping is the paper's pooling: z = 3, s = 2, positions by ceil.
func overlapping() Window { return Window{Kernel: 3, Stride: 2, Ceil: true} }

// end closes the network; in one with two towers the last layers stand on the
// first device, as in the paper.
func (c *chain) end(classes int, weight, bias ParamSpec, name string, r Recipe) *Network {
	fc := c.add(name, &FC{Outputs: classes, Weight: weight, Bias: bias})
	if c.net.Towers == 2 {
		fc.Tower = TowerA
	}
	softmax := c.add("softmax", &Softmax{})
	softmax.Tower = c.net.Nodes[len(c.net.Nodes)-2].Tower
	c.net.Recipe = r
	return &c.net
}
