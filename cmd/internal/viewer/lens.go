package viewer

import "tandem/cmd/internal/viewer/ui"

func (v *Viewer) drawLens(f *ui.Frame) {}
