package viewer

import (
	"cmp"
	"image"
	"math"
	"slices"

	"tandem/cmd/internal/scene"
	"tandem/engine/nn"
	"tandem/engine/tensor"
)

// arithmetic is how one value of a layer with weights comes about: products of a
// window of the input with the unit's kernel, summed channel by channel, and a bias.
// A fully connected unit is a window as large as the input's maps.
type arithmetic struct {
	Unit   scene.Unit      // of the layer with the weights
	At     image.Point     // its place in the unit's map
	Input  string          // the layer it reads
	First  int             // the first channel of Input that the unit reads
	Window image.Rectangle // what it reads of each map; padding lies outside of the map
	Sums   []float64       // of the products, by channel read
	Bias   float64
	Sum    float64 // of Sums and Bias
	Then   []stage // what has been done with the sum since

	x, w []float32 // the input's maps from First on, and the kernel
	maps image.Point
}

// stage is an element-wise layer on the way from the sum to the value on show.
type stage struct {
	Layer string
	Type  string
	Value float64 // that comes out
}

// work returns the arithmetic behind a value of a unit's map, and false where the
// layer's values are no such sums, or the scene's parts do not belong together. A
// nonlinearity shows how the sum before it came about.
func work(n *scene.Network, w *scene.Weights, a *scene.Answer, u scene.Unit, at image.Point) (arithmetic, bool) {
	if n == nil || w == nil || a == nil {
		return arithmetic{}, false
	}
	node, after := summing(n.Net, u.Layer)
	if node == nil {
		return arithmetic{}, false
	}
	r := arithmetic{Unit: scene.Unit{Layer: node.Name, Channel: u.Channel}, At: at, Input: node.Inputs[0]}
	if !r.read(n, w, a, node) {
		return arithmetic{}, false
	}
	r.add()
	v := r.Sum
	for _, l := range append(after, overwriting(n.Net, u.Layer)...) {
		v = elementwise(l.Layer, v)
		r.Then = append(r.Then, stage{l.Name, l.Layer.Type(), v})
	}
	return r, true
}

// order returns the channels, counted from First, by how much their products add or
// take: the most first.
func (r *arithmetic) order() []int {
	order := make([]int, len(r.Sums))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(math.Abs(r.Sums[b]), math.Abs(r.Sums[a])) })
	return order
}

// factors returns the input value and the weight at a place of the window of a channel;
// padded tells that the place is outside of the map, where the input is zero.
func (r *arithmetic) factors(channel int, p image.Point) (x, w float32, padded bool) {
	size := r.Window.Size()
	w = r.w[(channel*size.Y+p.Y)*size.X+p.X]
	p = p.Add(r.Window.Min)
	if !p.In(image.Rectangle{Max: r.maps}) {
		return 0, w, true
	}
	return r.x[(channel*r.maps.Y+p.Y)*r.maps.X+p.X], w, false
}

// add sums up, in float64 so that the order does not matter.
func (r *arithmetic) add() {
	r.Sum = r.Bias
	for c := range r.Sums {
		for y := range r.Window.Dy() {
			for x := range r.Window.Dx() {
				v, w, _ := r.factors(c, image.Pt(x, y))
				r.Sums[c] += float64(v) * float64(w)
			}
		}
		r.Sum += r.Sums[c]
	}
}

// read finds the unit's window, kernel and bias. It returns false where something
// is missing or of another size than the network says.
func (r *arithmetic) read(n *scene.Network, w *scene.Weights, a *scene.Answer, node *nn.Node) bool {
	x := a.Layers[r.Input]
	if r.Input == nn.DataNode {
		x = a.Input
	}
	if x == nil || !x.Shape.Equal(n.Shapes[r.Input]) {
		return false
	}
	channels, part := r.window(node.Layer, threeD(x.Shape), threeD(n.Shapes[node.Name]))
	size := channels * r.Window.Dx() * r.Window.Dy()
	weight, bias := w.Params[node.Name+".weight"], w.Params[node.Name+".bias"]
	if !holds(weight, part.kernel*size, size) || !holds(bias, part.bias, 1) {
		return false
	}
	r.maps = image.Pt(threeD(x.Shape)[2], threeD(x.Shape)[1])
	r.x = x.Data[r.First*r.maps.X*r.maps.Y:]
	r.w = weight.Data[part.kernel*size:][:size]
	r.Sums = make([]float64, channels)
	r.Bias = float64(bias.Data[part.bias])
	return true
}

