package lab

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"tandem/cmd/internal/scene"
	"tandem/engine/data"
)

// checkSurvey compares a survey with a pass of each image in float64.
func checkSurvey(t *testing.T, s *scene.Survey, all *truth) {
	t.Helper()
	if s == nil || s.Images != len(all.of) {
		t.Fatalf("got survey %+v", s)
	}
	confusion, wrong := make([][]int, 5), 0
	for i := range confusion {
		confusion[i] = make([]int, 5)
	}
	for i, label := range all.labels {
		confusion[label][all.predicted(i)]++
		if all.predicted(i) != label {
			wrong++
		}
	}
	if fmt.Sprint(s.Confusion) != fmt.Sprint(confusion) || s.Top1Error != float64(wrong)/float64(len(all.of)) {
		t.Errorf("got confusion %v and error %g, want %v and %d of %d", s.Confusion, s.Top1Error, confusion, wrong, len(all.of))
	}
	var names []string
	for _, l := range s.Layers {
		names = append(names, l.Name)
		checkLayer(t, l, all)
	}
	if got := fmt.Sprint(names); got != "[relu1 relu2 tanh3 relu2b relu4 fc5]" {
		t.Errorf("got layers %s", got)
	}
}

func checkLayer(t *testing.T, l scene.LayerSurvey, all *truth) {
	t.Helper()
	var whole []float64
	var dead []int
	for u, got := range l.Units {
		var values []float64
		for i := range all.of {
			values = append(values, all.values(i, l.Name, u)...)
		}
		mean, std, _, high, zeros := describe(values)
		name := fmt.Sprintf("%s unit %d", l.Name, u)
		same(t, name, []float64{got.Mean, got.Std, float64(got.Max), got.Zeros}, []float64{mean, std, high, zeros})
		if high <= 0 {
			dead = append(dead, u)
		}
		whole = append(whole, values...)
	}
	mean, std, low, high, zeros := describe(whole)
	same(t, l.Name, []float64{l.Mean, l.Std, float64(l.Min), float64(l.Max), l.Zeros}, []float64{mean, std, low, high, zeros})
	if !slices.Equal(l.Dead, dead) {
		t.Errorf("%s: dead units %v, want %v", l.Name, l.Dead, dead)
	}
	checkBins(t, l, whole)
}

func describe(x []float64) (mean, std, low, high, zeros float64) {
	n := float64(len(x))
	for _, v := range x {
		mean += v / n
		if v == 0 {
			zeros += 1 / n
		}
	}
	for _, v := range x {
		std += (v - mean) * (v - mean) / n
	}
	return mean, math.Sqrt(std), slices.Min(x), slices.Max(x), zeros
}

// checkBins allows for values that rounding moves from bin to bin.
func checkBins(t *testing.T, l scene.LayerSurvey, x []float64) {
	t.Helper()
	h, total := l.Histogram, 0
	counts := make([]float64, len(h.Counts))
	for _, v := range x {
		if i := int(math.Floor(v/h.Width)) - h.First; i >= 0 && i < len(counts) {
			counts[i]++
			total++
		}
	}
	for i, c := range h.Counts {
		if math.Abs(float64(c)-counts[i]) > 0.01*float64(len(x)) {
			t.Errorf("%s: bin %d holds %d values, want %g", l.Name, i, c, counts[i])
		}
	}
	if total < len(x)*99/100 {
		t.Errorf("%s: the bins reach over %d of %d values", l.Name, total, len(x))
	}
}

// same allows for float32 and another order of sums.
func same(t *testing.T, name string, got, want []float64) {
	t.Helper()
	for i := range want {
		if !(math.Abs(got[i]-want[i]) <= 1e-4*(1+math.Abs(want[i]))) {
			t.Errorf("%s: got %v, want %v", name, got, want)
			return
		}
	}
}

// withDeadUnit switches a unit of conv1 off for good.
func withDeadUnit(t *testing.T, r *room, step int) *scene.Weights {
	w := weightsOf(t, r.net, step)
	w.Params["conv1.bias"].Data[2] = -1e4
	return w
}

func TestSurveyAgreesWithFloat64(t *testing.T) {
	images := noise{shape: stored, n: 41} // a last batch that is not full
	for _, v := range []scene.View{scene.ConfusionView, scene.HealthView} {
		visitSets(t, tinyNet(t), Options{Images: images}, func(t *testing.T, r *room) {
			w := withDeadUnit(t, r, 3)
			r.SetWeights(w)
			if s := r.scene(); s.Survey != nil {
				t.Error("a survey that nobody wants")
			}
			r.Want(watching(v))
			s := r.scene()
			checkSurvey(t, s.Survey, truthOf(t, r.net, w, images))
			if s.Survey.Step != 3 || s.Job != nil || len(s.Notices) > 0 {
				t.Errorf("step %d, job %v, notices %v", s.Survey.Step, s.Job, s.Notices)
			}
		})
	}
}

