package viewer

import "tandem/cmd/internal/viewer/ui"

func (v *Viewer) drawStatus(f *ui.Frame) {}

func (v *Viewer) drawBar(f *ui.Frame) {}

func (v *Viewer) drawTabs(f *ui.Frame) {}
