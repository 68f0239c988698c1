package lab

import (
	"cmp"
	"math"
	"slices"
	"testing"
	"time"

	"tandem/cmd/internal/scene"
	"tandem/engine/nn"
)

// distances returns how far each image's vector is from x.
func (a *truth) distances(layer string, x []float64) []float64 {
	all := make([]float64, len(a.of))
	for i, r := range a.of {
		for j, v := range r.out[layer] {
			all[i] += (v - x[j]) * (v - x[j])
		}
		all[i] = math.Sqrt(all[i])
	}
	return all
}

// checkNeighbours compares with all distances in float64; itself is an image that is
// no neighbour.
func checkNeighbours(t *testing.T, n *scene.Neighbours, layer string, distances []float64, itself int) {
	t.Helper()
	if n == nil || n.Layer != layer || n.Photo != itself {
		t.Fatalf("got %+v", n)
	}
	var order []int
	for i := range distances {
		if i != itself {
			order = append(order, i)
		}
	}
	slices.SortFunc(order, func(i, j int) int { return cmp.Compare(distances[i], distances[j]) })
	if len(n.Items) != min(12, len(order)) {
		t.Fatalf("%d neighbours", len(n.Items))
	}
	seen := map[int]bool{itself: true}
	for i, item := range n.Items {
		if want := distances[order[i]]; seen[item.Photo] || !close(item.Distance, want) || !close(distances[item.Photo], want) {
			t.Errorf("neighbour %d is image %d at %g, want %g", i, item.Photo, item.Distance, want)
		}
		seen[item.Photo] = true
	}
}

const shallowJSON = `{"name": "shallow", "input": [3, 11, 11], "nodes": [
	{"name": "conv1", "type": "conv", "filters": 4, "kernel": 3, "stride": 2, "weight": {"rate_factor": 1}, "bias": {"rate_factor": 1}},
	{"name": "pool1", "type": "pool", "kind": "max", "kernel": 2, "stride": 2},
	{"name": "fc2", "type": "fc", "outputs": 5, "weight": {"rate_factor": 1}, "bias": {"rate_factor": 1}},
	{"name": "softmax", "type": "softmax"}],
	"recipe": {"batch": 8, "epochs": 1, "rate": 0.1, "momentum": 0.9, "schedule": {"kind": "constant"},
		"images": {"subtract": "mean-rgb", "scale": 0.02}}}`

// Networks with and without a hidden fully connected layer.
func TestNeighboursAgreeWithFloat64(t *testing.T) {
	images := noise{shape: stored, n: 45}
	for layer, net := range map[string]*nn.Network{"relu4": tinyNet(t), "pool1": parse(t, shallowJSON), "fc1": parse(t, classifierJSON)} {
		visitSets(t, net, Options{Images: images}, func(t *testing.T, r *room) {
			all := truthOf(t, net, weightsOf(t, net, 1), images)
			for _, photo := range []int{0, 7, 44} {
				w := watching(scene.NeighboursView)
				w.Photo = photo
				r.Want(w)
				s := r.scene()
				checkNeighbours(t, s.Neighbours, layer, all.distances(layer, all.of[photo].out[layer]), photo)
				for _, item := range s.Neighbours.Items {
					all.checkPicture(t, scene.Patch{Photo: item.Photo, Field: item.Picture.Bounds(), Picture: item.Picture})
				}
			}
		})
	}
}

// An image that was opened is looked at with the survey's weights, although the
// answer's are newer, and with no units off.
func TestNeighboursOfAnOpenedImage(t *testing.T) {
	images := &slow{Dataset: noise{shape: stored, n: 64}}
	visitSets(t, tinyNet(t), Options{Images: images}, func(t *testing.T, r *room) {
		r.Want(watching(scene.HealthView))
		r.scene()
		images.each = 100 * time.Millisecond
		r.SetWeights(weightsOf(t, r.net, 2))
		time.Sleep(time.Second) // the next survey is under way
		r.Open("new.png", png(t, 12, 14))
		w := watching(scene.NeighboursView)
		w.Photo, w.Ablated = 64, []scene.Unit{{Layer: "fc4", Channel: 1}}
		r.Want(w)
		time.Sleep(4 * time.Second) // its first batch is there, and not the second
		s := r.scene()
		if s.Answer.Step != 2 || s.Survey.Step != 1 || s.Neighbours == nil || s.Neighbours.Step != 1 {
			t.Fatalf("answer of step %d, survey of %d, neighbours %+v", s.Answer.Step, s.Survey.Step, s.Neighbours)
		}
		check := func(s *scene.Scene, step int) {
			weights := weightsOf(t, r.net, step)
			query := newReference(t, r.net, weights, s.Answer.Input.Data).out["relu4"]
			checkNeighbours(t, s.Neighbours, "relu4", truthOf(t, r.net, weights, images.Dataset).distances("relu4", query), 64)
		}
		check(s, 1)
		time.Sleep(time.Minute)
		s = r.scene()
		check(s, 2)
		checkSurvey(t, s.Survey, truthOf(t, r.net, weightsOf(t, r.net, 2), images.Dataset))
	})
}

// With a survey from elsewhere the answer's features have to do.
func TestNeighboursBySurveyFromElsewhere(t *testing.T) {
	images := noise{shape: stored, n: 30}
	visitSets(t, tinyNet(t), Options{Images: images, Sets: SetOptions{Survey: 3}}, func(t *testing.T, r *room) {
		w := weightsOf(t, r.net, 1)
		r.Surveyed(surveyedElsewhere(t, r, w, part{images, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}}), 1)
		want := watching(scene.NeighboursView)
		want.Photo = 20 // not surveyed
		r.Want(want)
		all := truthOf(t, r.net, w, part{images, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}})
		query := newReference(t, r.net, w, r.scene().Answer.Input.Data).out["relu4"]
		checkNeighbours(t, r.scene().Neighbours, "relu4", all.distances("relu4", query), 20)
	})
}
