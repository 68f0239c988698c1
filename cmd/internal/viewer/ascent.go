package viewer

import "tandem/cmd/internal/viewer/ui"

func (v *Viewer) drawAscent(f *ui.Frame) {}
