package lab

import (
	"context"
	"image"

	"tandem/cmd/internal/scene"
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
	ascentUnits   = 64
	ascentSteps   = 128
	stepsAPicture = 8 // steps between pictures
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
	groups, err := b.ascents(walked, out.Units, weights)
	for err == nil && out.Steps < ascentSteps {
		err = b.climb(groups, &out, weights)
	}
	return err
}

// ascents prepares walks for units, as many at a time as make a batch.
func (b *bench) ascents(layer string, units []int, weights *scene.Weights) ([]*survey.Ascent, error) {
	var groups []*survey.Ascent
	for len(units) > 0 {
		m, err := b.batched(weights, nil)
		if err != nil {
			return nil, err
		}
		n := min(len(units), m.Batch())
		a, err := survey.NewAscent(m, layer, units[:n], survey.DefaultAscent(b.net.Input, b.low, b.high))
		if err != nil {
			return nil, err
		}
		groups, units = append(groups, a), units[n:]
		if err := b.pause(0, ascentSteps); err != nil {
			return nil, err
		}
	}
	return groups, nil
}

// climb lets all units walk a step, a group an increment, and shows now and then how
// far they have come.
func (b *bench) climb(groups []*survey.Ascent, out *scene.Ascent, weights *scene.Weights) error {
	now := *out
	now.Steps++
	shown := now.Steps%stepsAPicture == 0
	for _, a := range groups {
		if _, err := b.batched(weights, nil); err != nil { // others may have used it meanwhile
			return err
		}
		if err := a.Step(); err != nil {
			return err
		}
		if shown {
			values, err := a.Excitements()
			if err != nil {
				return err
			}
			now.Values, now.Pictures = append(now.Values, values...), append(now.Pictures, b.photographs(a.Images)...)
		}
		if err := b.pause(now.Steps, ascentSteps); err != nil {
			return err
		}
	}
	if shown {
		b.publish(func(s *scene.Scene) { s.Ascent = &now })
	}
	out.Steps = now.Steps
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
