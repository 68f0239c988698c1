package viewer

import (
	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer/ui"
)

type confusionState struct{}

func (v *Viewer) drawConfusion(f *ui.Frame) {}

// leaveCell goes back from the images of a cell to all, and tells whether one was
// open.
func (v *Viewer) leaveCell() bool {
	open := v.State.Label != scene.Any || v.State.Predicted != scene.Any
	shown := v.State.View == scene.ConfusionView || v.State.View == scene.MistakesView
	if !open || !shown {
		return false
	}
	v.State.Label, v.State.Predicted = scene.Any, scene.Any
	return true
}
