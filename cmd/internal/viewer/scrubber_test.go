package viewer

import (
	"image"
	"testing"
	"time"

	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer/ui"
)

func typed(keys ...string) ui.Input { return ui.Input{Mouse: image.Pt(-1, -1), Keys: keys} }

func TestKeysScrubThroughCheckpoints(t *testing.T) {
	source := newFixture(t, "cifar-quick")
	v, _ := viewing(source, scene.Filters)
	for i, step := range []struct {
		key  string
		want int
	}{{"[", 2}, {"[", 1}, {"]", 2}, {"]", 3}, {"]", 3}, {"{", 0}, {"[", 0}, {"}", 3}} {
		frame(v, 800, 600, typed(step.key))
		if v.State.Checkpoint != step.want {
			t.Fatalf("key %d, %s: checkpoint %d, want %d", i, step.key, v.State.Checkpoint, step.want)
		}
	}
	if last := source.wants[len(source.wants)-1]; last.Checkpoint != 3 {
		t.Errorf("checkpoint %d is wanted, want 3", last.Checkpoint)
	}
}

func TestTheScrubberIsASlider(t *testing.T) {
	source := newFixture(t, "cifar-quick")
	v, _ := viewing(source, scene.Filters)
	f := frame(v, 1280, 800, ui.Input{})
	r := control(t, f, "scrub").Rect
	at := func(share float64) image.Point {
		return image.Pt(r.Min.X+int(share*float64(r.Dx()-ui.TrackEnd)), centre(r).Y)
	}
	for _, c := range []struct {
		share float64
		want  int
	}{{0.999, scene.Newest}, {0, 0}, {0.3, 1}, {0.36, 1}, {0.7, 2}, {0.999, 3}} {
		frame(v, 1280, 800, ui.Input{Mouse: at(c.share), Pressed: true, Down: true})
		if v.State.Checkpoint != c.want {
			t.Errorf("a press at %g shows checkpoint %d, want %d", c.share, v.State.Checkpoint, c.want)
		}
		frame(v, 1280, 800, ui.Input{Mouse: at(c.share), Released: true})
	}
	v.State.Checkpoint = 2
	frame(v, 1280, 800, ui.Input{Mouse: at(0.5), Wheel: image.Pt(0, 1)})
	if v.State.Checkpoint != 1 {
		t.Errorf("the wheel leads to %d, want 1", v.State.Checkpoint)
	}
	if c := control(t, frame(v, 1280, 800, typed()), "scrub"); c.Value != "step 600, 2 of 4 …" {
		t.Errorf("the slider says %q while the checkpoint is on its way", c.Value)
	}
	frame(v, 1280, 800, press(control(t, f, "scrub.newest").Rect))
	if v.State.Checkpoint != scene.Newest {
		t.Errorf("checkpoint %d, want the newest", v.State.Checkpoint)
	}
}

// Playing goes from the first to the last, waits for each to arrive, and stops.
func TestCheckpointsPlay(t *testing.T) {
	source := newFixture(t, "cifar-quick")
	v, _ := viewing(source, scene.Filters)
	f := frame(v, 800, 600, ui.Input{})
	frame(v, 800, 600, press(control(t, f, "scrub.play").Rect))
	if v.State.Checkpoint != 0 || !v.panes.scrub.playing {
		t.Fatalf("playing: %v, from %d", v.panes.scrub.playing, v.State.Checkpoint)
	}
	due := func() { v.panes.scrub.next = time.Time{} }
	due()
	frame(v, 800, 600, typed())
	if v.State.Checkpoint != 0 {
		t.Fatal("it goes on before the first has arrived")
	}
	for want := 1; want <= 3; want++ {
		source.Update(func(s *scene.Scene) { s.Series = &scene.Series{Steps: s.Series.Steps, Current: want - 1} })
		due()
		if _, again := v.Frame(nil, image.Pt(800, 600), 1, typed()); again <= 0 && want < 3 {
			t.Fatal("nobody asks for the next frame")
		}
		if v.State.Checkpoint != want {
			t.Fatalf("checkpoint %d, want %d", v.State.Checkpoint, want)
		}
	}
	if v.panes.scrub.playing {
		t.Error("it plays on at the end")
	}
}

func TestAUserStopsThePlaying(t *testing.T) {
	v, _ := viewing(newFixture(t, "cifar-quick"), scene.Filters)
	f := frame(v, 800, 600, ui.Input{})
	frame(v, 800, 600, press(control(t, f, "scrub.play").Rect))
	frame(v, 800, 600, typed("]"))
	if v.panes.scrub.playing || v.State.Checkpoint != 1 {
		t.Errorf("playing: %v, at %d; want 1, standing", v.panes.scrub.playing, v.State.Checkpoint)
	}
}

func TestScrubbersOfFewAndManyCheckpoints(t *testing.T) {
	source := newFixture(t, "cifar-quick")
	for _, n := range []int{0, 1, 2, 5000} {
		steps := make([]int, n)
		for i := range steps {
			steps[i] = 1000 * i
		}
		source.Update(func(s *scene.Scene) { s.Series = &scene.Series{Steps: steps, Current: max(0, n-1)} })
		for _, size := range testSizes {
			v, _ := viewing(source, scene.Filters)
			v.State.Checkpoint = min(1, n-1)
			checkTexts(t, frame(v, size[0], size[1], typed("]", "{")))
			if n > 0 && v.State.Checkpoint != 0 {
				t.Errorf("%d checkpoints: the first is %d", n, v.State.Checkpoint)
			}
		}
	}
}
