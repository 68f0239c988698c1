package viewer

import "tandem/cmd/internal/viewer/ui"

func (v *Viewer) drawControls(f *ui.Frame) {}
