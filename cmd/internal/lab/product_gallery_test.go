package lab

import (
	"cmp"
	"fmt"
	"slices"
	"testing"
	"time"

	"tandem/cmd/internal/scene"
)

// members lists the images of a cell, those with the highest loss first.
func (a *truth) members(w scene.Want) []int {
	var list []int
	for i, label := range a.labels {
		p := a.predicted(i)
		if (w.Label < 0 || w.Label == label) && (w.Predicted < 0 || w.Predicted == p) && (!w.Wrong || p != label) {
			list = append(list, i)
		}
	}
	slices.SortFunc(list, func(i, j int) int { return cmp.Compare(a.loss(j), a.loss(i)) })
	return list
}

func checkGallery(t *testing.T, s *scene.Scene, w scene.Want, all *truth) {
	t.Helper()
	g, want := s.Gallery, all.members(w)
	name := fmt.Sprintf("label %d taken for %d, wrong %v", w.Label, w.Predicted, w.Wrong)
	if g == nil || g.Total != len(want) || len(g.Items) != min(200, len(want)) || g.Label != w.Label || g.Predicted != w.Predicted || g.Wrong != w.Wrong {
		t.Errorf("%s: got %+v, want %d images", name, g, len(want))
		return
	}
	for i, item := range g.Items {
		if !close(all.loss(item.Photo), all.loss(want[i])) {
			t.Errorf("%s: item %d has loss %g, want %g", name, i, all.loss(item.Photo), all.loss(want[i]))
		}
		p := all.predicted(item.Photo)
		if item.Label != all.labels[item.Photo] || item.Predicted != p || !close(float64(item.Probability), all.probabilities(item.Photo)[p]) {
			t.Errorf("%s: item %d is %+v", name, i, item)
		}
		all.checkPicture(t, scene.Patch{Photo: item.Photo, Field: item.Picture.Bounds(), Picture: item.Picture})
	}
}

func TestGalleryAgreesWithFloat64(t *testing.T) {
	images := noise{shape: stored, n: 231}
	visitSets(t, tinyNet(t), Options{Images: images}, func(t *testing.T, r *room) {
		all := truthOf(t, r.net, weightsOf(t, r.net, 1), images)
		for _, v := range []scene.View{scene.ConfusionView, scene.MistakesView} {
			for _, c := range []struct {
				label, predicted int
				wrong            bool
			}{{-1, -1, false}, {-1, -1, true}, {2, -1, true}, {-1, 1, false}, {-1, 1, true}, {3, 3, false}, {3, 3, true}, {0, 4, false}} {
				w := watching(v)
				w.Label, w.Predicted, w.Wrong = c.label, c.predicted, c.wrong
				r.Want(w)
				checkGallery(t, r.scene(), w, all)
			}
		}
	})
}

// Images appear as they are read, and another cell takes their place at once.
func TestGalleryComesBitByBit(t *testing.T) {
	images := &slow{Dataset: noise{shape: stored, n: 90}}
	visitSets(t, tinyNet(t), Options{Images: images}, func(t *testing.T, r *room) {
		r.Want(watching(scene.HealthView))
		r.scene()
		images.each = time.Second
		r.Want(watching(scene.ConfusionView))
		time.Sleep(60*time.Second + 1)
		s := r.scene()
		if n := len(s.Gallery.Items); n != 50 || s.Gallery.Total != 90 || s.Job == nil || s.Job.Done != 50 {
			t.Errorf("%d of %d images, job %+v", n, s.Gallery.Total, s.Job)
		}
		w := watching(scene.ConfusionView)
		w.Label = 4
		r.Want(w)
		time.Sleep(45 * time.Second)
		checkGallery(t, r.scene(), w, truthOf(t, r.net, weightsOf(t, r.net, 1), images.Dataset))
	})
}

// While a new survey is under way, what the last one found can be looked through.
func TestGalleryWhileSurveying(t *testing.T) {
	images := &slow{Dataset: noise{shape: stored, n: 64}}
	visitSets(t, tinyNet(t), Options{Images: images}, func(t *testing.T, r *room) {
		r.Want(watching(scene.ConfusionView))
		r.scene()
		images.each = 100 * time.Millisecond
		r.SetWeights(weightsOf(t, r.net, 2))
		time.Sleep(time.Second)
		w := watching(scene.ConfusionView)
		w.Label = 3
		r.Want(w)
		time.Sleep(4 * time.Second) // the survey's first batch is there, and not the second
		s := r.scene()
		if s.Survey.Step != 1 {
			t.Fatal("the survey is over")
		}
		checkGallery(t, s, w, truthOf(t, r.net, weightsOf(t, r.net, 1), images.Dataset))
		time.Sleep(time.Minute)
		s = r.scene()
		all := truthOf(t, r.net, weightsOf(t, r.net, 2), images.Dataset)
		checkSurvey(t, s.Survey, all)
		checkGallery(t, s, w, all)
	})
}
