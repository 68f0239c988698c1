package viewer

import (
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"tandem/cmd/internal/scene"
	"tandem/engine/viz"
)

func TestLinkRoundTrip(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	layers := []string{"conv1", "fc8", "a,b=c+d:e %", "größe"}
	for range 500 {
		s := NewState()
		s.View = scene.View(r.IntN(len(scene.Views())))
		s.Unit = scene.Unit{Layer: layers[r.IntN(len(layers))], Channel: r.IntN(300)}
		s.Photo, s.Backward = r.IntN(1000), scene.Mode(r.IntN(scene.Modes()))
		s.Freeze, s.Zoom, s.Wrong, s.LogEpochs, s.LogLoss, s.Light = r.IntN(2) > 0, r.IntN(2) > 0, r.IntN(2) > 0, r.IntN(2) > 0, r.IntN(2) > 0, r.IntN(2) > 0
		s.Scale, s.Map = viz.Scale(r.IntN(2)), mapNames[r.IntN(len(mapNames))]
		s.Gain, s.Smoothing = []float64{1, 0.25, 2.5}[r.IntN(3)], []float64{0, -1, 0.125}[r.IntN(3)]
		s.Label, s.Predicted, s.step = r.IntN(5)-1, r.IntN(5)-1, r.IntN(100)-1
		for i := range r.IntN(4) {
			s.Ablated = append(s.Ablated, scene.Unit{Layer: layers[r.IntN(4)], Channel: i})
		}
		got, err := ParseState(s.String())
		if err != nil || !reflect.DeepEqual(got, s) {
			t.Fatalf("%+v became %q, and that %+v (%v)", s, s.String(), got, err)
		}
		if strings.ContainsAny(s.String(), " \"'&#|;<>()$`\\*?!") {
			t.Errorf("%q wants quoting", s.String())
		}
	}
}

func TestLinksThatMakeNoSense(t *testing.T) {
	for text, want := range map[string]string{
		"view=nothing": "filters", "unit=conv1": "LAYER:CHANNEL", "unit=conv1:-1": "LAYER:CHANNEL", "photo=x": "whole number",
		"photo=-1": "whole number", "contrast=NaN": "from", "contrast=0": "from", "map=jet": "blue-orange", "back=up": "deconvolution", "what=1": "parts are view",
		"zoom": "parts are", "step=-2": "number", "off=conv1:1+": "+", "scale=2": "common",
	} {
		if _, err := ParseState(text); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %v, want something of %q", text, err, want)
		}
	}
}

func FuzzParseState(f *testing.F) {
	f.Add("view=activations,unit=conv1:3,off=conv1:1+conv2:2,contrast=2")
	f.Add(",=,:")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := ParseState(text)
		if err != nil {
			return
		}
		again, err := ParseState(s.String())
		if err != nil || again.String() != s.String() {
			t.Errorf("%q: %q then %q (%v)", text, s.String(), again.String(), err)
		}
	})
}

// A link names a checkpoint by its step, and finds the last one not after it.
func TestLinkFindsItsCheckpoint(t *testing.T) {
	source := newFixture(t, "alexnet-mini")
	for text, want := range map[string]int{"": scene.Newest, "step=600": 1, "step=899": 1, "step=900": 2, "step=0": 0, "step=99999": 3} {
		s, err := ParseState(text)
		if err != nil {
			t.Fatal(err)
		}
		v := New(source, &services{}, s)
		frame(v, 1280, 800, noInput)
		if v.State.Checkpoint != want {
			t.Errorf("%q shows checkpoint %d, want %d", text, v.State.Checkpoint, want)
		}
	}
	v := New(source, &services{}, NewState())
	v.State.Checkpoint = 2
	frame(v, 1280, 800, noInput)
	if !strings.Contains(v.Link(), "step=900") {
		t.Errorf("the link is %q", v.Link())
	}
}

// When old checkpoints are removed, the one that the user has chosen stays chosen,
// or the last before it that is left, or else the first.
func TestTheChosenCheckpointStaysChosen(t *testing.T) {
	source := newFixture(t, "alexnet-mini") // of steps 300, 600, 900 and 1200
	v := New(source, &services{}, NewState())
	v.State.Checkpoint = 2
	frame(v, 1280, 800, noInput)
	for _, c := range []struct {
		steps []int
		want  int
	}{{[]int{600, 900, 1200, 1500}, 1}, {nil, 1}, {[]int{900, 1200, 1500, 1800}, 0}, {[]int{1200, 1500}, 0}, {[]int{600, 900, 1100, 1200}, 3}} {
		source.Update(func(s *scene.Scene) {
			if s.Series = nil; c.steps != nil {
				s.Series = &scene.Series{Steps: c.steps}
			}
		})
		frame(v, 1280, 800, noInput)
		if v.State.Checkpoint != c.want {
			t.Errorf("of %v it shows number %d, want %d", c.steps, v.State.Checkpoint, c.want)
		}
	}
	v.State.Checkpoint = scene.Newest
	source.Update(func(s *scene.Scene) { s.Series = &scene.Series{Steps: []int{5}} })
	frame(v, 1280, 800, noInput)
	if v.State.Checkpoint != scene.Newest {
		t.Errorf("the newest has become number %d", v.State.Checkpoint)
	}
}
