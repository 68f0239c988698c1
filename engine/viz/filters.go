package viz

import (
	"fmt"
	"image"

	"tandem/engine/tensor"
)

// Filters draws the kernels w, K x C x R x S, as figure 3 of the paper does.
//
// With C = 3 each kernel is one tile, its channels as red, green and blue
// around grey 128; with C = 1 each is one grey tile. With any other C the grid
// is a matrix: one row per kernel, one column per input channel, each tile a
// signed map, because averaging over channels would cancel what the kernel
// looks for. The error says that the grid would be too large.
func Filters(w *tensor.Tensor, o Options) (*Picture, error) {
	if len(w.Shape) != 4 {
		panic(fmt.Sprintf("viz: filters of shape %v, want K x C x R x S", w.Shape))
	}
	k, c, r, s := w.Shape[0], w.Shape[1], w.Shape[2], w.Shape[3]
	switch c {
	case 3:
		return colorKernels(w, o)
	case 1:
		return maps(w.Data, k, 1, r, s, o.orMap(Grey))
	}
	if o.Columns == 0 {
		o.Columns = c
	}
	if o.Fit == (image.Point{}) {
		o.Fit = matrixFit
	}
	return maps(w.Data, k, c, r, s, o.orMap(BlueOrange))
}

func colorKernels(w *tensor.Tensor, o Options) (*Picture, error) {
	l, err := o.arrange(w.Shape[0], 1, w.Shape[3], w.Shape[2])
	if err != nil {
		return nil, err
	}
	o.Map = nil
	p := newPicture(l, w.Data, o)
	size := w.Shape[1:].Size()
	for i := range l.Tiles {
		p.fillColor(i, w.Data[i*size:(i+1)*size])
	}
	return p, nil
}

// maps draws n groups of maps of h x w values, one after the other in data.
func maps(data []float32, n, group, h, w int, o Options) (*Picture, error) {
	l, err := o.arrange(n, group, w, h)
	if err != nil {
		return nil, err
	}
	p := newPicture(l, data, o)
	for i := range l.Tiles {
		p.fillMap(i, data[i*h*w:(i+1)*h*w])
	}
	return p, nil
}

// orMap fills in the colour map where the caller chose none.
func (o Options) orMap(m *ColorMap) Options {
	if o.Map == nil {
		o.Map = m
	}
	return o
}

// Stack joins the towers' tensors along their first axis, in order: the kernels
// (48 x C x R x S each, say) or activations of two towers as one grid, to be
// drawn with Options.Blocks.
func Stack(towers ...*tensor.Tensor) *tensor.Tensor {
	shape := towers[0].Shape.Clone()
	shape[0] = 0
	var data []float32
	for _, t := range towers {
		if len(t.Shape) != len(shape) || !t.Shape[1:].Equal(shape[1:]) {
			panic(fmt.Sprintf("viz: towers of shapes %v and %v", towers[0].Shape, t.Shape))
		}
		shape[0] += t.Shape[0]
		data = append(data, t.Data...)
	}
	return &tensor.Tensor{Shape: shape, Data: data}
}
