package viewer

import "tandem/cmd/internal/viewer/ui"

type confusionState struct{}

func (v *Viewer) drawConfusion(f *ui.Frame) {}
