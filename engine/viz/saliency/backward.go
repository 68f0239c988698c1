package saliency

import (
	"fmt"

	"tandem/engine/nn"
	"tandem/engine/tensor"
)

// InputGradient returns the gradient of a unit with respect to the first n images
// of the last pass, (n, C, H, W): which change of each pixel would raise it.
func InputGradient(m *nn.Model, u Unit, n int) (*tensor.Tensor, error) {
	return back(m, u, n, nn.PlainGradient)
}

// Deconvolution projects a unit's activation back to the images with a
// deconvnet (Zeiler and Fergus 2013), (n, C, H, W): the signal starts as the
// activation itself, and Everywhere shows all that the channel found.
func Deconvolution(m *nn.Model, u Unit, n int) (*tensor.Tensor, error) {
	return back(m, u, n, nn.Deconvolution)
}

// GuidedBackpropagation is the gradient of a unit along what switched units on
// and what raises them alone (Springenberg et al. 2014), (n, C, H, W).
func GuidedBackpropagation(m *nn.Model, u Unit, n int) (*tensor.Tensor, error) {
	return back(m, u, n, nn.Guided)
}

func back(m *nn.Model, u Unit, n int, r nn.Rule) (*tensor.Tensor, error) {
	c, err := u.read(m, n)
	if err != nil {
		return nil, err
	}
	return m.BackFrom(u.Layer, c.seed(r == nn.Deconvolution), r)
}

// GradientTimesInput multiplies a unit's gradient by the images, (n, C, H, W): to
// first order, what each pixel adds to the unit. images are the n that the last
// pass has seen.
func GradientTimesInput(m *nn.Model, u Unit, images *tensor.Tensor) (*tensor.Tensor, error) {
	if len(images.Shape) != 4 || !images.Shape[1:].Equal(m.Net.Input) {
		return nil, fmt.Errorf("network %s takes images of %s, got a batch of %s", m.Net.Name, m.Net.Input, images.Shape)
	}
	g, err := InputGradient(m, u, images.Shape[0])
	if err != nil {
		return nil, err
	}
	for i, v := range images.Data {
		g.Data[i] *= v
	}
	return g, nil
}

// Logit returns the unit that is the score of a class before the softmax.
func Logit(net *nn.Network, class int) Unit {
	return Unit{Layer: net.Output().Inputs[0], Channel: class}
}

// ClassSaliency returns how strongly each pixel acts on the score of a class,
// (n, H, W): the gradient's largest magnitude over the colours ("Deep Inside
// Convolutional Networks", Simonyan et al. 2013, section 3). classes names one
// for each of the first n images of the last pass.
func ClassSaliency(m *nn.Model, classes []int) (*tensor.Tensor, error) {
	seed, err := classSeed(m, classes)
	if err != nil {
		return nil, err
	}
	g, err := m.BackFrom(Logit(m.Net, 0).Layer, seed, nn.PlainGradient)
	if err != nil {
		return nil, err
	}
	return largestMagnitude(g), nil
}

// classSeed is 1 at each image's class.
func classSeed(m *nn.Model, classes []int) (*tensor.Tensor, error) {
	seed := (*tensor.Tensor)(nil)
	for i, class := range classes {
		c, err := Logit(m.Net, class).read(m, len(classes))
		if err != nil {
			return nil, err
		}
		if seed == nil {
			seed = tensor.New(c.layer.Shape...)
		}
		seed.Data[c.start(i)] = 1
	}
	if seed == nil {
		return nil, fmt.Errorf("a class saliency needs a class for each image, got none")
	}
	return seed, nil
}

// largestMagnitude takes (n, C, H, W) to (n, H, W).
func largestMagnitude(g *tensor.Tensor) *tensor.Tensor {
	n, channels, h, w := g.Shape[0], g.Shape[1], g.Shape[2], g.Shape[3]
	out := tensor.New(n, h, w)
	for i := range out.Data {
		image, pixel := i/(h*w), i%(h*w)
		for c := range channels {
			v := g.Data[(image*channels+c)*h*w+pixel]
			out.Data[i] = max(out.Data[i], v, -v) // NaN comes through
		}
	}
	return out
}
