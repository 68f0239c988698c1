package viewer

import (
	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer/ui"
)

func (v *Viewer) drawBackward(f *ui.Frame) {}

// backward returns what moved the selected unit in the answer's image, in the mode
// chosen; nil until there is that. The saliency of the likeliest class is that
// whatever unit is selected.
func (v *Viewer) backward() *scene.Backward {
	b, a := v.scene.Backward, v.answer()
	switch {
	case b == nil || a == nil || b.Photo != a.Number || b.Mode != v.State.Backward:
		return nil
	case b.Mode != scene.ClassSaliency && b.Unit != v.State.Unit:
		return nil
	}
	return b
}
