package viewer

import (
	"image"
	"image/color"

	"tandem/cmd/internal/viewer/plot"
	"tandem/cmd/internal/viewer/ui"
	"tandem/engine/viz/curves/series"
)

// drawAxes draws a plot's border, grid, ticks and their labels, and the name of
// what lies along it.
func drawAxes(f *ui.Frame, a plot.Area, name string) {
	drawTimes(f, a)
	drawHeights(f, a)
	r := a.Rect
	f.Fill(image.Rect(r.Min.X, r.Min.Y, r.Min.X+1, r.Max.Y), f.Theme.Line)
	f.Fill(image.Rect(r.Min.X, r.Max.Y, r.Max.X, r.Max.Y+1), f.Theme.Line)
	f.Text(image.Rect(r.Min.X-chartLeft, r.Max.Y+2, r.Min.X-10, r.Max.Y+chartBottom), name, axisText(f, ui.Right))
}

func axisText(f *ui.Frame, align ui.Align) ui.Style {
	return ui.Style{Size: ui.SmallSize, Color: f.Theme.Dim, Align: align}
}

// drawTimes draws the horizontal axis.
func drawTimes(f *ui.Frame, a plot.Area) {
	r, style := a.Rect, axisText(f, ui.Left)
	width := func(s string) int { return f.Measure(s, style) }
	for _, m := range plot.Marks(a.X, r.Dx(), 14, chartRight, width) {
		x := r.Min.X + m.At
		if m.Label == "" {
			f.Fill(image.Rect(x, r.Max.Y, x+1, r.Max.Y+2), f.Theme.Line)
			continue
		}
		f.Fill(image.Rect(x, r.Min.Y, x+1, r.Max.Y+3), ui.Fade(f.Theme.Line, 0.6))
		half := (width(m.Label) + 1) / 2
		f.Text(image.Rect(x-half, r.Max.Y+2, x+half, r.Max.Y+chartBottom), m.Label, style)
	}
}

// drawHeights draws the vertical axis.
func drawHeights(f *ui.Frame, a plot.Area) {
	const height = 14 // of a label
	r, style := a.Rect, axisText(f, ui.Right)
	for _, m := range plot.Marks(a.Y, r.Dy(), 0, height/2, func(string) int { return height }) {
		y := r.Max.Y - m.At
		if m.Label == "" {
			f.Fill(image.Rect(r.Min.X-2, y, r.Min.X, y+1), f.Theme.Line)
			continue
		}
		f.Fill(image.Rect(r.Min.X-3, y, r.Max.X, y+1), ui.Fade(f.Theme.Line, 0.6))
		top := min(max(y-height/2, r.Min.Y-4), r.Max.Y+5-height) // off the title and the row of times
		f.Text(image.Rect(r.Min.X-chartLeft, top, r.Min.X-6, top+height), m.Label, style)
	}
}

// levelName is the height of a level's name, in logical pixels.
const levelName = 14

// drawLevel draws a broken line across a plot.
func drawLevel(f *ui.Frame, a plot.Area, value float64) {
	y := a.At(a.X.Min, value).Y
	drawDashes(f, [2]plot.Point{{X: float64(a.Rect.Min.X), Y: y}, {X: float64(a.Rect.Max.X), Y: y}}, 3, f.Theme.Dim)
}

// drawLevelName draws it at the right, on ground that keeps curves off.
func drawLevelName(f *ui.Frame, a plot.Area, top int, name string) {
	style := axisText(f, ui.Right)
	right := a.Rect.Max.X - 4
	left := max(a.Rect.Min.X+4, right-f.Measure(name, style))
	box := image.Rect(left, top, right, top+levelName)
	f.Fill(image.Rect(left-2, top+1, right+2, top+levelName-1), ui.Fade(f.Theme.Panel, 0.8))
	f.Text(box, name, style)
}

func drawDashes(f *ui.Frame, ends [2]plot.Point, length float64, ink color.RGBA) {
	for _, d := range plot.Dashes(ends[0], ends[1], length) {
		f.Line(ui.Point(d[0]), ui.Point(d[1]), 1, ink)
	}
}

// placed returns where in a plot a curve lies, as the toolkit draws it.
func placed(a plot.Area, p series.Points) []ui.Point {
	all := make([]ui.Point, len(p.X))
	for i, q := range a.Points(p) {
		all[i] = ui.Point(q)
	}
	return all
}
