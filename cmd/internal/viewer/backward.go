package viewer

import "tandem/cmd/internal/viewer/ui"

func (v *Viewer) drawBackward(f *ui.Frame) {}
