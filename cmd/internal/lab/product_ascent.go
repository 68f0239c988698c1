package lab

import (
	"context"
	"image"

	"tandem/cmd/internal/scene"
	"tandem/engine/nn"
	"tandem/engine/tensor"
	"tandem/engine/viz"
	"tandem/engine/viz/survey"
)

// ascent looks for images that excite the units of a layer.
type ascent struct{}

type ascentKey struct {
	layer string
	first int // of the units walked for
}

const (
	ascentUnits  = 64
	ascentSteps  = 128
	ascentShared = 8 // steps between pictures
)

func (ascent) name() string { return "ascent" }
func (ascent) long() bool   { return true }

func (ascent) wish(b *bench) wish {
	if b.want.View != scene.AscentView || origin(b.net, b.want.Unit.Layer) == "" {
		return wish{}
	}
	first, _ := window(b.want.Unit.Channel, b.shapes[b.want.Unit.Layer][0], ascentUnits)
	return wish{ascentKey{b.want.Unit.Layer, first}, b.weights}
}

func (ascent) compute(_ context.Context, b *bench, weights *scene.Weights) error {
	walked := origin(b.net, b.want.Unit.Layer)
	first, end := window(b.want.Unit.Channel, b.shapes[walked][0], ascentUnits)
	out := scene.Ascent{Layer: b.want.Unit.Layer, Walked: walked, Step: weights.Step, Total: ascentSteps}
	for u := first; u < end; u++ {
		out.Units = append(out.Units, u)
	}
	m, err := b.models.climber(b.net, len(out.Units), weights)
	if err != nil {
		return err
	}
	defer m.Close()
	a, err := survey.NewAscent(m, walked, out.Units, survey.DefaultAscent(b.net.Input, b.low, b.high))
	if err != nil {
		return err
	}
	return b.climb(a, out)
}

// climb walks to the end and shows how far it has come.
func (b *bench) climb(a *survey.Ascent, out scene.Ascent) error {
	for a.Steps < ascentSteps {
		if err := a.Step(); err != nil {
			return err
		}
		if a.Steps%ascentShared == 0 {
			values, err := a.Excitements()
			if err != nil {
				return err
			}
			now := out
			now.Steps, now.Values, now.Pictures = a.Steps, values, b.photographs(a.Images)
			b.publish(func(s *scene.Scene) { s.Ascent = &now })
		}
		if err := b.pause(a.Steps, ascentSteps); err != nil {
			return err
		}
	}
	return nil
}

// photographs returns images in the network's terms, (n, C, H, W), as pictures.
func (n *network) photographs(x *tensor.Tensor) []*image.RGBA {
	size := n.net.Input.Size()
	var all []*image.RGBA
	for at := 0; at < len(x.Data); at += size {
		t := tensor.New(n.net.Input...)
		for p := range t.Data {
			t.Data[p] = (x.Data[at+p] - n.low[p]) / (n.high[p] - n.low[p])
		}
		all = append(all, viz.Photo(t, 0, 1))
	}
	return all
}

// climber returns a model with these weights for as many images, which the caller
// closes.
func (m *models) climber(net *nn.Network, batch int, w *scene.Weights) (*nn.Model, error) {
	model, err := nn.New(net, nn.Options{Batch: batch, Devices: m.devices, Inference: true, InputGradient: true})
	if err != nil {
		return nil, err
	}
	l := &loaded{Model: model}
	if err := l.set(w, nil); err != nil {
		model.Close()
		return nil, err
	}
	return model, nil
}
