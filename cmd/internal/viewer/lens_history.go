package viewer

import (
	"image"
	"strings"

	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer/plot"
	"tandem/cmd/internal/viewer/ui"
	"tandem/engine/viz/curves/series"
)

// drawLensHistory plots how coloured the towers have been over the run.
func drawLensHistory(f *ui.Frame, r image.Rectangle, l *scene.Lens) {
	if len(l.History) == 0 {
		f.Text(r, "how the towers part is plotted while a run trains", ui.Style{Size: ui.SmallSize, Color: f.Theme.Dim})
		return
	}
	a := lensArea(r, l)
	drawAxes(f, a, "step")
	inner := f.Clip(a.Rect.Inset(-2))
	drawLevel(inner, a, noiseColour)
	for tower := range l.Towers {
		line := placed(a, towerHistory(l, tower))
		inner.Polyline(line, 2, towerColor(f.Theme, tower))
		if len(line) > 0 {
			inner.Dot(line[len(line)-1], 2.5, towerColor(f.Theme, tower))
		}
	}
	drawLevelName(inner, a, noiseTop(a, l), "noise "+fixed(noiseColour))
	if f.Hover(a.Rect) {
		p := l.History[nearestMoment(l.History, a.Time(f.In.Mouse.X))]
		x := a.At(float64(p.Step), 0).X
		inner.Line(ui.Point{X: x, Y: float64(a.Rect.Min.Y)}, ui.Point{X: x, Y: float64(a.Rect.Max.Y)}, 1, f.Theme.Dim)
		f.Tip(lensMoment(l, p))
	}
}

// noiseTop returns where the name of the noise's level goes: above it, or below
// where a tower's curve ends just above.
func noiseTop(a plot.Area, l *scene.Lens) int {
	y := int(a.At(a.X.Min, noiseColour).Y)
	for _, share := range l.History[len(l.History)-1].Towers {
		if above := y - int(a.At(a.X.Min, share).Y); above >= 0 && above <= levelName {
			return y + 1
		}
	}
	return y - levelName
}

// lensArea spans all steps and every share.
func lensArea(r image.Rectangle, l *scene.Lens) plot.Area {
	var steps series.Extent
	for _, p := range l.History {
		steps.Include(float64(p.Step))
	}
	return plot.Area{
		Rect: image.Rect(r.Min.X+chartLeft, r.Min.Y+6, r.Max.X-chartRight, r.Max.Y-chartBottom),
		X:    steps.Axis(false, false), Y: series.Axis{Min: 0, Max: 1},
	}
}

// towerHistory returns a tower's curve, where it was measured.
func towerHistory(l *scene.Lens, tower int) series.Points {
	var p series.Points
	for _, h := range l.History {
		if tower < len(h.Towers) {
			p.Add(float64(h.Step), h.Towers[tower])
		}
	}
	return p.Finite()
}

func nearestMoment(history []scene.LensPoint, step float64) int {
	return plot.Nearest(len(history), func(i int) float64 { return float64(history[i].Step) }, step)
}

func lensMoment(l *scene.Lens, p scene.LensPoint) string {
	words := []string{atStep(p.Step)}
	for tower, share := range p.Towers {
		words = append(words, towerName(l, tower)+" "+fixed(share))
	}
	return strings.Join(words, ", ")
}