// part is some images of a set.
type part struct {
	data.Dataset
	at []int
}

func (p part) Len() int                            { return len(p.at) }
func (p part) Read(i int, dst []byte) (int, error) { return p.Dataset.Read(p.at[i], dst) }

func TestSurveyOfSomeImages(t *testing.T) {
	images := noise{shape: stored, n: 40}
	visitSets(t, tinyNet(t), Options{Images: images, Sets: SetOptions{Survey: 7}}, func(t *testing.T, r *room) {
		r.Want(watching(scene.MistakesView))
		s := r.scene()
		at := []int{0, 5, 11, 17, 22, 28, 34}
		checkSurvey(t, s.Survey, truthOf(t, r.net, weightsOf(t, r.net, 1), part{images, at}))
		for _, item := range s.Gallery.Items {
			if !slices.Contains(at, item.Photo) {
				t.Errorf("image %d was not surveyed", item.Photo)
			}
		}
	})
}

// Broken images are left out, and the others keep their numbers.
func TestSurveyOfBrokenImages(t *testing.T) {
	images := noise{shape: stored, n: 9, broken: map[int]error{
		0: &data.BrokenImage{Path: "a.jpg", Err: errors.New("is cut short")}, 4: &data.BrokenImage{Path: "b.jpg", Err: errors.New("is cut short")},
	}}
	visitSets(t, tinyNet(t), Options{Images: images}, func(t *testing.T, r *room) {
		r.Want(watching(scene.ConfusionView))
		s := r.scene()
		checkSurvey(t, s.Survey, truthOf(t, r.net, weightsOf(t, r.net, 1), part{images, []int{1, 2, 3, 5, 6, 7, 8}}))
		for _, item := range s.Gallery.Items {
			if item.Label != item.Photo%5 {
				t.Errorf("image %d has label %d", item.Photo, item.Label)
			}
		}
	})
}

func TestSurveyWithoutLabels(t *testing.T) {
	images := unlabelled{noise{shape: stored, n: 9}}
	visitSets(t, tinyNet(t), Options{Images: images}, func(t *testing.T, r *room) {
		r.Want(watching(scene.ConfusionView))
		s := r.scene()
		if s.Survey == nil || s.Survey.Confusion != nil || s.Survey.Top1Error == s.Survey.Top1Error || s.Survey.Images != 9 || s.Gallery != nil {
			t.Errorf("got survey %+v and gallery %v", s.Survey, s.Gallery)
		}
		w := watching(scene.PatchesView)
		w.Unit.Layer = "relu4"
		r.Want(w)
		for _, list := range r.scene().Patches.Units {
			for _, p := range list {
				if p.Label != -1 {
					t.Errorf("image %d has label %d", p.Photo, p.Label)
				}
			}
		}
		r.Want(watching(scene.NeighboursView))
		all := truthOf(t, r.net, weightsOf(t, r.net, 1), images.noise)
		for _, n := range r.scene().Neighbours.Items {
			if n.Label != -1 || n.Predicted != all.predicted(n.Photo) {
				t.Errorf("image %d: label %d, taken for %d, want %d", n.Photo, n.Label, n.Predicted, all.predicted(n.Photo))
			}
		}
	})
}

// mislabelled images have classes that the network does not know.
type mislabelled struct{ noise }

func (m mislabelled) Read(i int, dst []byte) (int, error) {
	_, err := m.noise.Read(i, dst)
	return 7, err
}

func TestSurveyThatFails(t *testing.T) {
	visitSets(t, tinyNet(t), Options{Images: mislabelled{noise{shape: stored, n: 9}}}, func(t *testing.T, r *room) {
		r.Want(watching(scene.ConfusionView))
		s := r.scene()
		want := []string{"test image 0 is of class 7, and the network knows 5 classes: open the data that it learned from"}
		if got := notices(s); !slices.Equal(got, want) || s.Survey != nil || s.Job != nil {
			t.Errorf("got %q, survey %v, job %v", got, s.Survey, s.Job)
		}
	})
}

// A survey goes on with the weights that it began with, and is made again when it is
// done.
func TestSurveyEndsOnItsWeights(t *testing.T) {
	images := &slow{Dataset: noise{shape: stored, n: 64}, each: time.Second}
	visitSets(t, tinyNet(t), Options{Images: images}, func(t *testing.T, r *room) {
		r.Want(watching(scene.HealthView))
		time.Sleep(40 * time.Second) // the second batch comes in
		r.SetWeights(weightsOf(t, r.net, 2))
		if j := r.scene().Job; j == nil || j.Done != 32 || j.Total != 64 {
			t.Errorf("got job %+v", j)
		}
		time.Sleep(40 * time.Second)
		checkSurvey(t, r.scene().Survey, truthOf(t, r.net, weightsOf(t, r.net, 1), images.Dataset))
		time.Sleep(70 * time.Second)
		checkSurvey(t, r.scene().Survey, truthOf(t, r.net, weightsOf(t, r.net, 2), images.Dataset))
	})
}

