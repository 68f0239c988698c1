package viewer

import (
	"image"
	"image/color"
	"strconv"

	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer/ui"
	"tandem/engine/viz/curves/series"
)

// curvesState is which runs the plots leave out, by name: runs come and go; and the
// run under way as they last drew it.
type curvesState struct {
	hidden map[string]bool
	drawn  *scene.Curve
}

// run is a run that plots show.
type run struct {
	index int // in Scene.Curves
	curve *scene.Curve
	color color.RGBA
}

// runs returns the runs to be drawn, in their order. Hidden ones keep their
// colours.
func (v *Viewer) runs(t *ui.Theme) []run {
	var shown []run
	for i, c := range v.scene.Curves {
		if v.panes.curves.hidden[c.Name] {
			continue
		}
		if i == 0 && v.live() {
			c = v.panes.curves.settled(c)
		}
		shown = append(shown, run{i, c, runColor(t, i)})
	}
	return shown
}

// settled returns the run under way as it was drawn last, unless it has grown by
// what can be seen: a run of 100,000 steps that gets one moves by far less than a
// pixel, and to condense it takes milliseconds.
func (s *curvesState) settled(c *scene.Curve) *scene.Curve {
	const visible = 2000 // parts of a plot's width
	if old := s.drawn; old != nil && old.Name == c.Name && len(old.Validations) == len(c.Validations) {
		if grown := len(c.Steps) - len(old.Steps); grown >= 0 && grown <= len(old.Steps)/visible {
			return old
		}
	}
	s.drawn = c
	return c
}

func runColor(t *ui.Theme, i int) color.RGBA { return t.Series[i%len(t.Series)] }

const curvesRow = 18 // height of a line of words above the plots

// drawCurvesPane draws loss and error side by side.
func (v *Viewer) drawCurvesPane(f *ui.Frame) {
	b := f.Bounds
	runs := v.runs(f.Theme)
	head := image.Rect(b.Min.X, b.Min.Y, b.Max.X, b.Min.Y+curvesRow-2)
	head.Max.X = f.Text(head, v.timeLeft(), ui.Style{Size: ui.SmallSize, Align: ui.Right, Color: f.Theme.Dim}).Min.X - 12
	if head.Max.X < b.Min.X {
		head.Max.X = b.Max.X
	}
	v.drawLegend(f, head, "strip")
	middle := (b.Min.X + b.Max.X) / 2
	left := image.Rect(b.Min.X, head.Max.Y, middle-4, b.Max.Y)
	right := image.Rect(middle+4, head.Max.Y, b.Max.X, b.Max.Y)
	v.drawCharts(f, runs, left, right)
}

// drawCurvesView draws loss above error, with what changes the plots.
func (v *Viewer) drawCurvesView(f *ui.Frame) {
	b := f.Bounds
	b.Min.Y += v.drawCurveTools(f) + 4
	runs := v.runs(f.Theme)
	b.Min.Y += v.drawLegend(f, image.Rect(b.Min.X, b.Min.Y, b.Max.X, b.Max.Y), "view")
	line := image.Rect(b.Min.X, b.Min.Y, b.Max.X, b.Min.Y+curvesRow)
	done := f.Text(line, v.timeLeft(), ui.Style{Size: ui.SmallSize, Align: ui.Right, Color: f.Theme.Dim})
	line.Max.X = done.Min.X - 8
	f.Text(line, "bands: range; lines: means; dots: tests", ui.Style{Size: ui.SmallSize, Color: f.Theme.Dim})
	middle := (line.Max.Y + b.Max.Y) / 2
	above := image.Rect(b.Min.X, line.Max.Y, b.Max.X, middle-2)
	below := image.Rect(b.Min.X, middle+2, b.Max.X, b.Max.Y)
	v.drawCharts(f, runs, above, below)
}

// timeLeft tells how far the run is, and how long it will take.
func (v *Viewer) timeLeft() string {
	r := v.scene.Run
	if r == nil {
		return ""
	}
	s := "epoch " + number(r.Epoch)
	if r.Epochs > 0 {
		s += " of " + strconv.Itoa(r.Epochs)
	}
	if r.Live && r.Remaining > 0 {
		s += " · " + duration(r.Remaining) + " left"
	}
	return s
}

