package viewer

import "tandem/cmd/internal/viewer/ui"

type hoverState struct{}

func (v *Viewer) drawFilters(f *ui.Frame) {}

func (v *Viewer) drawActivations(f *ui.Frame) {}
