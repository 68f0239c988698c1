package nn

import (
	"fmt"
	"image"

	"tandem/engine/tensor"
)

// ReceptiveField returns the part of the input images that a part of a node's
// output is computed from: the smallest rectangle around all pixels that can
// change it, so it never leaves the image. Vectors are maps of one place, (0, 0).
// The shapes are Infer's.
func (net *Network) ReceptiveField(shapes Shapes, name string, part image.Rectangle) image.Rectangle {
	if name != DataNode && net.Node(name) == nil {
		panic(fmt.Sprintf("nn: network %s has no layer %s", net.Name, name))
	}
	// Nodes follow their inputs, so backwards each is met after all its readers.
	seen := map[string]image.Rectangle{name: part}
	for i := len(net.Nodes) - 1; i >= 0; i-- {
		n := &net.Nodes[i]
		if seen[n.Name].Empty() {
			continue
		}
		for _, in := range n.Inputs {
			seen[in] = seen[in].Union(reads(n.Layer, shapes[in], seen[n.Name]))
		}
	}
	return seen[DataNode]
}

// reads returns what part of an input a layer needs for a part of its output.
func reads(l Layer, in tensor.Shape, part image.Rectangle) image.Rectangle {
	maps := threeD(in)
	whole := image.Rect(0, 0, maps[2], maps[1])
	switch l := l.(type) {
	case *Conv:
		return l.covers(part).Intersect(whole)
	case *Pool:
		return l.covers(part).Intersect(whole)
	case *LRN:
		if !l.SameMap {
			return part
		}
		before, after := l.Size/2, l.Size-1-l.Size/2
		return image.Rect(part.Min.X-before, part.Min.Y-before, part.Max.X+after, part.Max.Y+after).Intersect(whole)
	case *Activation, *Dropout, *Concat:
		return part
	}
	return whole
}

// covers returns the places under the windows of a part of the output.
func (w Window) covers(part image.Rectangle) image.Rectangle {
	p, s := w.pads(), w.stride()
	return image.Rect(
		part.Min.X*s-p[1], part.Min.Y*s-p[0],
		(part.Max.X-1)*s-p[1]+w.Kernel, (part.Max.Y-1)*s-p[0]+w.Kernel)
}
