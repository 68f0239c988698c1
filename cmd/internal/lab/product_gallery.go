package lab

import (
	"context"

	"tandem/cmd/internal/scene"
	"tandem/engine/viz/survey"
)

// gallery shows the test images of a cell of the confusion matrix, those with the
// highest loss first.
type gallery struct{ of *surveyor }

type galleryKey struct {
	label, predicted int
	wrong            bool
}

const (
	maxGallery    = 200
	imagesAtATime = 25 // appear
)

func (gallery) name() string { return "images" }
func (gallery) long() bool   { return true }

func (g gallery) wish(b *bench) wish {
	shown := b.want.View == scene.ConfusionView || b.want.View == scene.MistakesView
	if !shown || g.of.current == nil || !b.labelled() {
		return wish{}
	}
	return wish{cell(b.want), g.of.current.weights}
}

func cell(w scene.Want) galleryKey { return galleryKey{w.Label, w.Predicted, w.Wrong} }

func (k galleryKey) holds(o survey.Outcome) bool {
	return (k.label == scene.Any || k.label == o.Label) &&
		(k.predicted == scene.Any || k.predicted == o.Predicted) && !(k.wrong && o.Right())
}

func (g gallery) compute(_ context.Context, b *bench, _ *scene.Weights) error {
	s, k := g.of.current, cell(b.want)
	found := s.Select(k.holds)
	shown := scene.Gallery{
		Step: s.weights.Step, Label: k.label, Predicted: k.predicted, Wrong: k.wrong, Total: len(found),
	}
	return b.thumbnails(found[:min(len(found), maxGallery)], func(items []scene.Thumbnail) {
		now := shown
		now.Items = items
		b.publish(func(s *scene.Scene) { s.Gallery = &now })
	})
}

// thumbnails makes the images of some outcomes small, and publishes those that are
// ready again and again, at last all of them.
func (b *bench) thumbnails(of []survey.Outcome, publish func([]scene.Thumbnail)) error {
	var items []scene.Thumbnail
	for i, o := range of {
		t, err := b.thumbnail(o)
		if err != nil {
			return err
		}
		items = append(items, t)
		if len(items)%imagesAtATime != 0 {
			continue
		}
		publish(items)
		if err := b.pause(i+1, len(of)); err != nil {
			return err
		}
	}
	publish(items)
	return nil
}