// drawCurveTools draws the buttons and the slider, and returns the height used.
func (v *Viewer) drawCurveTools(f *ui.Frame) int {
	s := &v.State
	b := f.Bounds
	buttons := []ui.Button{
		{ID: "curves.epochs", Label: "log epochs", On: s.LogEpochs, Tip: "shows the first epochs in detail"},
		{ID: "curves.loss", Label: "log loss", On: s.LogLoss, Tip: "shows small losses in detail"},
		{ID: "curves.csv", Label: "CSV", Off: len(v.runs(f.Theme)) == 0, Tip: "writes the first run shown as comma-separated values"},
	}
	pressed, height := f.Row(image.Rect(b.Min.X, b.Min.Y, b.Max.X-curveSlider, b.Max.Y), buttons)
	switch pressed {
	case 0:
		s.LogEpochs = !s.LogEpochs
	case 1:
		s.LogLoss = !s.LogLoss
	case 2:
		c := v.scene.Curves[v.runs(f.Theme)[0].index]
		v.services.Export(curveFile(c), curveCSV(c))
	}
	v.drawSmoothing(f, image.Rect(b.Max.X-curveSlider+8, b.Min.Y, b.Max.X, b.Min.Y+22))
	return height
}

const curveSlider = 200

func (v *Viewer) drawSmoothing(f *ui.Frame, r image.Rectangle) {
	share := max(v.State.Smoothing, 0)
	if v.State.Smoothing == 0 {
		share = series.UsualSmoothing
	}
	next, changed := f.Slider(r, ui.Slider{
		ID: "curves.smoothing", Label: "smoothing", Value: share, Max: 0.3, Format: percent,
		Tip: "the share of the plot's width that the lines of training average over",
	})
	if !changed {
		return
	}
	if v.State.Smoothing = next; next == 0 {
		v.State.Smoothing = -1
	}
}

// drawLegend names the runs in their colours, on as many lines as fit in r, and
// returns the height used. A click hides a run.
func (v *Viewer) drawLegend(f *ui.Frame, r image.Rectangle, where string) int {
	const swatch, space, most = 10, 14, 220
	style := ui.Style{Size: ui.SmallSize}
	at := r.Min
	for i, c := range v.scene.Curves {
		w := min(swatch+4+f.Measure(c.Name, style), most, r.Dx())
		if at.X > r.Min.X && at.X+w > r.Max.X {
			at = image.Pt(r.Min.X, at.Y+curvesRow)
		}
		box := image.Rect(at.X, at.Y, at.X+w, at.Y+curvesRow-2)
		if box.Max.Y > r.Max.Y {
			break
		}
		v.drawLegendEntry(f, box, i, where)
		at.X += w + space
	}
	return at.Y + curvesRow - r.Min.Y
}

func (v *Viewer) drawLegendEntry(f *ui.Frame, box image.Rectangle, i int, where string) {
	name := v.scene.Curves[i].Name
	hidden := v.panes.curves.hidden[name]
	y := (box.Min.Y + box.Max.Y) / 2
	swatch := image.Rect(box.Min.X, y-5, box.Min.X+10, y+5)
	ink := f.Theme.Ink
	if hidden {
		f.Stroke(swatch, runColor(f.Theme, i))
		ink = f.Theme.Dim
	} else {
		f.Fill(swatch, runColor(f.Theme, i))
	}
	box.Min.X = swatch.Max.X + 4
	f.Text(box, name, ui.Style{Size: ui.SmallSize, Color: ink})
	box.Min.X = swatch.Min.X
	hover, pressed := f.Spot(ui.Control{ID: where + ".run." + strconv.Itoa(i), Role: "button", Label: "run " + name, Pressed: !hidden, Rect: box})
	if hover {
		f.Tip(name + "\nclick to hide or show it")
	}
	if pressed {
		if v.panes.curves.hidden == nil {
			v.panes.curves.hidden = map[string]bool{}
		}
		v.panes.curves.hidden[name] = !hidden
	}
}
