package viewer

import (
	"testing"

	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer/ui"
)

func TestNeighboursLeadOn(t *testing.T) {
	v, source, _ := viewerOf(t, scene.NeighboursView)
	f := frame(v, 1280, 800, ui.Input{})
	items := source.Scene().Neighbours.Items
	for i := range items[:4] {
		want := v.neighbourTile(f, items[i], i, 3).tip
		if got := control(t, f, "neighbours."+string(rune('0'+i))).Label; got != want {
			t.Errorf("neighbour %d: %q, want %q", i, got, want)
		}
	}
	click(t, v, "neighbours.3")
	if v.State.Photo != items[3].Photo {
		t.Error(v.State.Photo)
	}
	// The answer is still that of image 0, and so are the neighbours.
	for _, c := range frame(v, 1280, 800, ui.Input{}).Controls {
		if c.ID == "neighbours.0" {
			t.Error("neighbours of image 0 stand for those of image 3")
		}
	}
}

// Only neighbours of the query's class are right.
func TestNeighbourColours(t *testing.T) {
	v, _, _ := viewerOf(t, scene.NeighboursView)
	f := frame(v, 1280, 800, ui.Input{})
	item := scene.Thumbnail{Label: 4, Predicted: 3, Distance: 1.5}
	if got := v.neighbourTile(f, item, 0, 4); got.ink != f.Theme.Good || got.below != "deer" || got.value != "1.5" {
		t.Errorf("%+v", got)
	}
	if got := v.neighbourTile(f, item, 0, 3); got.ink != f.Theme.Bad {
		t.Errorf("%+v", got)
	}
	if got := v.neighbourTile(f, item, 0, -1); got.ink != f.Theme.Dim {
		t.Errorf("%+v", got)
	}
}
