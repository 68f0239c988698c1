package viewer

import (
	"image/color"
	"math"
	"math/rand/v2"
	"testing"

	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer/ui"
	"tandem/engine/tensor"
	"tandem/engine/viz"
)

func TestModeButtons(t *testing.T) {
	v, source, _ := viewerOf(t, scene.BackwardView)
	for m := scene.NoBackward + 1; int(m) < scene.Modes(); m++ {
		click(t, v, "mode."+m.Link())
		if last := source.wants[len(source.wants)-1]; v.State.Backward != m || last.Backward != m {
			t.Errorf("%v: chosen %v, wanted %v", m, v.State.Backward, last.Backward)
		}
	}
	for _, c := range frame(v, 1280, 800, ui.Input{}).Controls {
		if c.ID == "mode.off" {
			t.Error("there is a button for nothing")
		}
	}
}

// Keys do what the buttons do.
func TestModeKeys(t *testing.T) {
	v, _, _ := viewerOf(t, scene.BackwardView)
	frame(v, 1280, 800, ui.Input{Keys: []string{"n"}})
	if v.State.Backward != scene.Guided {
		t.Error(v.State.Backward)
	}
	frame(v, 1280, 800, ui.Input{Keys: []string{"b"}})
	if f := frame(v, 1280, 800, ui.Input{}); !hasText(f, "Looking back is off. Choose a way above, or press b.") {
		t.Error(f.Texts)
	}
}

// What belongs to another image, mode or unit is not passed off as what is chosen.
func TestBackwardBelongsToTheChoice(t *testing.T) {
	for name, set := range map[string]func(*State){
		"image": func(s *State) { s.Photo = 3 },
		"mode":  func(s *State) { s.Backward = scene.Gradient },
		"unit":  func(s *State) { s.Unit.Channel = 5 },
	} {
		v, _, _ := viewerOf(t, scene.BackwardView)
		frame(v, 1280, 800, ui.Input{})
		if v.backward() == nil {
			t.Fatal("there is no picture to begin with")
		}
		set(&v.State)
		if frame(v, 1280, 800, ui.Input{}); v.backward() != nil {
			t.Errorf("another %s: the picture stayed", name)
		}
	}
	v, _, _ := viewerOf(t, scene.BackwardView)
	v.State.Unit = scene.Unit{Layer: "conv1", Channel: 5}
	if f := frame(v, 1280, 800, ui.Input{}); !hasText(f, "What moved conv1 unit 0") || !hasText(f, "soon conv1 unit 5") {
		t.Error("the picture of unit 0 does not say so:", f.Texts)
	}
}

func TestClassSaliencyIsOfNoUnit(t *testing.T) {
	v, source, _ := viewerOf(t, scene.BackwardView)
	v.State.Backward = scene.ClassSaliency
	source.Update(func(s *scene.Scene) {
		b := *s.Backward
		b.Mode, b.Unit, b.Map = scene.ClassSaliency, scene.Unit{Layer: "fc8", Channel: 3}, tensor.New(1, 32, 32)
		s.Backward = &b
	})
	if f := frame(v, 1280, 800, ui.Input{}); v.backward() == nil || !hasText(f, "What moved fc8: cat") {
		t.Error(f.Texts)
	}
}

func TestSumOfChannels(t *testing.T) {
	v, _, _ := viewerOf(t, scene.BackwardView)
	click(t, v, "backward.sum")
	if !v.panes.backward.sum {
		t.Error("the button does nothing")
	}
	click(t, v, "backward.sum")
	if v.panes.backward.sum {
		t.Error("the button does not go back")
	}
}

// Zero is grey, and each channel has its own sign.
func TestBackPicture(t *testing.T) {
	x := tensor.New(3, 2, 3)
	x.Data[0], x.Data[6+1], x.Data[12+5] = 2, -2, nan32
	img := backPicture(x, 1)
	if img.Bounds().Dx() != 3 || img.Bounds().Dy() != 2 {
		t.Fatal(img.Bounds())
	}
	grey := color.RGBA{128, 128, 128, 255}
	at := func(i, j int) color.RGBA { return img.RGBAAt(img.Rect.Min.X+i, img.Rect.Min.Y+j) }
	if at(2, 0) != grey || at(0, 1) != grey {
		t.Errorf("zero is %v and %v", at(2, 0), at(0, 1))
	}
	if c := at(0, 0); c.R < 250 || c.G != 128 || c.B != 128 {
		t.Errorf("red alone is %v", c)
	}
	if c := at(1, 0); c.G > 5 || c.R != 128 {
		t.Errorf("green below zero is %v", c)
	}
	if at(2, 1) != viz.NotFinite {
		t.Errorf("NaN is %v", at(2, 1))
	}
}

func TestSumChannels(t *testing.T) {
	for range 50 {
		c, h, w := 1+rand.IntN(4), 1+rand.IntN(5), 1+rand.IntN(5)
		x := tensor.New(c, h, w)
		for i := range x.Data {
			x.Data[i] = float32(rand.IntN(9) - 4)
		}
		got := sumChannels(x)
		for i := range h * w {
			want := float32(0)
			for k := range c {
				want += x.Data[k*h*w+i]
			}
			if got.Data[i] != want {
				t.Fatalf("%v: sum %v at %d, want %v", x.Shape, got.Data[i], i, want)
			}
		}
	}
}

// The scale ends at the largest magnitude over the gain; zero is the map's middle.
func TestHeat(t *testing.T) {
	x := &tensor.Tensor{Shape: tensor.Shape{2, 3}, Data: []float32{0, 1, -4, 2, nan32, 4}}
	h := newHeat(x, viz.BlueOrange, 2)
	if h.end != 2 {
		t.Error("the scale ends at", h.end)
	}
	at := func(i, j int) color.RGBA { return h.picture.RGBAAt(h.picture.Rect.Min.X+i, h.picture.Rect.Min.Y+j) }
	for i, want := range []float64{0, 0.5, -1, 1, math.NaN(), 1} {
		if got := at(i%3, i/3); got != viz.BlueOrange.At(want) {
			t.Errorf("%v is %v, want the colour of %v", x.Data[i], got, want)
		}
	}
}
