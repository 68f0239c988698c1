package lab

import (
	"context"
	"image"

	"tandem/cmd/internal/scene"
	"tandem/engine/nn"
	"tandem/engine/tensor"
	"tandem/engine/viz/saliency"
)

// backward shows what in the answer's image moved the wanted unit, where the unit
// is strongest. It belongs to the answer on show, a frozen one, too.
type backward struct{}

type backwardKey struct {
	question
	unit scene.Unit
	mode scene.Mode
}

func (backward) name() string { return "backward" }
func (backward) long() bool   { return false }

func (backward) wish(b *bench) wish {
	mode, unit := b.want.Backward, b.want.Unit
	noUnit := unit.Layer == "" || unit.Layer == nn.DataNode
	if b.shown == nil || mode == scene.NoBackward || noUnit && mode != scene.ClassSaliency {
		return wish{}
	}
	if mode == scene.ClassSaliency {
		unit = scene.Unit{}
	}
	return wish{backwardKey{b.shown.question, unit, mode}, b.shown.weights}
}

func (backward) compute(_ context.Context, b *bench, weights *scene.Weights) error {
	unit := b.want.Unit
	if b.want.Backward == scene.ClassSaliency {
		class := likeliest(b.shown.Probabilities)
		unit = scene.Unit{Layer: saliency.Logit(b.net, class).Layer, Channel: class}
	}
	v := &scene.Backward{Unit: unit, Mode: b.want.Backward, Step: weights.Step, Photo: b.shown.Number}
	m := b.models.one.Model
	u, err := b.start(unit)
	if err != nil {
		return err
	}
	if v.Map, err = back(m, u, v.Mode, b.shown.Input); err != nil {
		return err
	}
	found, err := saliency.Responses(m, u, 1)
	if err != nil {
		return err
	}
	v.Value, v.At = found[0].Value, found[0].At
	v.Field = b.net.ReceptiveField(b.shapes, u.Layer, image.Rectangle{v.At, v.At.Add(image.Pt(1, 1))})
	b.publish(func(s *scene.Scene) { s.Backward = v })
	return nil
}

// start returns where a signal starts. For a class's probability that is its score,
// and the unit of a layer is taken by its name: a ReLU's unit passes no gradient
// where it is off, while in the layer before it the signal starts ahead of the
// ReLU, although only what comes after it can be seen of a layer whose output the
// ReLU has taken over.
func (n *network) start(u scene.Unit) (saliency.Unit, error) {
	if err := n.checkUnit(u); err != nil {
		return saliency.Unit{}, err
	}
	if u.Layer == n.net.Output().Name {
		return saliency.Logit(n.net, u.Channel), nil
	}
	return saliency.Unit{Layer: u.Layer, Channel: u.Channel}, nil
}

// back takes a unit's signal back to the image, C x H x W, of a class 1 x H x W.
func back(m *nn.Model, u saliency.Unit, mode scene.Mode, input *tensor.Tensor) (t *tensor.Tensor, err error) {
	switch mode {
	case scene.ClassSaliency:
		return saliency.ClassSaliency(m, []int{u.Channel})
	case scene.Deconvolution:
		t, err = saliency.Deconvolution(m, u, 1)
	case scene.Guided:
		t, err = saliency.GuidedBackpropagation(m, u, 1)
	case scene.GradientTimesInput:
		images := &tensor.Tensor{Shape: append(tensor.Shape{1}, input.Shape...), Data: input.Data}
		t, err = saliency.GradientTimesInput(m, u, images)
	default:
		t, err = saliency.InputGradient(m, u, 1)
	}
	if err != nil {
		return nil, err
	}
	return first(t), nil
}

// likeliest returns the most probable class.
func likeliest(p []float32) int {
	best := 0
	for i, v := range p {
		if v > p[best] {
			best = i
		}
	}
	return best
}
