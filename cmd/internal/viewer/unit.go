package viewer

import "tandem/cmd/internal/viewer/ui"

func (v *Viewer) drawUnit(f *ui.Frame) {}
