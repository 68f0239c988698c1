package viewer

import "tandem/cmd/internal/viewer/ui"

func (v *Viewer) drawMistakes(f *ui.Frame) {}
