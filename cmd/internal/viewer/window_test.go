package viewer

import (
	"testing"

	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer/ui"
)

var testSizes = [][2]int{{800, 600}, {1280, 800}, {1920, 1200}}

// Every view of every kind of network fits every window: no text leaves its pane,
// none lies on another.
func TestNothingOverlaps(t *testing.T) {
	for _, net := range []string{"alexnet", "alexnet-mini", "cifar-quick"} {
		source := newFixture(t, net)
		for _, view := range scene.Views() {
			for _, size := range testSizes {
				for _, zoom := range []bool{false, true} {
					v := New(source, &services{}, NewState())
					v.State.View, v.State.Zoom = view, zoom
					frame(v, size[0], size[1], ui.Input{})
					f := frame(v, size[0], size[1], ui.Input{})
					if !t.Run("", func(t *testing.T) { checkTexts(t, f) }) {
						t.Fatalf("%s, %v at %v, zoom %v", net, view, size, zoom)
					}
				}
			}
		}
	}
}
