package lab

import (
	"fmt"
	"slices"

	"tandem/cmd/internal/scene"
	"tandem/engine/device"
	"tandem/engine/nn"
	"tandem/engine/tensor"
)

// ablation is units switched off: weights and biases of zero make a convolution's
// or fully connected layer's unit put out zero, and what ReLU, tanh, normalization,
// pooling and dropout make of zero is zero. So a unit of such a layer is switched
// off in the layer that it comes from, and for all who read that. A nil ablation
// switches nothing off.
type ablation struct {
	key  string           // for comparison: the units as the user named them
	rows map[string][]int // channels by node, in order and each once
}

// channels returns which of a node's channels are off.
func (a *ablation) channels(node string) []int {
	if a == nil {
		return nil
	}
	return a.rows[node]
}

// count returns how many units are off.
func (a *ablation) count() int {
	n := 0
	if a != nil {
		for _, channels := range a.rows {
			n += len(channels)
		}
	}
	return n
}

// apply returns a parameter of a node with its channels that are off at zero; the
// parameter itself if there are none.
func (a *ablation) apply(node *nn.Node, t *tensor.Tensor) *tensor.Tensor {
	channels := a.channels(node.Name)
	if len(channels) == 0 {
		return t
	}
	t = t.Clone()
	axis := 0
	if conv, ok := node.Layer.(*nn.Conv); ok && conv.Local && len(t.Shape) == 6 {
		axis = 2 // weights at each place: row, column, channel
	}
	inner := t.Shape[axis+1:].Size()
	for place := range t.Shape[:axis].Size() {
		for _, c := range channels {
			clear(t.Data[(place*t.Shape[axis]+c)*inner:][:inner])
		}
	}
	return t
}

// ablate returns the wanted ablation, the present one if it is the same. Units that
// cannot be switched off are a notice.
func (b *bench) ablate() *ablation {
	if len(b.want.Ablated) == 0 {
		return nil
	}
	key := fmt.Sprint(b.want.Ablated)
	if b.off != nil && b.off.key == key {
		return b.off
	}
	a := &ablation{key: key, rows: map[string][]int{}}
	for _, u := range b.want.Ablated {
		node, channel, err := b.source(u)
		if err != nil {
			b.complain(err)
			continue
		}
		if at, found := slices.BinarySearch(a.rows[node], channel); !found {
			a.rows[node] = slices.Insert(a.rows[node], at, channel)
		}
	}
	return a
}

// source finds the convolution or fully connected layer whose channel a unit is, or
// is made from.
func (n *network) source(u scene.Unit) (node string, channel int, err error) {
	if err := n.checkUnit(u); err != nil {
		return "", 0, err
	}
	node, channel = u.Layer, u.Channel
	for node != nn.DataNode {
		at := n.net.Node(node)
		switch l := at.Layer.(type) {
		case *nn.Conv, *nn.FC:
			return node, channel, nil
		case *nn.Concat:
			node, channel = n.part(at.Inputs, channel)
			continue
		case *nn.Softmax:
			return "", 0, fmt.Errorf("a class of %s cannot be switched off; choose its unit in %s", node, at.Inputs[0])
		case *nn.Activation:
			if l.F == device.Sigmoid {
				return "", 0, fmt.Errorf("the sigmoid of zero is one half, so units of %s cannot be switched off; choose them in %s", node, at.Inputs[0])
			}
		}
		node = at.Inputs[0]
	}
	return "", 0, fmt.Errorf("layer %s shows the image itself, which cannot be switched off", u.Layer)
}

// part finds a channel of joined inputs.
func (n *network) part(inputs []string, channel int) (string, int) {
	for _, in := range inputs {
		if size := n.shapes[in][0]; channel >= size {
			channel -= size
			continue
		}
		return in, channel
	}
	panic("lab: a channel beyond the joined layers, which checkUnit has ruled out")
}

// checkUnit returns an error if the network has no such unit.
func (n *network) checkUnit(u scene.Unit) error {
	switch {
	case n.net.Node(u.Layer) == nil:
		return fmt.Errorf("network %s has no layer %q", n.net.Name, u.Layer)
	case u.Channel < 0 || u.Channel >= n.shapes[u.Layer][0]:
		return fmt.Errorf("layer %s has units 0 to %d, got %d", u.Layer, n.shapes[u.Layer][0]-1, u.Channel)
	}
	return nil
}
