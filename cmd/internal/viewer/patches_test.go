package viewer

import (
	"fmt"
	"testing"

	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer/ui"
)

func TestPatchSide(t *testing.T) {
	for n, want := range map[int]int{0: 1, 1: 1, 2: 2, 4: 2, 5: 3, 9: 3, 10: 4, 16: 4} {
		units := [][]scene.Patch{nil, make([]scene.Patch, n), nil}
		if got := patchSide(units); got != want {
			t.Errorf("%d patches stand %d side by side, want %d", n, got, want)
		}
	}
}

func TestPatchesSelectUnitAndImage(t *testing.T) {
	v, _, _ := viewerOf(t, scene.PatchesView)
	click(t, v, "patches.3")
	if v.State.Unit != (scene.Unit{Layer: "conv1", Channel: 3}) || v.State.Photo != 0 {
		t.Errorf("unit %v, image %d", v.State.Unit, v.State.Photo)
	}
	v.State.Freeze = true
	click(t, v, "patches.2.4")
	if v.State.Unit.Channel != 2 || v.State.Photo != 4 || v.State.Freeze {
		t.Errorf("unit %v, image %d, frozen: %v", v.State.Unit, v.State.Photo, v.State.Freeze)
	}
}

// The arrow keys follow the grid that is seen, and the grid follows them.
func TestPatchesByArrowKeys(t *testing.T) {
	v, _, _ := viewerOf(t, scene.PatchesView)
	f := frame(v, 1280, 800, ui.Input{})
	below := 0
	for c := range 32 {
		if control(t, f, fmt.Sprint("patches.", c)).Rect.Min.Y > control(t, f, "patches.0").Rect.Min.Y {
			below = c
			break
		}
	}
	frame(v, 1280, 800, ui.Input{Keys: []string{"Down"}})
	if below < 2 || v.State.Unit.Channel != below {
		t.Errorf("below unit 0 is %d, Down selects %d", below, v.State.Unit.Channel)
	}
	v.State.Unit.Channel = 31
	f = frame(v, 1280, 800, ui.Input{})
	control(t, f, "patches.31")
	if !hasText(f, "never active") {
		t.Error("the dead unit does not say so")
	}
}

func TestPatchesOfAnotherLayer(t *testing.T) {
	v, source, _ := viewerOf(t, scene.PatchesView)
	source.Update(func(s *scene.Scene) { s.Job = &scene.Job{Name: "survey", Done: 120, Total: 400} })
	v.State.Unit.Layer = "conv2"
	f := frame(v, 1280, 800, ui.Input{})
	if !hasText(f, "Strongest patches: conv2") || !hasText(f, "computing survey … 120 of 400") {
		t.Error(f.Texts)
	}
	for _, c := range f.Controls {
		if c.ID == "patches.0" {
			t.Error("patches of conv1 stand for those of conv2")
		}
	}
}
