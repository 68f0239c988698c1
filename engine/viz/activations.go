package viz

import (
	"fmt"

	"tandem/engine/tensor"
)

// Activations draws what one image makes of a layer: C x H x W as one tile a
// map, or F units of a fully connected layer as a strip of cells.
//
// Where no value of the whole tensor is below zero, as after a ReLU, the
// colours are Ember's with black for zero; otherwise BlueOrange's with zero in
// the middle. A strip always has one scale for all its cells. The error says
// that the grid would be too large.
func Activations(a *tensor.Tensor, o Options) (*Picture, error) {
	if rangeOf(a.Data).Min < 0 {
		o = o.orMap(BlueOrange)
	} else {
		o = o.orMap(Ember)
	}
	switch len(a.Shape) {
	case 3:
		return maps(a.Data, a.Shape[0], 1, a.Shape[1], a.Shape[2], o)
	case 1:
		o.Scale = Common
		return maps(a.Data, a.Shape[0], 1, 1, 1, o)
	}
	panic(fmt.Sprintf("viz: activations of shape %v, want C x H x W or F", a.Shape))
}
