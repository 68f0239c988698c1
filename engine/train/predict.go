package train

import (
	"fmt"
	"image"
	"slices"

	"tandem/engine/data"
	"tandem/engine/nn"
)

// Guess is a class with the probability that a network gives it.
type Guess struct {
	Class       string  `json:"class"`
	Index       int     `json:"index"`
	Probability float64 `json:"probability"`
}

// Prepare turns a photo into views of the checkpoint's input, as evaluation
// does with stored images: (views, C, H, W).
func (c *Checkpoint) Prepare(img image.Image, views int) ([]float32, error) {
	stored := c.Stats.Shape
	t, err := data.NewTransform(stored, c.Stats, augment(c.Net))
	if err != nil {
		return nil, err
	}
	places, err := t.Views(views)
	if err != nil {
		return nil, err
	}
	raw, err := c.store(img)
	if err != nil {
		return nil, err
	}
	n := t.Shape().Size()
	x := make([]float32, len(places)*n)
	for i, v := range places {
		t.Apply(x[i*n:][:n], raw, v)
	}
	return x, nil
}

// store brings a photo to the shape of the training images.
func (c *Checkpoint) store(img image.Image) ([]byte, error) {
	stored, err := data.Fit(img, c.Stats.Shape)
	if err != nil {
		return nil, fmt.Errorf("%s: %w; train with --size to take pictures of any size", c.Path, err)
	}
	return stored, nil
}

// Predict returns the likeliest classes of a photo, likeliest first, from the
// mean over its views. The model's batch must hold the views.
func (c *Checkpoint) Predict(m *nn.Model, img image.Image, views, top int) ([]Guess, error) {
	if m.Batch() < views {
		return nil, fmt.Errorf("a batch of %d cannot hold %d views", m.Batch(), views)
	}
	x, err := c.Prepare(img, views)
	if err != nil {
		return nil, err
	}
	m.Load(x, make([]float32, views))
	m.Infer()
	probs, err := m.Probabilities(views)
	if err != nil {
		return nil, err
	}
	return c.rank(averageRows(probs.Data, probs.Shape[1]), top), nil
}

func (c *Checkpoint) rank(p []float64, top int) []Guess {
	all := make([]Guess, len(p))
	for i, v := range p {
		all[i] = Guess{Class: c.class(i), Index: i, Probability: v}
	}
	slices.SortStableFunc(all, func(a, b Guess) int {
		switch {
		case a.Probability > b.Probability:
			return -1
		case a.Probability < b.Probability:
			return 1
		}
		return 0
	})
	return all[:min(top, len(all))]
}

// class names a class; a network may have more outputs than its data had names.
func (c *Checkpoint) class(i int) string {
	if i < len(c.State.Classes) {
		return c.State.Classes[i]
	}
	return fmt.Sprintf("class %d", i)
}
