package viewer

import "tandem/cmd/internal/viewer/ui"

func (v *Viewer) drawGraph(f *ui.Frame) {}
