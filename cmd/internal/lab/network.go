package lab

import (
	"fmt"

	"tandem/engine/data"
	"tandem/engine/nn"
)

// network is the network on show and how images are prepared for it. Nobody
// changes it.
type network struct {
	net       *nn.Network
	shapes    nn.Shapes
	params    []nn.Param
	stats     *data.Stats
	augment   data.Augment // of evaluation
	transform *data.Transform
	view      data.View // the centre
	low, high []float32 // input of a black and a white image, C x H x W
}

func newNetwork(net *nn.Network, stats *data.Stats, images data.Dataset) (*network, error) {
	n := &network{net: net, stats: stats}
	var err error
	if n.shapes, err = net.Infer(); err != nil {
		return nil, err
	}
	if n.params, err = net.Params(); err != nil {
		return nil, err
	}
	if images != nil && !images.Shape().Equal(stats.Shape) {
		return nil, fmt.Errorf("network %s learned from images of %s, those to look at are %s; open them at that size", net.Name, stats.Shape, images.Shape())
	}
	return n, n.prepare()
}

// prepare lays out what evaluation does with a stored image, as training's
// validation does.
func (n *network) prepare() error {
	im := n.net.Recipe.Images
	n.augment = data.Augment{Crop: n.net.Input[1], Subtract: data.Subtract(im.Subtract), Scale: im.Scale}
	var err error
	if n.transform, err = data.NewTransform(n.stats.Shape, n.stats, n.augment); err != nil {
		return err
	}
	if got := n.transform.Shape(); !got.Equal(n.net.Input) {
		return fmt.Errorf("network %s takes images of %s, its data makes %s", n.net.Name, n.net.Input, got)
	}
	views, err := n.transform.Views(1)
	if err != nil {
		return err
	}
	n.view = views[0]
	n.low, n.high = n.flat(0), n.flat(255)
	return nil
}

// flat returns the network's input for an image of one brightness.
func (n *network) flat(value byte) []float32 {
	stored := make([]byte, n.stats.Shape.Size())
	for i := range stored {
		stored[i] = value
	}
	return n.input(stored)
}

// input returns the centre view of a stored image, C x H x W.
func (n *network) input(stored []byte) []float32 {
	x := make([]float32, n.net.Input.Size())
	n.transform.Apply(x, stored, n.view)
	return x
}
