package viewer

import (
	"tandem/cmd/internal/scene"
	"tandem/engine/nn"
	"tandem/engine/tensor"
)

// kernelNode returns the layer whose weights a layer's values come from: itself, or
// the nearest convolution or fully connected layer before it, or else the first.
func kernelNode(net *nn.Network, layer string) *nn.Node {
	for n := net.Node(layer); n != nil; n = net.Node(n.Inputs[0]) {
		if hasKernels(n.Layer) {
			return n
		}
	}
	for i := range net.Nodes {
		if hasKernels(net.Nodes[i].Layer) {
			return &net.Nodes[i]
		}
	}
	return nil
}

// origin returns the unit whose kernel a unit's values come from; to switch off one is
// to switch off the other.
func origin(net *nn.Network, u scene.Unit) scene.Unit {
	if node := kernelNode(net, u.Layer); node != nil {
		u.Layer = node.Name
	}
	return u
}

func hasKernels(l nn.Layer) bool {
	switch l.(type) {
	case *nn.Conv, *nn.FC:
		return true
	}
	return false
}

// kernelsAt returns a convolution's kernels, K x C x R x S; of a layer with kernels
// of its own at every place those in the middle.
func kernelsAt(w *tensor.Tensor) *tensor.Tensor {
	if len(w.Shape) != 6 {
		return w
	}
	shape := w.Shape[2:]
	middle := w.Shape[0]/2*w.Shape[1] + w.Shape[1]/2
	return &tensor.Tensor{Shape: shape, Data: w.Data[middle*shape.Size():][:shape.Size()]}
}

// strongest returns of each kernel the channel with the largest sum of squares,
// K x 1 x R x S. The sum over the channels would cancel what a kernel looks for.
func strongest(w *tensor.Tensor) *tensor.Tensor {
	k, c, r, s := w.Shape[0], w.Shape[1], w.Shape[2], w.Shape[3]
	out := tensor.New(k, 1, r, s)
	for i := range k {
		best, most := 0, -1.0
		for j := range c {
			if e := energy(w.Data[(i*c+j)*r*s:][:r*s]); e > most {
				best, most = j, e
			}
		}
		copy(out.Data[i*r*s:][:r*s], w.Data[(i*c+best)*r*s:])
	}
	return out
}

// energies returns the sum of squares of each row of a matrix.
func energies(w *tensor.Tensor) *tensor.Tensor {
	n := w.Shape[1]
	out := tensor.New(w.Shape[0])
	for i := range out.Data {
		out.Data[i] = float32(energy(w.Data[i*n:][:n]))
	}
	return out
}

func energy(x []float32) float64 {
	sum := 0.0
	for _, v := range x {
		sum += float64(v) * float64(v)
	}
	return sum
}

// kernel returns what a unit multiplies each channel with: C x 1 x R x S of a
// convolution, C x H x W or F of a fully connected layer that reads maps or a vector.
func kernel(w *tensor.Tensor, unit int, input tensor.Shape) *tensor.Tensor {
	size := w.Shape[1:].Size()
	data := w.Data[unit*size:][:size]
	if len(w.Shape) == 2 {
		return &tensor.Tensor{Shape: input, Data: data}
	}
	return &tensor.Tensor{Shape: tensor.Shape{w.Shape[1], 1, w.Shape[2], w.Shape[3]}, Data: data}
}
