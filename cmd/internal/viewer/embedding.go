package viewer

import "tandem/cmd/internal/viewer/ui"

type mapState struct{}

func (v *Viewer) drawMap(f *ui.Frame) {}
