package saliency

import (
	"fmt"
	"image"

	"tandem/engine/nn"
	"tandem/engine/tensor"
)

// Unit is a channel of a layer's maps, or one neuron of a fully connected layer.
type Unit struct {
	Layer   string // of the merged network
	Channel int
	Place   Place
	At      image.Point // column and row in the map, with Place Fixed
}

// Place says which positions of a channel count.
type Place int

// The places.
const (
	Strongest  Place = iota // where the channel is largest, in each image
	Everywhere              // the sum over the channel
	Fixed                   // the position that the unit names
)

// Response is what an image makes of a unit.
type Response struct {
	Value float32     // activation, or the sum of them Everywhere
	At    image.Point // column and row in the map; zero Everywhere
}

// Responses returns what the first n images of the last pass make of a unit. In
// a layer whose output an in-place layer has taken over, the values are that
// layer's.
func Responses(m *nn.Model, u Unit, n int) ([]Response, error) {
	c, err := u.read(m, n)
	if err != nil {
		return nil, err
	}
	all := make([]Response, n)
	for i := range all {
		all[i] = c.response(i)
	}
	return all, nil
}

// channel is a unit's layer, read for some images.
type channel struct {
	Unit
	layer *tensor.Tensor // (n, C, H, W) or (n, F)
	w     int            // columns of a map
	size  int            // elements of a map
}

func (u Unit) read(m *nn.Model, n int) (*channel, error) {
	if n < 1 || n > m.Batch() {
		return nil, fmt.Errorf("a pass of the model has 1 to %d images, got %d", m.Batch(), n)
	}
	a, err := m.Activation(u.Layer, n)
	if err != nil {
		return nil, err
	}
	c := &channel{Unit: u, layer: a, w: 1, size: a.Shape[2:].Size()}
	if len(a.Shape) == 4 {
		c.w = a.Shape[3]
	}
	if u.Channel < 0 || u.Channel >= a.Shape[1] {
		return nil, fmt.Errorf("layer %s has channels 0 to %d, got %d", u.Layer, a.Shape[1]-1, u.Channel)
	}
	if bounds := image.Rect(0, 0, c.w, c.size/c.w); u.Place == Fixed && !u.At.In(bounds) {
		return nil, fmt.Errorf("layer %s has maps of %d columns and %d rows, got column %d, row %d", u.Layer, bounds.Max.X, bounds.Max.Y, u.At.X, u.At.Y)
	}
	return c, nil
}

// start returns where the channel of image i begins in the layer's data.
func (c *channel) start(i int) int { return (i*c.layer.Shape[1] + c.Channel) * c.size }

func (c *channel) values(i int) []float32 { return c.layer.Data[c.start(i):][:c.size] }

func (c *channel) response(i int) Response {
	x := c.values(i)
	if c.Place == Everywhere {
		sum := 0.0
		for _, v := range x {
			sum += float64(v)
		}
		return Response{Value: float32(sum)}
	}
	at := c.index(x)
	return Response{x[at], image.Pt(at%c.w, at/c.w)}
}

// index returns the place of the one position that counts; of equal ones the
// first is the strongest.
func (c *channel) index(x []float32) int {
	if c.Place == Fixed {
		return c.At.Y*c.w + c.At.X
	}
	return largest(x)
}

// largest returns the index of the first largest element.
func largest(x []float32) int {
	best := 0
	for i, v := range x {
		if v > x[best] {
			best = i
		}
	}
	return best
}

// seed returns a signal that is zero but at the unit: there it is the activation,
// or else 1.
func (c *channel) seed(activation bool) *tensor.Tensor {
	s := tensor.New(c.layer.Shape...)
	for i := range s.Shape[0] {
		x, out := c.values(i), s.Data[c.start(i):][:c.size]
		lo, hi := 0, c.size
		if c.Place != Everywhere {
			lo = c.index(x)
			hi = lo + 1
		}
		for j := lo; j < hi; j++ {
			out[j] = 1
			if activation {
				out[j] = x[j]
			}
		}
	}
	return s
}
