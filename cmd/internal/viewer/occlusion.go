package viewer

import "tandem/cmd/internal/viewer/ui"

type occlusionState struct{}

func (v *Viewer) drawOcclusion(f *ui.Frame) {}
