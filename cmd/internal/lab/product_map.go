package lab

import (
	"context"
	"slices"

	"tandem/cmd/internal/scene"
	"tandem/engine/tensor"
	"tandem/engine/viz/survey"
)

// embedding lays the test images out on a plane, like beside like.
type embedding struct {
	of     *surveyor
	points int       // as in SetOptions
	chosen *surveyed // the survey to lay out; nil while nobody looks
}

type embeddingKey struct{}

const (
	defaultPoints = 1000
	stepsAtATime  = 5 // of the layout appear
)

func (*embedding) name() string { return "map" }
func (*embedding) long() bool   { return true }

// wish keeps to one survey as long as the user looks, for a map that starts all over
// shows nothing. One who travels through the checkpoints wants each one's map.
func (e *embedding) wish(b *bench) wish {
	if b.want.View != scene.MapView {
		e.chosen = nil
		return wish{}
	}
	if e.chosen == nil || b.want.Checkpoint != scene.Newest {
		e.chosen = e.of.current
	}
	if e.chosen == nil || featureLayer(b.net) == "" {
		return wish{}
	}
	return wish{embeddingKey{}, e.chosen.weights}
}

func (e *embedding) compute(_ context.Context, b *bench, _ *scene.Weights) error {
	s := e.chosen
	rows := e.rows(len(s.Outcomes))
	layout, err := survey.NewEmbedding(pick(s.Features(), rows), 0, 1)
	if err != nil {
		return err
	}
	items, err := b.mapItems(s, rows)
	if err != nil {
		return err
	}
	for layout.Steps < survey.EmbeddingSteps {
		layout.Step()
		if layout.Steps%stepsAtATime == 0 || layout.Steps == survey.EmbeddingSteps {
			shown := &scene.Map{
				Layer: featureLayer(b.net), Step: s.weights.Step, Points: slices.Clone(layout.Points), Items: items,
				Steps: layout.Steps, Total: survey.EmbeddingSteps,
			}
			b.publish(func(s *scene.Scene) { s.Map = shown })
		}
		if err := b.pause(layout.Steps, survey.EmbeddingSteps); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) mapItems(s *surveyed, rows []int) ([]scene.Thumbnail, error) {
	var of []survey.Outcome
	for _, r := range rows {
		of = append(of, s.Outcomes[r])
	}
	var items []scene.Thumbnail
	err := b.thumbnails(of, func(ready []scene.Thumbnail) { items = ready })
	return items, err
}

// rows chooses those of a survey's images that are laid out.
func (e *embedding) rows(n int) []int {
	count := e.points
	if count <= 0 {
		count = defaultPoints
	}
	count = min(count, n, survey.MaxPoints)
	rows := make([]int, count)
	for i := range rows {
		rows[i] = i * n / count
	}
	return rows
}

// pick returns some rows of a matrix.
func pick(x *tensor.Tensor, rows []int) *tensor.Tensor {
	f := x.Shape[1]
	out := tensor.New(len(rows), f)
	for i, r := range rows {
		copy(out.Data[i*f:(i+1)*f], x.Data[r*f:])
	}
	return out
}
