package viewer

import "tandem/cmd/internal/viewer/ui"

func (v *Viewer) drawInput(f *ui.Frame) {}
