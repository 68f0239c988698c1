package viewer

import "tandem/cmd/internal/viewer/ui"

func (v *Viewer) drawScrubber(f *ui.Frame) {}
