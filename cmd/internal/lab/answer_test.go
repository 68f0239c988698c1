package lab

import (
	"fmt"
	"testing"
	"testing/synctest"

	"tandem/cmd/internal/scene"
)

const tolerance = 1e-4

// Everything in an answer against float64 and the raw bytes.
func TestAnswer(t *testing.T) {
	images := noise{shape: stored, n: 7}
	visit(t, Options{Images: images, About: "noise"}, func(t *testing.T, r *room) {
		r.Want(scene.Want{Photo: 6})
		s := r.scene()
		if s.Photos != (scene.Photos{Count: 7, About: "noise"}) {
			t.Errorf("got photos %+v", s.Photos)
		}
		a := s.Answer
		if a.Number != 6 || a.Name != "test image 6" || a.Label != 1 || a.Step != 1 || a.Ablated != 0 || a.Whole != nil {
			t.Errorf("got %+v", a.Photo)
		}
		raw := make([]byte, stored.Size())
		images.Read(6, raw)
		checkInput(t, a, raw)
		want := newReference(t, r.net, weightsOf(t, r.net, 1), a.Input.Data)
		near(t, "probabilities", a.Probabilities, want.out["softmax"], tolerance)
		checkLayers(t, r, a, want)
	})
}

// The crop begins at row 1 and column 0 of 14 x 12 pixels.
func checkInput(t *testing.T, a *scene.Answer, raw []byte) {
	t.Helper()
	if got := a.Picture.Bounds().Size(); got.X != 11 || got.Y != 11 {
		t.Fatalf("the picture is %v", got)
	}
	for i := range a.Input.Data {
		c, y, x := i/121, i/11%11, i%11
		pixel := raw[(c*14+y+1)*12+x]
		if got := a.Picture.Pix[a.Picture.PixOffset(x, y)+c]; got != pixel {
			t.Fatalf("channel %d at %d, %d is %d, want %d", c, x, y, got, pixel)
		}
		mean := float64(100 + 10*c)
		got := []float32{a.Input.Data[i], a.Low[i], a.High[i]}
		near(t, "input, black and white", got, []float64{(float64(pixel) - mean) * 0.02, -mean * 0.02, (255 - mean) * 0.02}, 1e-6)
	}
}

// A layer whose output the next one takes over shows what that makes of it.
func checkLayers(t *testing.T, r *room, a *scene.Answer, want *reference) {
	t.Helper()
	takenOver := map[string]string{"conv1": "relu1", "conv2": "relu2", "local3": "tanh3", "local2b": "relu2b", "fc4": "relu4"}
	for _, n := range r.net.Nodes {
		seen := n.Name
		if by := takenOver[n.Name]; by != "" {
			seen = by
		}
		if got := a.Layers[n.Name]; !got.Shape.Equal(want.shapes[n.Name]) {
			t.Errorf("layer %s is %v, want %v", n.Name, got.Shape, want.shapes[n.Name])
		}
		near(t, n.Name, a.Layers[n.Name].Data, want.out[seen], tolerance)
	}
}

func TestAnswerFollowsWeightsAndPhoto(t *testing.T) {
	visit(t, Options{Images: noise{shape: stored, n: 3}}, func(t *testing.T, r *room) {
		first := r.scene().Answer
		if first == nil || first.Number != 0 {
			t.Fatalf("before a want, got %v, want the first image", first)
		}
		r.SetWeights(weightsOf(t, r.net, 2))
		second := r.scene().Answer
		if second.Step != 2 || fmt.Sprint(second.Probabilities) == fmt.Sprint(first.Probabilities) {
			t.Errorf("step 2 answers %v as step %d, step 1 %v", second.Probabilities, second.Step, first.Probabilities)
		}
		r.Want(scene.Want{Photo: 2})
		if got := r.scene().Answer; got.Number != 2 || got.Step != 2 {
			t.Errorf("got image %d at step %d", got.Number, got.Step)
		}
		r.Want(scene.Want{Photo: 0})
		if got := r.scene().Answer; got.Name != "test image 0" || fmt.Sprint(got.Input.Data) != fmt.Sprint(first.Input.Data) {
			t.Errorf("back at the first image it is %s", got.Name)
		}
		r.Want(scene.Want{Photo: 2})
		last := r.scene()
		r.Want(scene.Want{Photo: 2})
		r.Want(scene.Want{Photo: 3}) // there is none
		r.Want(scene.Want{Photo: -1})
		if got := r.scene(); got != last {
			t.Errorf("nothing new is wanted, yet the scene changed: %+v", got)
		}
	})
}

