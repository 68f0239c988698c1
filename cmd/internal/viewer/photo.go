package viewer

import (
	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer/ui"
)

func (v *Viewer) drawInput(f *ui.Frame) {}

// show puts an image through the network; a frozen answer thaws.
func (v *Viewer) show(photo int) { v.State.Photo, v.State.Freeze = photo, false }

// answer returns the answer for the image on show, a frozen one whatever image is
// chosen; nil until there is one.
func (v *Viewer) answer() *scene.Answer {
	a := v.scene.Answer
	if a == nil || !v.State.Freeze && a.Number != v.State.Photo {
		return nil
	}
	return a
}
