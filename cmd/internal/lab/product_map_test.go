package lab

import (
	"slices"
	"testing"
	"time"

	"tandem/cmd/internal/scene"
	"tandem/engine/viz/survey"
)

// layout makes the whole map of some rows of a survey.
func layout(t *testing.T, s *survey.Survey, rows []int) [][2]float64 {
	e := must[*survey.Embedding](t)(survey.NewEmbedding(pick(s.Features(), rows), 0, 1))
	for range survey.EmbeddingSteps {
		e.Step()
	}
	return e.Points
}

func TestMapOfSomeImages(t *testing.T) {
	images := noise{shape: stored, n: 40}
	visitSets(t, tinyNet(t), Options{Images: images, Sets: SetOptions{Map: 9}}, func(t *testing.T, r *room) {
		s := surveyedElsewhere(t, r, weightsOf(t, r.net, 1), images)
		r.Surveyed(s, 1)
		r.Want(watching(scene.MapView))
		m := r.scene().Map
		rows := []int{0, 4, 8, 13, 17, 22, 26, 31, 35}
		if m.Steps != survey.EmbeddingSteps || m.Total != m.Steps || m.Layer != "relu4" || m.Step != 1 || !slices.Equal(m.Points, layout(t, s, rows)) {
			t.Errorf("got %d of %d steps, layer %s, step %d, points %v", m.Steps, m.Total, m.Layer, m.Step, m.Points)
		}
		all := truthOf(t, r.net, weightsOf(t, r.net, 1), images)
		for i, item := range m.Items {
			if item.Photo != rows[i] || item.Label != rows[i]%5 || item.Predicted != all.predicted(rows[i]) {
				t.Errorf("item %d: %+v", i, item)
			}
		}
		if len(m.Items) != len(rows) {
			t.Errorf("%d items", len(m.Items))
		}
	})
}

func TestMapOfTooFewImages(t *testing.T) {
	visitSets(t, tinyNet(t), Options{Images: noise{shape: stored, n: 3}}, func(t *testing.T, r *room) {
		r.Want(watching(scene.MapView))
		s := r.scene()
		if got := notices(s); s.Map != nil || len(got) != 1 {
			t.Errorf("map %v, notices %q", s.Map, got)
		}
	})
}

// The map stays while somebody looks, whatever the trainer does; who comes back finds
// the newest, and who travels through checkpoints each one's.
func TestMapIsMadeWhenAskedFor(t *testing.T) {
	images := noise{shape: stored, n: 12}
	visitSets(t, tinyNet(t), Options{Images: images}, func(t *testing.T, r *room) {
		step := func(what string, want int) {
			t.Helper()
			if m := r.scene().Map; m.Step != want || m.Steps != survey.EmbeddingSteps {
				t.Errorf("%s: step %d after %d moves, want step %d", what, m.Step, m.Steps, want)
			}
		}
		r.Want(watching(scene.MapView))
		step("first", 1)
		r.SetWeights(weightsOf(t, r.net, 2))
		step("new weights", 1)
		if got := r.scene().Survey.Step; got != 2 {
			t.Errorf("survey of step %d, want 2", got)
		}
		r.Want(watching(scene.HealthView))
		step("elsewhere", 1)
		r.Want(watching(scene.MapView))
		step("back", 2)
		old := watching(scene.MapView)
		old.Checkpoint = 3
		r.Want(old)
		r.SetWeights(weightsOf(t, r.net, 30))
		step("checkpoint", 30)
	})
}

// The map unfolds in sight.
func TestMapUnfolds(t *testing.T) {
	var seen []int
	watch := watcher{func(s *scene.Scene) {
		if m := s.Map; m != nil && (len(seen) == 0 || m.Steps != seen[len(seen)-1]) {
			seen = append(seen, m.Steps)
		}
	}}
	visitSets(t, tinyNet(t), Options{Images: noise{shape: stored, n: 12}}, func(t *testing.T, r *room) {
		r.Want(watching(scene.MapView))
		r.scene()
		if n := len(seen); n != 150 || seen[0] != 5 || seen[n-1] != 750 {
			t.Errorf("seen after %v steps", seen)
		}
	}, watch)
}

// It is given up when nobody looks any more.
func TestMapIsGivenUp(t *testing.T) {
	images := &slow{Dataset: noise{shape: stored, n: 60}}
	visitSets(t, tinyNet(t), Options{Images: images}, func(t *testing.T, r *room) {
		r.Want(watching(scene.HealthView))
		r.scene()
		images.each = time.Second
		r.Want(watching(scene.MapView))
		time.Sleep(30 * time.Second) // pictures come in
		r.Want(watching(scene.Filters))
		time.Sleep(time.Hour)
		if s := r.scene(); s.Map != nil || s.Job != nil || len(s.Notices) > 0 || images.reads.Load() > 120 {
			t.Errorf("map %v, job %v, notices %v after %d images", s.Map, s.Job, s.Notices, images.reads.Load())
		}
	})
}
