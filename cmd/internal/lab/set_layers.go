package lab

import "tandem/engine/nn"

// keepsUnits tells whether a layer's units are those of its input, one by one.
func keepsUnits(l nn.Layer) bool {
	switch l.(type) {
	case *nn.Activation, *nn.LRN, *nn.Pool, *nn.Dropout, *nn.Softmax:
		return true
	}
	return false
}

// origin returns the layer that a layer's units come from: the convolution or fully
// connected layer before its nonlinearity, normalization and pooling. It is "" for
// the image itself.
func origin(net *nn.Network, layer string) string {
	n := net.Node(layer)
	for n != nil && keepsUnits(n.Layer) {
		n = net.Node(n.Inputs[0])
	}
	if n == nil {
		return ""
	}
	return n.Name
}

// standIn returns the layer nearest to the given one, before it if possible, that
// has the same units and of which has is true: itself, or "" if there is none.
func standIn(net *nn.Network, layer string, has func(name string) bool) string {
	for n := net.Node(layer); n != nil; n = net.Node(n.Inputs[0]) {
		if has(n.Name) {
			return n.Name
		}
		if !keepsUnits(n.Layer) {
			break
		}
	}
	units := origin(net, layer)
	for _, n := range net.Nodes {
		if has(n.Name) && origin(net, n.Name) == units {
			return n.Name
		}
	}
	return ""
}

// featureLayer returns the layer by which images are compared: what the classifier
// reads, before dropout. In AlexNet that is fc7's 4096 units after their
// nonlinearity (section 6.1 of the paper). A network that is all classifier is asked
// for its scores; it is "" for one without any layer that learns.
func featureLayer(net *nn.Network) string {
	classifier := origin(net, net.Output().Name)
	if classifier == "" {
		return ""
	}
	n := net.Node(net.Node(classifier).Inputs[0])
	for n != nil {
		if _, ok := n.Layer.(*nn.Dropout); !ok {
			return n.Name
		}
		n = net.Node(n.Inputs[0])
	}
	return classifier
}

// window returns the part of count units that holds one of them, all if there are
// at most size. Windows do not overlap, so neighbours tend to share theirs.
func window(unit, count, size int) (first, end int) {
	unit = min(max(unit, 0), count-1)
	if count <= size {
		return 0, count
	}
	first = unit / size * size
	return first, min(first+size, count)
}
