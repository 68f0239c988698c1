// Package nn describes networks as data, and runs them on devices.
//
// A Network is a list of nodes; a Layer computes a node's output and its
// gradients with calls on device.Device alone. New turns a Network into a Model
// that is bound to one device, or to two with the paper's split into towers.
package nn

import (
	"fmt"
	"slices"

	"tandem/engine/tensor"
)

// DataNode is the name under which nodes read the input images.
const DataNode = "data"

// Tower says which half of a two-tower network a node belongs to.
type Tower string

// The towers of the paper's figure 2. A node of BothTowers in a two-tower
// network is split in halves, one a tower.
const (
	BothTowers Tower = ""
	TowerA     Tower = "a"
	TowerB     Tower = "b"
)

// Node is one place in the graph.
type Node struct {
	Name   string
	Layer  Layer
	Inputs []string // names of earlier or later nodes, or DataNode
	Tower  Tower

	// Set on the halves that Split makes.
	whole string // name of the node this is a half of, "" if it is none
	half  int    // 0 for tower a, 1 for tower b
}

// origin returns the name that parameters and random numbers go by.
func (n *Node) origin() string {
	if n.whole != "" {
		return n.whole
	}
	return n.Name
}

// Network is a directed graph of layers with one input and one Softmax at its
// end. It is written in its merged form: a convolution with two groups stands
// for one convolution in each tower.
type Network struct {
	Name   string
	Input  tensor.Shape // C, H, W of the images the network sees
	Towers int          // 1, or 2 when it can be split over two devices
	Nodes  []Node
	Recipe Recipe // how it is trained unless the user says otherwise
}

// Shapes maps each node's name, and DataNode, to the shape of its output for
// one image.
type Shapes map[string]tensor.Shape

// Node returns the node of that name, nil if there is none.
func (net *Network) Node(name string) *Node {
	for i := range net.Nodes {
		if net.Nodes[i].Name == name {
			return &net.Nodes[i]
		}
	}
	return nil
}

// Output returns the Softmax node. The network must have passed Infer.
func (net *Network) Output() *Node {
	for i := range net.Nodes {
		if _, ok := net.Nodes[i].Layer.(*Softmax); ok {
			return &net.Nodes[i]
		}
	}
	return nil
}

// Infer sorts the nodes so that each follows its inputs, and returns the shapes
// of all outputs. Its error names the layer that does not fit. A network that is
// in order is not written to, so several goroutines may use it from then on.
func (net *Network) Infer() (Shapes, error) {
	if err := net.checkInput(); err != nil {
		return nil, err
	}
	if err := net.sort(); err != nil {
		return nil, err
	}
	shapes := Shapes{DataNode: net.Input}
	for i := range net.Nodes {
		n := &net.Nodes[i]
		out, err := n.Layer.OutShape(shapes.of(n.Inputs))
		if err != nil {
			return nil, fmt.Errorf("network %s: layer %s: %w", net.Name, n.Name, err)
		}
		if err := fitsMemory(out); err != nil {
			return nil, fmt.Errorf("network %s: layer %s: %w", net.Name, n.Name, err)
		}
		for _, p := range n.Layer.Params(shapes.of(n.Inputs)) {
			if err := fitsMemory(p.Shape); err != nil {
				return nil, fmt.Errorf("network %s: layer %s: %s: %w", net.Name, n.Name, p.Name, err)
			}
		}
		shapes[n.Name] = out
	}
	return shapes, net.checkOutput()
}

func (s Shapes) of(names []string) []tensor.Shape {
	out := make([]tensor.Shape, len(names))
	for i, name := range names {
		out[i] = s[name]
	}
	return out
}

// maxElements bounds one tensor, so that sizes multiply without overflow and a
// slip of the pen in a file is an error and not an exhausted machine.
const maxElements = 1 << 31

func fitsMemory(s tensor.Shape) error {
	n := int64(1)
	for _, d := range s {
		if d <= 0 {
			return fmt.Errorf("size %s has an extent below 1", s)
		}
		if int64(d) > maxElements/n {
			return fmt.Errorf("size %s is over %d elements", s, int64(maxElements))
		}
		n *= int64(d)
	}
	return nil
}