// Looking elsewhere ends a survey in the middle.
func TestSurveyIsGivenUp(t *testing.T) {
	images := &slow{Dataset: noise{shape: stored, n: 200}, each: time.Second}
	visitSets(t, tinyNet(t), Options{Images: images}, func(t *testing.T, r *room) {
		r.Want(watching(scene.HealthView))
		time.Sleep(40 * time.Second)
		r.Want(watching(scene.Filters))
		time.Sleep(time.Hour)
		s := r.scene()
		if s.Survey != nil || s.Job != nil || len(s.Notices) > 0 || images.reads.Load() > 120 {
			t.Errorf("survey %v, job %v, notices %v after %d images", s.Survey, s.Job, s.Notices, images.reads.Load())
		}
	})
}

// A survey that a trainer has made spares the lab its own, until there are weights
// that it is not of.
func TestSurveyFromElsewhere(t *testing.T) {
	images := &slow{Dataset: noise{shape: stored, n: 20}}
	visitSets(t, tinyNet(t), Options{Images: images}, func(t *testing.T, r *room) {
		w := weightsOf(t, r.net, 8)
		r.Surveyed(surveyedElsewhere(t, r, w, images.Dataset), 8)
		r.SetWeights(w)
		r.scene()
		before := images.reads.Load() // of the answer
		r.Want(watching(scene.HealthView))
		s := r.scene()
		checkSurvey(t, s.Survey, truthOf(t, r.net, w, images.Dataset))
		if s.Survey.Step != 8 || images.reads.Load() != before {
			t.Errorf("step %d after reading %d images", s.Survey.Step, images.reads.Load()-before)
		}
		r.SetWeights(weightsOf(t, r.net, 8))
		if r.scene(); images.reads.Load() > before+1 { // the answer's image
			t.Errorf("%d images were read for the same weights again", images.reads.Load()-before)
		}
		before = images.reads.Load()
		next := weightsOf(t, r.net, 9)
		r.SetWeights(next)
		s = r.scene()
		checkSurvey(t, s.Survey, truthOf(t, r.net, next, images.Dataset))
		if s.Survey.Step != 9 || images.reads.Load() != before+20 {
			t.Errorf("step %d after reading %d images", s.Survey.Step, images.reads.Load()-before)
		}
		r.Surveyed(surveyedElsewhere(t, r, weightsOf(t, r.net, 10), images.Dataset), 10)
		if got := r.scene().Survey.Step; got != 10 {
			t.Errorf("step %d, want 10", got)
		}
	})
}

// One that comes in while the lab makes its own is taken at once.
func TestSurveyFromElsewhereInTheMiddle(t *testing.T) {
	images := &slow{Dataset: noise{shape: stored, n: 64}, each: time.Second}
	visitSets(t, tinyNet(t), Options{Images: images}, func(t *testing.T, r *room) {
		w := weightsOf(t, r.net, 2)
		s := surveyedElsewhere(t, r, w, images.Dataset)
		r.Want(watching(scene.HealthView))
		time.Sleep(20 * time.Second)
		r.SetWeights(w)
		r.Surveyed(s, 2)
		time.Sleep(20 * time.Second) // the first batch comes in
		got := r.scene()
		checkSurvey(t, got.Survey, truthOf(t, r.net, w, images.Dataset))
		if got.Survey.Step != 2 || got.Job != nil {
			t.Errorf("step %d, job %v", got.Survey.Step, got.Job)
		}
	})
}

// Who looks at an old checkpoint is not shown the newest survey, nor one of another
// network.
func TestSurveysThatDoNotFit(t *testing.T) {
	images := noise{shape: stored, n: 20}
	visitSets(t, tinyNet(t), Options{Images: images}, func(t *testing.T, r *room) {
		s := surveyedElsewhere(t, r, weightsOf(t, r.net, 9), images)
		old := watching(scene.HealthView)
		old.Checkpoint = 0
		r.Want(old)
		r.Surveyed(s, 9)
		if got := r.scene().Survey.Step; got != 1 {
			t.Errorf("step %d, want 1", got)
		}
		r.Want(watching(scene.HealthView))
		if got := r.scene().Survey.Step; got != 9 {
			t.Errorf("step %d, want 9", got)
		}
		if err := r.SetNetwork(parse(t, classifierJSON), statsOf(stored)); err != nil {
			t.Fatal(err)
		}
		r.Surveyed(s, 9)
		synctest.Wait()
		r.SetWeights(weightsOf(t, parse(t, classifierJSON), 4))
		if got := r.scene().Survey; got == nil || got.Step != 4 || len(got.Layers) != 1 {
			t.Errorf("got %+v", got)
		}
	})
}
