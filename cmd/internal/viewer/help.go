package viewer

import "tandem/cmd/internal/viewer/ui"

func (v *Viewer) drawHelp(f *ui.Frame) {}
