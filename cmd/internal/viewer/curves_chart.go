package viewer

import (
	"image"
	"image/color"
	"slices"

	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer/plot"
	"tandem/cmd/internal/viewer/ui"
	"tandem/engine/viz/curves/series"
)

// chart is one plot of runs, laid out.
type chart struct {
	measure    measure
	title      image.Rectangle
	area       plot.Area
	curves     []*condensed // of each run
	references []scene.Reference
}

// Room around a plot's area, in logical pixels.
const (
	chartLeft   = 44 // for numbers
	chartRight  = 10
	chartTop    = 16 // for the title
	chartBottom = 15 // for epochs
	chartLeast  = 20 // below it there is no room for anything
)

// drawCharts draws loss and error in two rectangles, of equal width.
func (v *Viewer) drawCharts(f *ui.Frame, runs []run, lossBox, errorBox image.Rectangle) {
	if len(runs) == 0 {
		f.Paragraph(lossBox.Inset(8), v.noCurves(), ui.Style{Color: f.Theme.Dim})
		return
	}
	x := v.epochs(runs)
	charts := []*chart{v.newChart(runs, lossMeasure, x, lossBox), v.newChart(runs, errorMeasure, x, errorBox)}
	for _, c := range charts {
		if c.area.Rect.Dy() >= chartLeast {
			v.drawChart(f, c, runs)
		}
	}
	v.drawMoment(f, charts, runs)
}

// noCurves says why there is nothing to draw.
func (v *Viewer) noCurves() string {
	if len(v.scene.Curves) > 0 {
		return "All runs are hidden."
	}
	return "No run's record is open."
}

func (v *Viewer) newChart(runs []run, m measure, x series.Axis, box image.Rectangle) *chart {
	c := &chart{measure: m, title: image.Rect(box.Min.X, box.Min.Y, box.Max.X, box.Min.Y+chartTop)}
	c.area.X = x
	c.area.Rect = image.Rect(box.Min.X+chartLeft, box.Min.Y+chartTop, box.Max.X-chartRight, box.Max.Y-chartBottom)
	var values [][]float64
	for _, r := range runs {
		d := v.condense(r.curve, m, x, c.area.Columns())
		c.curves = append(c.curves, d)
		values = append(values, d.low.Y, d.high.Y, d.test.Y, d.top5.Y)
		if m == errorMeasure {
			c.addReferences(r.curve.References)
		}
	}
	for _, r := range c.references {
		values = append(values, []float64{100 * r.Error})
	}
	c.area.Y = series.Over(values...).Axis(m == lossMeasure && v.State.LogLoss, true)
	return c
}

// addReferences adds those that can be drawn and that no other run has brought,
// the largest error first: the order from the top.
func (c *chart) addReferences(all []scene.Reference) {
	for _, r := range all {
		if !series.Unbounded(r.Error) && !slices.Contains(c.references, r) {
			c.references = append(c.references, r)
		}
	}
	slices.SortStableFunc(c.references, func(a, b scene.Reference) int {
		switch {
		case a.Error > b.Error:
			return -1
		case a.Error < b.Error:
			return 1
		}
		return 0
	})
}

func (v *Viewer) drawChart(f *ui.Frame, c *chart, runs []run) {
	c.drawTitle(f)
	drawAxes(f, c.area, "epoch")
	inner := f.Clip(c.area.Rect.Inset(-2))
	for i, r := range runs {
		c.drawRun(inner, c.curves[i], r.color)
	}
	c.drawReferences(inner)
	if w := v.scene.Weights; w != nil && v.scene.Series != nil {
		if ends, ok := c.upright(w.Epoch); ok {
			drawDashes(inner, ends, 4, f.Theme.Accent)
		}
	}
}

// drawTitle says what is plotted, and where the first run has come to.
func (c *chart) drawTitle(f *ui.Frame) {
	title, write := "loss", number
	if c.measure == errorMeasure {
		title, write = "error (%)", func(v float64) string { return percent(v / 100) }
	}
	name := f.Text(c.title, title, ui.Style{Size: 12, Font: ui.Bold})
	now := ""
	if last, ok := lastOf(c.curves[0].line); ok {
		now = "training " + write(last)
	}
	if last, ok := lastOf(c.curves[0].test); ok {
		now += "   test " + write(last)
	}
	rest := c.title
	rest.Min.X = name.Max.X + 10
	f.Text(rest, now, ui.Style{Size: ui.SmallSize, Color: f.Theme.Dim})
}

func lastOf(p series.Points) (y float64, ok bool) {
	if len(p.Y) == 0 {
		return 0, false
	}
	return p.Y[len(p.Y)-1], true
}

// drawRun draws training as a band with its smoothed line, tests as dots.
func (c *chart) drawRun(f *ui.Frame, d *condensed, ink color.RGBA) {
	if d.dense {
		f.Band(placed(c.area, d.high), placed(c.area, d.low), ui.Fade(ink, 0.22))
		f.Polyline(placed(c.area, d.high), 0.75, ui.Fade(ink, 0.45))
		f.Polyline(placed(c.area, d.low), 0.75, ui.Fade(ink, 0.45))
	}
	f.Polyline(placed(c.area, d.line), 1.5, ink)
	if len(d.line.X) == 1 {
		f.Dot(placed(c.area, d.line)[0], 2, ink)
	}
	test := ui.Mix(ink, f.Theme.Ink, 0.45)
	c.drawDots(f, d.top5, 1, test)
	c.drawDots(f, d.test, 1.5, test)
}

// drawDots joins the few points of a curve.
func (c *chart) drawDots(f *ui.Frame, p series.Points, width float64, ink color.RGBA) {
	places := placed(c.area, p)
	f.Polyline(places, width, ink)
	radius := width + 1
	if len(places) > 60 {
		radius = width
	}
	for _, q := range places {
		f.Dot(q, radius, ink)
	}
}

// drawReferences draws published results as broken lines, with their names above.
func (c *chart) drawReferences(f *ui.Frame) {
	r := c.area.Rect
	var tops []int
	for _, ref := range c.references {
		y := c.area.At(0, 100*ref.Error).Y
		drawLevel(f, c.area, 100*ref.Error)
		tops = append(tops, int(y)-r.Min.Y-levelName)
	}
	for i, top := range plot.Spread(tops, levelName, r.Dy()) {
		if top >= 0 {
			drawLevelName(f, c.area, r.Min.Y+top, c.references[i].Name+" "+percent(c.references[i].Error))
		}
	}
}

// upright returns the line of a moment; ok is false beyond the axis.
func (c *chart) upright(epoch float64) (ends [2]plot.Point, ok bool) {
	x, r := c.area.At(epoch, 0).X, c.area.Rect
	ends = [2]plot.Point{{X: x, Y: float64(r.Min.Y)}, {X: x, Y: float64(r.Max.Y)}}
	return ends, epoch >= c.area.X.Min && epoch <= c.area.X.Max
}
