package viewer

import "tandem/cmd/internal/viewer/ui"

func (v *Viewer) drawNeighbours(f *ui.Frame) {}
