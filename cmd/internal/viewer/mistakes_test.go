package viewer

import (
	"testing"

	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer/ui"
)

func TestMistakesAreWrongOnly(t *testing.T) {
	v, source, _ := viewerOf(t, scene.MistakesView)
	source.Update(func(s *scene.Scene) {
		s.Survey = &scene.Survey{Images: 40, Top1Error: 0.25, Confusion: [][]int{{15, 3}, {7, 15}}}
	})
	f := frame(v, 1280, 800, ui.Input{})
	if last := source.wants[len(source.wants)-1]; !last.Wrong {
		t.Error("right answers are wanted, too")
	}
	if !hasText(f, "10 of 40 answers wrong, error 25.0 %") || !hasText(f, "50 images, the highest loss first") {
		t.Error(f.Texts)
	}
}

func TestMistakesShowImages(t *testing.T) {
	v, source, _ := viewerOf(t, scene.MistakesView)
	f := frame(v, 1280, 800, ui.Input{})
	item := source.Scene().Gallery.Items[3]
	for _, line := range []string{v.class(item.Label) + " →", v.class(item.Predicted), percent(float64(item.Probability))} {
		if !hasText(f, line) {
			t.Errorf("image 3 is without %q", line)
		}
	}
	click(t, v, "images.-1.-1.3")
	if v.State.Photo != item.Photo {
		t.Error(v.State.Photo)
	}
}

func TestMistakesByLabel(t *testing.T) {
	v, source, _ := viewerOf(t, scene.MistakesView)
	click(t, v, "mistakes.4")
	if last := source.wants[len(source.wants)-1]; v.State.Label != 4 || last.Label != 4 {
		t.Error(v.State.Label, last.Label)
	}
	v.State.Predicted = 7
	click(t, v, "mistakes.predicted")
	if v.State.Predicted != scene.Any || v.State.Label != 4 {
		t.Error(v.State.Label, v.State.Predicted)
	}
	click(t, v, "mistakes.all")
	if v.State.Label != scene.Any {
		t.Error(v.State.Label)
	}
}

// Of many classes, those with the most mistakes have buttons, and the one chosen.
func TestMistakesOfManyClasses(t *testing.T) {
	v, source, _ := viewerOf(t, scene.MistakesView)
	counts := make([][]int, 100)
	for i := range counts {
		counts[i] = make([]int, 100)
		counts[i][99-i] = i
	}
	source.Update(func(s *scene.Scene) { s.Survey = &scene.Survey{Confusion: counts} })
	v.State.Label = 30
	f := frame(v, 1280, 800, ui.Input{})
	for _, id := range []string{"mistakes.99", "mistakes.88", "mistakes.30"} {
		control(t, f, id)
	}
	for _, c := range f.Controls {
		if c.ID == "mistakes.87" {
			t.Error("there are more buttons than the most mistaken labels")
		}
	}
}

// To look at mistakes leaves the matrix as it was.
func TestMistakesLeaveTheMatrixAlone(t *testing.T) {
	v, source, _ := viewerOf(t, scene.MistakesView)
	frame(v, 1280, 800, noInput)
	v.State.View = scene.ConfusionView
	frame(v, 1280, 800, noInput)
	if last := source.wants[len(source.wants)-1]; v.State.Wrong || last.Wrong {
		t.Error("the matrix shows mistakes only, which nobody has asked for")
	}
}
