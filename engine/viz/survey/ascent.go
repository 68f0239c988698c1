package survey

import (
	"fmt"
	"math"

	"tandem/engine/nn"
	"tandem/engine/tensor"
)

// Ascent looks for images that excite units, by walking uphill from noise:
// Yosinski and others, "Understanding Neural Networks Through Deep
// Visualization", 2015, with their decay and blur, and with the jitter of
// Mordvintsev's "Inceptionism" of the same year. Without these the images are
// noise that no dataset holds. All images of a batch walk at once, each for a
// unit of its own.
type Ascent struct {
	Images *tensor.Tensor // (n, C, H, W) in the network's terms, one for each unit
	Steps  int            // made so far

	o      AscentOptions
	m      *nn.Model
	layer  string
	seed   *tensor.Tensor // of BackFrom
	labels []float32
}

// AscentOptions say how to walk. Low and High are the network's input for an
// image all black and one all white, (C, H, W): no pixel leaves what lies
// between, and the length of a step is in terms of it.
type AscentOptions struct {
	Low, High []float32
	Seed      uint64  // of the noise and the jitter
	Whole     bool    // the mean over a unit's whole map, not its middle place
	Rate      float32 // of the way from black to white that an average pixel moves in a step
	Noise     float32 // standard deviation of the first image, in the same terms
	Decay     float32 // share of each pixel, from the network's zero, that a step takes away
	Jitter    int     // pixels up to which a step moves the image about, around the edges
	Blur      float64 // standard deviation in pixels; 0 for none
	BlurEvery int     // steps
}

// DefaultAscent is a setting for images of shape (C, H, W).
func DefaultAscent(input tensor.Shape, low, high []float32) AscentOptions {
	return AscentOptions{
		Low: low, High: high, Seed: 1, Rate: 0.02, Noise: 0.05, Decay: 0.01,
		Jitter: input[1]/32 + 1, Blur: 0.6, BlurEvery: 4,
	}
}

// NewAscent prepares a walk for units of a layer: channels of maps, elements of
// a vector. The model must have been made with Options.InputGradient; it may be
// for inference. A layer's nonlinearity lets no gradient through where it is
// off, so name the convolution or fully connected layer itself, and fc8 or the
// like for classes.
func NewAscent(m *nn.Model, layer string, units []int, o AscentOptions) (*Ascent, error) {
	if n := m.Net.Input.Size(); len(o.Low) != n || len(o.High) != n {
		return nil, fmt.Errorf("bounds of %d and %d elements do not fit network %s, whose images have %d", len(o.Low), len(o.High), m.Net.Name, n)
	}
	if len(units) < 1 || len(units) > m.Batch() {
		return nil, fmt.Errorf("an ascent for %d units in batches of %d: choose 1 to %d", len(units), m.Batch(), m.Batch())
	}
	a := &Ascent{o: o, m: m, layer: layer, labels: make([]float32, len(units))}
	if err := a.aim(units); err != nil {
		return nil, err
	}
	a.Images = tensor.New(append([]int{len(units)}, m.Net.Input...)...)
	a.start()
	return a, a.try()
}

// aim sets the seed: one where a unit is to rise.
func (a *Ascent) aim(units []int) error {
	shapes, err := a.m.Net.Infer()
	if err != nil {
		return err
	}
	shape, known := shapes[a.layer]
	if !known || a.layer == nn.DataNode {
		return fmt.Errorf("network %s has no layer %s", a.m.Net.Name, a.layer)
	}
	a.seed = tensor.New(append([]int{len(units)}, shape...)...)
	area := shape[1:].Size()
	for i, u := range units {
		if u < 0 || u >= shape[0] {
			return fmt.Errorf("layer %s has units 0 to %d, not %d", a.layer, shape[0]-1, u)
		}
		places := a.seed.Data[(i*shape[0]+u)*area:][:area]
		switch {
		case a.o.Whole:
			fill(places, 1/float32(area))
		case len(shape) == 3:
			places[shape[1]/2*shape[2]+shape[2]/2] = 1
		default:
			places[0] = 1
		}
	}
	return nil
}

func fill(x []float32, v float32) {
	for i := range x {
		x[i] = v
	}
}

// start draws the first images: every unit has the same noise before it.
func (a *Ascent) start() {
	draw := tensor.NewStream(a.o.Seed, tensor.Purpose("ascent/start"), 0)
	n := len(a.o.Low)
	for i := range a.Images.Data {
		p := i % n
		a.Images.Data[i] = a.o.bound(p, a.o.Noise*a.o.span(p)*draw.Normal(uint64(p)))
	}
}

func (o *AscentOptions) span(pixel int) float32 { return o.High[pixel] - o.Low[pixel] }

func (o *AscentOptions) bound(pixel int, v float32) float32 {
	return min(max(v, o.Low[pixel]), o.High[pixel])
}

// try finds out, before the first step, whether the model has gradients.
func (a *Ascent) try() error {
	_, err := a.gradient(a.Images)
	return err
}

// gradient returns that of each image's unit.
func (a *Ascent) gradient(x *tensor.Tensor) (*tensor.Tensor, error) {
	a.m.Load(x.Data, a.labels)
	a.m.Infer()
	return a.m.BackFrom(a.layer, a.seed, nn.PlainGradient)
}

// Step moves every image once.
func (a *Ascent) Step() error {
	dy, dx := a.jitter()
	g, err := a.gradient(rolled(a.Images, dy, dx))
	if err != nil {
		return err
	}
	g = rolled(g, -dy, -dx)
	n := len(a.o.Low)
	a.Steps++
	for i := range a.Images.Shape[0] {
		x := a.Images.Data[i*n:][:n]
		a.climb(x, g.Data[i*n:][:n])
		if a.o.Blur > 0 && a.Steps%max(1, a.o.BlurEvery) == 0 {
			blur(x, a.m.Net.Input, a.o.Blur)
		}
		for p, v := range x {
			x[p] = a.o.bound(p, v)
		}
	}
	return nil
}

// climb moves one image along its gradient, whose length is of no account: it
// varies by orders of magnitude between layers.
func (a *Ascent) climb(x, g []float32) {
	sum := 0.0
	for _, v := range g {
		sum += float64(v) * float64(v)
	}
	length := float32(0)
	if sum > 0 {
		length = float32(1 / math.Sqrt(sum/float64(len(g))))
	}
	for p := range x {
		x[p] = (1-a.o.Decay)*x[p] + a.o.Rate*a.o.span(p)*length*g[p]
	}
}

// jitter draws the shift of the step to come.
func (a *Ascent) jitter() (dy, dx int) {
	draw := tensor.NewStream(a.o.Seed, tensor.Purpose("ascent/jitter"), uint32(a.Steps))
	side := 2*a.o.Jitter + 1
	return draw.Intn(0, side) - a.o.Jitter, draw.Intn(1, side) - a.o.Jitter
}

// Excitements returns how strong each image's unit is, by what Model.Activation
// says of the layer: after a nonlinearity that took its place.
func (a *Ascent) Excitements() ([]float32, error) {
	n := a.Images.Shape[0]
	a.m.Load(a.Images.Data, a.labels)
	a.m.Infer()
	t, err := a.m.Activation(a.layer, n)
	if err != nil {
		return nil, err
	}
	values := make([]float32, n)
	for i, s := range a.seed.Data {
		values[i/(len(a.seed.Data)/n)] += s * t.Data[i]
	}
	return values, nil
}
