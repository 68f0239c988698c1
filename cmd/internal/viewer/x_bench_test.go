package viewer

import (
	"image"
	"testing"

	"tandem/cmd/internal/scene"
)

// BenchmarkWindow draws and presents whole frames of a window, as many as the
// machine can.
func BenchmarkWindow(b *testing.B) {
	source := newFixture(b, "alexnet-mini")
	for _, view := range []scene.View{scene.Filters, scene.CurvesView, scene.ConfusionView, scene.MapView} {
		b.Run(view.String(), func(b *testing.B) {
			s := NewState()
			s.View = view
			use(b, source, s, image.Pt(1280, 800))
			b.ResetTimer()
			window.frames(b.N)
		})
	}
}
