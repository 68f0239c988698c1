package lab

import (
	"context"
	"errors"
	"io"

	"tandem/cmd/internal/scene"
	"tandem/engine/data"
	"tandem/engine/viz/survey"
)

// surveyor passes the test images through the network. What other products show of
// them they take from its newest survey.
type surveyor struct {
	images int // as in SetOptions

	current *surveyed // the newest; nil until there is one
	offered *surveyed // the newest from elsewhere that fits what is on show
	taken   *surveyed // the last of those that became current
}

type surveyKey struct{ offered *surveyed }

// Surveyed hands over a survey of the test images with the weights of a step, made
// with SurveyOptions by who validates anyway. It replaces the lab's own. Nobody
// feeds it any more.
func (l *Lab) Surveyed(s *survey.Survey, step int) {
	l.tell(func(n *news) { n.survey = &surveyed{Survey: s, weights: &scene.Weights{Step: step}} })
}

func (*surveyor) name() string { return "survey of the test images" }
func (*surveyor) long() bool   { return true }

func (s *surveyor) wish(b *bench) wish {
	if b.images == nil || b.weights == nil || !needsSurvey(b.want.View) {
		return wish{}
	}
	if b.survey != nil && b.fitsSurvey(b.survey) && (b.want.Checkpoint == scene.Newest || b.survey.weights.Step == b.weights.Step) {
		s.offered = b.survey
	}
	return wish{surveyKey{s.offered}, b.weights}
}

func needsSurvey(v scene.View) bool {
	switch v {
	case scene.PatchesView, scene.ConfusionView, scene.MistakesView, scene.HealthView, scene.NeighboursView, scene.MapView:
		return true
	}
	return false
}

// compute makes do with a survey from elsewhere, or with one of the same step.
func (s *surveyor) compute(ctx context.Context, b *bench, weights *scene.Weights) error {
	switch {
	case s.offered != s.taken:
		s.taken = s.offered
		s.use(b, s.offered)
		return nil
	case s.current != nil && s.current.weights.Step == weights.Step:
		return nil
	}
	found, err := s.pass(ctx, b, weights)
	if err == nil {
		s.use(b, &surveyed{Survey: found, weights: weights})
	}
	return err
}

func (s *surveyor) use(b *bench, found *surveyed) {
	s.current = found
	shown := found.scene(b.classes(), b.labelled())
	b.publish(func(s *scene.Scene) { s.Survey = shown })
}

// pass surveys the images, a batch an increment.
func (s *surveyor) pass(ctx context.Context, b *bench, weights *scene.Weights) (*survey.Survey, error) {
	m, err := b.batched(weights, nil)
	if err != nil {
		return nil, err
	}
	found, err := survey.New(b.net, SurveyOptions(b.net))
	if err != nil {
		return nil, err
	}
	images := b.sample(s.images)
	l, err := data.NewEvalLoader(images, b.stats, b.augment, m.Batch(), 1, data.LoaderOptions{Workers: 1, Budget: loaderBudget})
	if err != nil {
		return nil, err
	}
	defer l.Close()
	for {
		batch, err := l.Next(ctx)
		if errors.Is(err, io.EOF) {
			return found, nil
		}
		if err != nil {
			return nil, err
		}
		if err := observe(b, weights, found, batch, images); err != nil {
			return nil, err
		}
		l.Recycle(batch)
		if err := b.pause(len(found.Outcomes), images.Len()); err != nil {
			return nil, err
		}
	}
}

// loaderBudget is small, since a survey is seldom in a hurry: bytes.
const loaderBudget = 32 << 20

func observe(b *bench, weights *scene.Weights, found *survey.Survey, batch *data.Batch, images sample) error {
	m, err := b.batched(weights, nil) // others may have used it meanwhile
	if err != nil {
		return err
	}
	for i, image := range batch.Index {
		batch.Index[i] = images.index(image)
	}
	m.Load(batch.X, batch.Labels)
	m.Infer()
	return found.Observe(m, batch)
}
