package lab

import (
	"context"

	"tandem/cmd/internal/scene"
	"tandem/engine/nn"
	"tandem/engine/tensor"
)

// answer passes the wanted image through the network.
type answer struct{}

// question is what an answer depends on besides the weights.
type question struct {
	photo int
	off   *ablation
}

// shown is an answer with where it came from. The single model holds its pass.
type shown struct {
	*scene.Answer
	question
	weights *scene.Weights
}

func (answer) name() string { return "answer" }
func (answer) long() bool   { return false }

func (answer) wish(b *bench) wish {
	frozen := b.want.Freeze && b.shown != nil
	if frozen || b.want.Photo < 0 || b.want.Photo >= b.count() {
		return wish{}
	}
	return wish{question{b.want.Photo, b.off}, b.weights}
}

func (answer) compute(_ context.Context, b *bench, weights *scene.Weights) error {
	p, err := b.photo(b.want.Photo)
	if err != nil {
		return err
	}
	b.shown = nil // the single model's pass goes
	a := &scene.Answer{
		Photo: scene.Photo{Number: b.want.Photo, Name: p.name, Picture: b.picture(p.stored), Label: p.label},
		Step:  weights.Step,
		Input: &tensor.Tensor{Shape: b.net.Input, Data: b.input(p.stored)},
		Low:   b.low, High: b.high,
		Ablated: b.off.count(),
	}
	if a.Ablated > 0 {
		if a.Whole, err = b.ask(weights, nil, a.Input); err != nil {
			return err
		}
	}
	if a.Probabilities, err = b.ask(weights, b.off, a.Input); err != nil {
		return err
	}
	if a.Layers, err = layers(b.models.one.Model); err != nil {
		return err
	}
	b.shown = &shown{a, question{b.want.Photo, b.off}, weights}
	b.publish(func(s *scene.Scene) { s.Answer = a })
	return nil
}

// ask returns what the network makes of an input, by class.
func (b *bench) ask(weights *scene.Weights, off *ablation, input *tensor.Tensor) ([]float32, error) {
	m, err := b.single(weights, off)
	if err != nil {
		return nil, err
	}
	m.Load(input.Data, []float32{0})
	m.Infer()
	p, err := m.Probabilities(1)
	if err != nil {
		return nil, err
	}
	return p.Data, nil
}

// layers returns every node's output for the first image.
func layers(m *nn.Model) (map[string]*tensor.Tensor, error) {
	all := map[string]*tensor.Tensor{}
	for _, n := range m.Net.Nodes {
		t, err := m.Activation(n.Name, 1)
		if err != nil {
			return nil, err
		}
		all[n.Name] = first(t)
	}
	return all, nil
}

// first returns the first of a batch of one.
func first(t *tensor.Tensor) *tensor.Tensor {
	return &tensor.Tensor{Shape: t.Shape[1:], Data: t.Data}
}
