package viewer

import "tandem/cmd/internal/viewer/ui"

type curvesState struct{}

func (v *Viewer) drawCurvesPane(f *ui.Frame) {}

func (v *Viewer) drawCurvesView(f *ui.Frame) {}
