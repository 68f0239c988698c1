package viewer

import "tandem/cmd/internal/viewer/ui"

func (v *Viewer) drawHealth(f *ui.Frame) {}