func holds(t *tensor.Tensor, first, n int) bool {
	return t != nil && first >= 0 && first+n <= len(t.Data)
}

// parts says where a value's kernel and bias are, counted in kernels and in biases.
type parts struct{ kernel, bias int }

// window sets what the unit reads, and returns the number of channels and where its
// parameters are. in and out are the layer's shapes.
func (r *arithmetic) window(l nn.Layer, in, out tensor.Shape) (channels int, p parts) {
	k := r.Unit.Channel
	conv, ok := l.(*nn.Conv)
	if !ok {
		r.Window = image.Rect(0, 0, in[2], in[1])
		return in[0], parts{k, k}
	}
	pads := conv.Pads
	if len(pads) != 4 {
		pads = []int{conv.Pad, conv.Pad, conv.Pad, conv.Pad}
	}
	corner := r.At.Mul(max(1, conv.Stride)).Sub(image.Pt(pads[1], pads[0]))
	r.Window = image.Rectangle{corner, corner.Add(image.Pt(conv.Kernel, conv.Kernel))}
	groups := max(1, conv.Groups)
	channels = in[0] / groups
	r.First = k / max(1, out[0]/groups) * channels
	if conv.Local {
		return channels, parts{(r.At.Y*out[2]+r.At.X)*out[0] + k, (k*out[1]+r.At.Y)*out[2] + r.At.X}
	}
	return channels, parts{k, k}
}

// threeD returns a shape as maps: vectors are maps of one place.
func threeD(s tensor.Shape) tensor.Shape {
	if len(s) == 1 {
		return tensor.Shape{s[0], 1, 1}
	}
	return s
}

// summing returns the layer with weights whose sums a layer shows, and the
// element-wise layers from there up to that layer; nil where there is none.
func summing(net *nn.Network, layer string) (node *nn.Node, after []*nn.Node) {
	for n := net.Node(layer); n != nil; n = net.Node(n.Inputs[0]) {
		switch n.Layer.(type) {
		case *nn.Conv, *nn.FC:
			return n, after
		case *nn.Activation, *nn.Dropout:
			after = append([]*nn.Node{n}, after...)
		default:
			return nil, nil
		}
	}
	return nil, nil
}

// overwriting returns the layers that work in place on a layer's output, which
// shows theirs: see nn.Model.Activation.
func overwriting(net *nn.Network, layer string) []*nn.Node {
	var all []*nn.Node
	for n := net.Node(layer); !n.Layer.Traits().NeedsOutput; {
		readers := readersOf(net, n.Name)
		if len(readers) != 1 || !readers[0].Layer.Traits().InPlace {
			break
		}
		n = readers[0]
		all = append(all, n)
	}
	return all
}

func readersOf(net *nn.Network, name string) []*nn.Node {
	var all []*nn.Node
	for i := range net.Nodes {
		for _, in := range net.Nodes[i].Inputs {
			if in == name {
				all = append(all, &net.Nodes[i])
			}
		}
	}
	return all
}

// elementwise returns what a layer makes of a value when it does not train.
func elementwise(l nn.Layer, v float64) float64 {
	switch l := l.(type) {
	case *nn.Activation:
		switch l.Type() {
		case "relu":
			return math.Max(0, v)
		case "tanh":
			return math.Tanh(v)
		case "sigmoid":
			return 1 / (1 + math.Exp(-v))
		}
	case *nn.Dropout:
		if !l.Inverted {
			return v * float64(l.Keep)
		}
	}
	return v
}