func (net *Network) checkInput() error {
	if len(net.Input) != 3 {
		return fmt.Errorf("network %s: input must have channels, height and width, got %s", net.Name, net.Input)
	}
	if err := fitsMemory(net.Input); err != nil {
		return fmt.Errorf("network %s: input: %w", net.Name, err)
	}
	if net.Towers != 1 && net.Towers != 2 {
		return fmt.Errorf("network %s: towers must be 1 or 2, got %d", net.Name, net.Towers)
	}
	return nil
}

// checkOutput demands that everything leads to one Softmax.
func (net *Network) checkOutput() error {
	used := map[string]bool{}
	for _, n := range net.Nodes {
		for _, in := range n.Inputs {
			used[in] = true
		}
	}
	end := ""
	for _, n := range net.Nodes {
		_, isSoftmax := n.Layer.(*Softmax)
		switch {
		case isSoftmax && used[n.Name]:
			return fmt.Errorf("network %s: layer %s: a softmax must be the last layer", net.Name, n.Name)
		case isSoftmax && end != "":
			return fmt.Errorf("network %s: layers %s and %s are both softmax; there must be one", net.Name, end, n.Name)
		case isSoftmax:
			end = n.Name
		case !used[n.Name]:
			return fmt.Errorf("network %s: the output of layer %s is not used", net.Name, n.Name)
		}
	}
	if end == "" {
		return fmt.Errorf("network %s: there is no softmax layer at the end", net.Name)
	}
	return nil
}

// sort orders the nodes topologically, keeping the written order where it can.
func (net *Network) sort() error {
	index := map[string]int{DataNode: -1}
	for i, n := range net.Nodes {
		if n.Name == "" {
			return fmt.Errorf("network %s: layer %d has no name", net.Name, i+1)
		}
		if _, twice := index[n.Name]; twice {
			return fmt.Errorf("network %s: two layers are called %s", net.Name, n.Name)
		}
		index[n.Name] = i
	}
	for _, n := range net.Nodes {
		if len(n.Inputs) == 0 {
			return fmt.Errorf("network %s: layer %s has no input", net.Name, n.Name)
		}
		for _, in := range n.Inputs {
			if _, ok := index[in]; !ok {
				return fmt.Errorf("network %s: layer %s reads %q, which does not exist", net.Name, n.Name, in)
			}
		}
		if !validTower(n.Tower, net.Towers) {
			return fmt.Errorf("network %s: layer %s: tower must be a or b, in a network of 2 towers, got %q", net.Name, n.Name, n.Tower)
		}
	}
	return net.place()
}

func validTower(t Tower, towers int) bool {
	return t == BothTowers || towers == 2 && (t == TowerA || t == TowerB)
}

// place repeatedly takes the nodes whose inputs are all placed.
func (net *Network) place() error {
	placed := map[string]bool{DataNode: true}
	sorted := make([]Node, 0, len(net.Nodes))
	for len(sorted) < len(net.Nodes) {
		before := len(sorted)
		for _, n := range net.Nodes {
			if !placed[n.Name] && allPlaced(placed, n.Inputs) {
				placed[n.Name] = true
				sorted = append(sorted, n)
			}
		}
		if len(sorted) == before {
			return fmt.Errorf("network %s: layer %s is part of a cycle", net.Name, firstUnplaced(net.Nodes, placed))
		}
	}
	if !slices.EqualFunc(net.Nodes, sorted, func(a, b Node) bool { return a.Name == b.Name }) {
		net.Nodes = sorted // one in order is left alone, for several may read it
	}
	return nil
}

func allPlaced(placed map[string]bool, names []string) bool {
	for _, n := range names {
		if !placed[n] {
			return false
		}
	}
	return true
}

func firstUnplaced(nodes []Node, placed map[string]bool) string {
	for _, n := range nodes {
		if !placed[n.Name] {
			return n.Name
		}
	}
	return ""
}
