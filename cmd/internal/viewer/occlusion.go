package viewer

import "tandem/cmd/internal/viewer/ui"

func (v *Viewer) drawOcclusion(f *ui.Frame) {}
