package lab

import (
	"context"
	"math"

	"tandem/cmd/internal/scene"
	"tandem/engine/tensor"
	"tandem/engine/viz/survey"
)

// neighbours shows the test images that the network finds most like the answer's.
type neighbours struct{ of *surveyor }

type neighboursKey struct{ photo int }

const nearest = 12

func (neighbours) name() string { return "neighbours" }
func (neighbours) long() bool   { return true }

func (n neighbours) wish(b *bench) wish {
	if b.want.View != scene.NeighboursView || n.of.current == nil || b.shown == nil || featureLayer(b.net) == "" {
		return wish{}
	}
	return wish{neighboursKey{b.shown.photo}, n.of.current.weights}
}

func (n neighbours) compute(_ context.Context, b *bench, _ *scene.Weights) error {
	s := n.of.current
	out := &scene.Neighbours{Photo: b.shown.photo, Layer: featureLayer(b.net), Step: s.weights.Step}
	found, err := b.nearest(s, out.Layer)
	if err != nil {
		return err
	}
	for _, f := range found {
		t, err := b.thumbnail(s.Outcomes[f.Row])
		if err != nil {
			return err
		}
		t.Distance = math.Sqrt(f.Distance)
		out.Items = append(out.Items, t)
	}
	b.publish(func(s *scene.Scene) { s.Neighbours = out })
	return nil
}

// nearest compares the answer's image with those of a survey. One that the survey
// took in is compared by what it found, and is no neighbour of itself.
func (b *bench) nearest(s *surveyed, layer string) ([]survey.Neighbour, error) {
	if row, ok := s.row(b.shown.photo); ok {
		return survey.NearestRows(s.Features(), []int{row}, nearest)[0], nil
	}
	x, err := b.features(s, layer)
	if err != nil {
		return nil, err
	}
	query := &tensor.Tensor{Shape: tensor.Shape{1, len(x.Data)}, Data: x.Data}
	return survey.Nearest(s.Features(), query, nearest)[0], nil
}

// features returns what a layer makes of the answer's image by a survey's weights,
// by the answer's if those are not to be had.
func (b *bench) features(s *surveyed, layer string) (*tensor.Tensor, error) {
	if !s.known() {
		return b.shown.Layers[layer], nil
	}
	m, err := b.batched(s.weights, nil)
	if err != nil {
		return nil, err
	}
	m.Load(b.shown.Input.Data, []float32{0})
	m.Infer()
	return m.Activation(layer, 1)
}