func TestFreezeKeepsTheAnswerAndWhatFollows(t *testing.T) {
	visit(t, Options{Images: noise{shape: stored, n: 3}}, func(t *testing.T, r *room) {
		w := scene.Want{Photo: 1, Unit: scene.Unit{Layer: "conv2", Channel: 1}, Backward: scene.Guided, View: scene.OcclusionView}
		r.Want(w)
		before := r.scene()
		w.Freeze, w.Photo, w.Ablated = true, 2, []scene.Unit{{Layer: "conv1"}}
		r.Want(w)
		r.SetWeights(weightsOf(t, r.net, 2))
		if s := r.scene(); s.Answer != before.Answer || s.Backward != before.Backward || s.Occlusion != before.Occlusion {
			t.Error("frozen, yet computed anew")
		}
		w.Unit.Channel = 2 // another look at the same answer
		r.Want(w)
		if s := r.scene(); s.Answer != before.Answer || s.Backward.Unit.Channel != 2 || s.Backward.Step != 1 || s.Backward.Photo != 1 || s.Occlusion.Unit.Channel != 2 || s.Occlusion.Step != 1 {
			t.Errorf("got the view back of %+v, occlusion of %+v", s.Backward, s.Occlusion)
		}
		w.Freeze = false
		r.Want(w)
		if s := r.scene(); s.Answer.Step != 2 || s.Answer.Number != 2 || s.Answer.Ablated != 1 || s.Backward.Step != 2 || s.Occlusion.Photo != 2 {
			t.Errorf("after the freeze: %+v", s.Answer.Photo)
		}
	})
}

// A frozen want still gets a first answer.
func TestFreezeWithNothingToKeep(t *testing.T) {
	net := tinyNet(t)
	visitEmpty(t, Options{Images: noise{shape: stored, n: 3}}, func(t *testing.T, r *room) {
		r.Want(scene.Want{Photo: 1, Freeze: true})
		if err := r.SetNetwork(net, statsOf(stored)); err != nil {
			t.Fatal(err)
		}
		r.SetWeights(weightsOf(t, net, 1))
		if s := r.scene(); s.Answer == nil || s.Answer.Number != 1 {
			t.Errorf("got %+v", s.Answer)
		}
	})
}

// New weights and a want as fast as anyone can send them, from several goroutines.
func TestNewestOfManyCounts(t *testing.T) {
	visit(t, Options{Images: noise{shape: stored, n: 50}}, func(t *testing.T, r *room) {
		var all []*scene.Weights
		for step := range 40 {
			all = append(all, weightsOf(t, r.net, step))
		}
		go func() {
			for _, w := range all {
				r.SetWeights(w)
			}
		}()
		go func() {
			for i := range 50 {
				r.Want(scene.Want{Photo: i, View: scene.OcclusionView, Backward: scene.Gradient, Unit: scene.Unit{Layer: "fc4"}})
			}
		}()
		go func() {
			for i := range 5 {
				r.Open(fmt.Sprint(i), png(t, 12, 14))
			}
		}()
		synctest.Wait()
		s := r.scene()
		if s.Answer.Step != 39 || s.Answer.Number != 49 || s.Backward.Step != 39 || s.Occlusion.Step != 39 || s.Photos.Opened != 5 {
			t.Errorf("ended with step %d, image %d, back from step %d, occlusion of step %d, %d opened", s.Answer.Step, s.Answer.Number, s.Backward.Step, s.Occlusion.Step, s.Photos.Opened)
		}
	})
}
