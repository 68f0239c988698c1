package curves

import (
	"fmt"
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"tandem/engine/viz/curves/series"
)

// The colours are Okabe and Ito's (2008), which stay apart for colour-blind
// eyes; lines differ in dashes and marks too.
var (
	blue   = color.NRGBA{0, 114, 178, 255}
	orange = color.NRGBA{213, 94, 0, 255}
	green  = color.NRGBA{0, 158, 115, 255}
	grey   = color.NRGBA{110, 110, 110, 255}
	alarm  = color.NRGBA{204, 0, 170, 255}
	faint  = color.NRGBA{225, 228, 232, 255}
)

func withAlpha(c color.NRGBA, alpha uint8) color.NRGBA {
	c.A = alpha
	return c
}

// panel is one plot with its own legend.
type panel struct {
	plot   *plot.Plot
	legend plot.Legend
}

func newPanel(yLabel string, x, y series.Axis) *panel {
	p := &panel{plot: plot.New(), legend: plot.NewLegend()}
	p.plot.Y.Label.Text = yLabel
	setAxis(&p.plot.X, x)
	setAxis(&p.plot.Y, y)
	grid := plotter.NewGrid()
	grid.Horizontal.Color, grid.Vertical.Color = faint, faint
	grid.Horizontal.Width, grid.Vertical.Width = vg.Points(0.75), vg.Points(0.75)
	grid.Horizontal.Dashes, grid.Vertical.Dashes = nil, nil
	p.plot.Add(grid)
	p.legend.Top, p.legend.Left = true, true
	p.legend.TextStyle.Font = sans(9.5)
	p.legend.Padding = vg.Points(4)
	return p
}

func setAxis(a *plot.Axis, to series.Axis) {
	a.Min, a.Max = to.Min, to.Max
	a.Scale, a.Tick.Marker = scale{to}, scale{to}
	a.Padding = 0
	a.Label.TextStyle.Font = sans(11)
	a.Label.Padding = vg.Points(4)
	a.Tick.Label.Font = sans(9.5)
	a.Tick.Length = vg.Points(5)
}

// xys converts points for the plotting library.
func xys(s series.Points) plotter.XYs {
	p := make(plotter.XYs, len(s.X))
	for i := range p {
		p[i] = plotter.XY{X: s.X[i], Y: s.Y[i]}
	}
	return p
}

// band fills a ring of points so that the grid shows through, with an edge that
// keeps narrow spikes visible.
func (p *panel) band(name string, ring series.Points, c color.NRGBA) {
	polygon := &plotter.Polygon{
		XYs:       []plotter.XYs{xys(ring)},
		Color:     withAlpha(c, 50),
		LineStyle: stroke(withAlpha(c, 90), 0.5),
	}
	p.plot.Add(polygon)
	p.legend.Add(name, polygon)
}

// stems draws many short lines under one name.
func (p *panel) stems(name string, lines []series.Points, style draw.LineStyle) {
	var one *plotter.Line
	for _, l := range lines {
		one = &plotter.Line{XYs: xys(l), LineStyle: style}
		p.plot.Add(one)
	}
	p.legend.Add(name, one)
}

// line joins the points of s, and marks them where mark is not nil. A lone
// point is always marked.
func (p *panel) line(name string, s series.Points, style draw.LineStyle, mark draw.GlyphDrawer) {
	line := &plotter.Line{XYs: xys(s), LineStyle: style}
	p.plot.Add(line)
	thumbs := []plot.Thumbnailer{line}
	if mark == nil && len(s.X) == 1 {
		mark = draw.CircleGlyph{}
	}
	if mark != nil {
		marks := &plotter.Scatter{XYs: xys(s), GlyphStyle: draw.GlyphStyle{Color: style.Color, Radius: markRadius(len(s.X)), Shape: mark}}
		p.plot.Add(marks)
		thumbs = append(thumbs, marks)
	}
	p.legend.Add(name, thumbs...)
}

// markRadius keeps the marks of many points from becoming one thick line.
func markRadius(n int) vg.Length {
	if n > 60 {
		return vg.Points(1.6)
	}
	return vg.Points(2.5)
}

// level draws a horizontal line across the whole plot.
func (p *panel) level(name string, y float64, style draw.LineStyle) {
	ends := series.Points{X: []float64{p.plot.X.Min, p.plot.X.Max}, Y: []float64{y, y}}
	p.line(name, ends, style, nil)
}

// moment draws a vertical line across the whole plot.
func (p *panel) moment(name string, epoch float64, style draw.LineStyle) {
	ends := series.Points{X: []float64{epoch, epoch}, Y: []float64{p.plot.Y.Min, p.plot.Y.Max}}
	p.line(name, ends, style, nil)
}

// remark adds a line of text to the legend.
func (p *panel) remark(format string, args ...any) {
	p.legend.Add(fmt.Sprintf(format, args...))
}

func stroke(c color.Color, points float64, dashes ...vg.Length) draw.LineStyle {
	return draw.LineStyle{Color: c, Width: vg.Points(points), Dashes: dashes}
}
