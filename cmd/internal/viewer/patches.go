package viewer

import "tandem/cmd/internal/viewer/ui"

func (v *Viewer) drawPatches(f *ui.Frame) {}
