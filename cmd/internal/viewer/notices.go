package viewer

import "tandem/cmd/internal/viewer/ui"

func (v *Viewer) drawNotices(f *ui.Frame) {}
