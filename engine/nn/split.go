package nn

import "fmt"

// Split returns the network as the paper's figure 2 draws it: every node of
// BothTowers becomes two, name.a and name.b, each with half the filters. Where
// a half reads the whole of a divided input, a Concat on its own tower joins
// the halves; edges that cross towers become transfers between devices.
func Split(net *Network) (*Network, error) {
	if net.Towers != 2 {
		return nil, fmt.Errorf("network %s has one tower and cannot be split over two devices; name one device", net.Name)
	}
	if _, err := net.Infer(); err != nil {
		return nil, err
	}
	s := splitter{in: net, joined: map[string]bool{}}
	for i := range net.Nodes {
		if err := s.add(&net.Nodes[i]); err != nil {
			return nil, fmt.Errorf("network %s: layer %s: %w", net.Name, net.Nodes[i].Name, err)
		}
	}
	out := *net
	out.Nodes = s.out
	_, err := out.Infer()
	return &out, err
}

type splitter struct {
	in     *Network
	out    []Node
	joined map[string]bool // Concat nodes made so far
}

func (s *splitter) add(n *Node) error {
	if n.Tower != BothTowers {
		return s.addHalf(*n, n.Tower, false)
	}
	half, err := n.Layer.Halve()
	if err != nil {
		return err
	}
	for i, t := range []Tower{TowerA, TowerB} {
		node := Node{Name: n.Name + "." + string(t), Layer: half, Inputs: n.Inputs, Tower: t, whole: n.Name, half: i}
		if err := s.addHalf(node, t, n.Layer.Traits().ReadsHalf); err != nil {
			return err
		}
	}
	return nil
}

// addHalf appends a node whose inputs are still named as in the whole network.
func (s *splitter) addHalf(n Node, t Tower, readsHalf bool) error {
	inputs := make([]string, len(n.Inputs))
	for i, name := range n.Inputs {
		src := s.in.Node(name)
		divided := src != nil && src.Tower == BothTowers
		switch {
		case divided && readsHalf:
			inputs[i] = name + "." + string(t)
		case divided:
			inputs[i] = s.join(name, t)
		case readsHalf:
			return fmt.Errorf("reads %s, which is whole, so its halves would compute the same; give it tower a or b", name)
		default:
			inputs[i] = name
		}
	}
	n.Inputs = inputs
	s.out = append(s.out, n)
	return nil
}

// join returns the name of the node that holds both halves on tower t.
func (s *splitter) join(name string, t Tower) string {
	joined := name + ".ab@" + string(t)
	if !s.joined[joined] {
		s.joined[joined] = true
		s.out = append(s.out, Node{Name: joined, Layer: &Concat{}, Inputs: []string{name + ".a", name + ".b"}, Tower: t})
	}
	return joined
}
