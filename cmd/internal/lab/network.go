package lab

import (
	"fmt"

	"tandem/engine/data"
	"tandem/engine/nn"
	"tandem/engine/tensor"
)

// network is the network on show and how images are prepared for it. Nobody
// changes it.
type network struct {
	net       *nn.Network
	shapes    nn.Shapes
	params    []nn.Param
	batch     int // images that long products pass at a time
	stats     *data.Stats
	augment   data.Augment // of evaluation
	transform *data.Transform
	view      data.View // the centre
	low, high []float32 // input of a black and a white image, C x H x W
}

func newNetwork(net *nn.Network, stats *data.Stats) (*network, error) {
	n := &network{net: net, stats: stats}
	var err error
	if n.shapes, err = net.Infer(); err != nil {
		return nil, err
	}
	if n.params, err = net.Params(); err != nil {
		return nil, err
	}
	summary, err := net.Summarize()
	if err != nil {
		return nil, err
	}
	n.batch = batchFor(summary.MultiplyAdds)
	switch {
	case stats == nil:
		return nil, fmt.Errorf("network %s needs the statistics of the data that it learns from", net.Name)
	case net.Input[0] != 1 && net.Input[0] != 3:
		return nil, fmt.Errorf("network %s takes images of %d channels; only grey and coloured ones can be shown", net.Name, net.Input[0])
	}
	return n, n.prepare()
}

// prepare lays out what evaluation does with a stored image.
func (n *network) prepare() error {
	im := n.net.Recipe.Images
	n.augment = data.Augment{Crop: n.net.Input[1], Subtract: data.Subtract(im.Subtract), Scale: im.Scale}
	var err error
	if n.transform, err = data.NewTransform(n.stats.Shape, n.stats, n.augment); err != nil {
		return fmt.Errorf("network %s: %w", n.net.Name, err)
	}
	if got := n.transform.Shape(); !got.Equal(n.net.Input) {
		return fmt.Errorf("network %s takes images of %s, those that it learned from make %s", n.net.Name, n.net.Input, got)
	}
	views, err := n.transform.Views(1)
	if err != nil {
		return err
	}
	n.view = views[0]
	n.low, n.high = n.flat(0), n.flat(255)
	return nil
}

// fits returns an error if images are not stored as those that the network learned
// from.
func (n *network) fits(images tensor.Shape) error {
	if !images.Equal(n.stats.Shape) {
		return fmt.Errorf("network %s learned from images of %s, these are %s: open them at the same size", n.net.Name, n.stats.Shape, images)
	}
	return nil
}

// tells returns an error if images are of more classes than the network tells apart.
func (n *network) tells(classes int) error {
	if known := n.shapes[n.net.Output().Name].Size(); classes > known {
		return fmt.Errorf("network %s tells %d classes apart, the images to look at are of %d", n.net.Name, known, classes)
	}
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
