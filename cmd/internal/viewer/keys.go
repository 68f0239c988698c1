package viewer

import (
	"slices"

	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer/ui"
)

// keys does what keys say that no pane has taken. Whoever knows
// deep-visualization-toolbox finds its keys.
func (v *Viewer) keys(f *ui.Frame) {
	if f.Key("h", "?", "F1") {
		v.help = true
	}
}

// wantKey is a Want without what cannot be compared.
type wantFields struct {
	view             scene.View
	unit             scene.Unit
	photo            int
	backward         scene.Mode
	freeze           bool
	side, stride     int
	label, predicted int
	wrong            bool
	checkpoint       int
}

func wantKey(w scene.Want) wantFields {
	return wantFields{w.View, w.Unit, w.Photo, w.Backward, w.Freeze, w.OccludeSide, w.OccludeStride, w.Label, w.Predicted, w.Wrong, w.Checkpoint}
}

// hasUnit tells whether a unit is among the units.
func hasUnit(units []scene.Unit, u scene.Unit) bool { return slices.Contains(units, u) }
