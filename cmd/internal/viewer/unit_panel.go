package viewer

import (
	"image"
	"image/color"
	"math"
	"strconv"

	"tandem/cmd/internal/viewer/ui"
	"tandem/engine/viz"
)

// sumPanel draws arithmetic: lines, the window of a channel beside its kernel, lines.
type sumPanel struct {
	arithmetic
	channel      int // whose window is shown
	above, below []string
}

const (
	sumPad     = 8
	sumLine    = 16
	sumBetween = 26 // of the two grids
	sumNumbers = 7  // the side up to which windows are written as numbers
	sumSide    = 130
)

// cellSize returns the size of a cell of the grids: with room for a number in small
// windows, else a colour alone.
func (p *sumPanel) cellSize() image.Point {
	n := p.Window.Size()
	if max(n.X, n.Y) <= sumNumbers {
		return image.Pt(36, 15)
	}
	side := max(2, sumSide/max(n.X, n.Y))
	return image.Pt(side, side)
}

// gridSize returns the size of one of the two grids, zero where there is none.
func (p *sumPanel) gridSize() image.Point {
	if p.single() {
		return image.Point{}
	}
	n, c := p.Window.Size(), p.cellSize()
	return image.Pt(n.X*c.X, n.Y*c.Y)
}

func sumStyle(first bool) ui.Style {
	if first {
		return ui.Style{Size: 12, Font: ui.Bold}
	}
	return ui.Style{Size: 12}
}

// size returns the panel's size.
func (p *sumPanel) size(f *ui.Frame) image.Point {
	g := p.gridSize()
	w, h := 2*g.X+sumBetween, g.Y
	if h > 0 {
		h += sumLine + 4
	}
	for i, line := range p.above {
		w = max(w, f.Measure(line, sumStyle(i == 0)))
	}
	for _, line := range p.below {
		w = max(w, f.Measure(line, sumStyle(false)))
	}
	return image.Pt(w+2*sumPad, h+sumLine*(len(p.above)+len(p.below))+2*sumPad)
}

func (p *sumPanel) draw(f *ui.Frame) {
	r := f.Bounds.Inset(sumPad)
	for i, line := range p.above {
		r.Min.Y = sumText(f, r, line, sumStyle(i == 0))
	}
	if g := p.gridSize(); g.Y > 0 {
		right := r.Min.X + g.X + sumBetween
		input := func(c image.Point) (float64, bool) {
			x, _, padded := p.factors(p.channel, c)
			return float64(x), padded
		}
		weight := func(c image.Point) (float64, bool) { _, w, _ := p.factors(p.channel, c); return float64(w), false }
		p.drawGrid(f, r.Min, "input", input)
		f.Text(image.Rect(r.Min.X+g.X, r.Min.Y+sumLine, right, r.Min.Y+sumLine+g.Y), "×", ui.Style{Align: ui.Center})
		p.drawGrid(f, image.Pt(right, r.Min.Y), "kernel", weight)
		r.Min.Y += sumLine + g.Y + 4
	}
	for _, line := range p.below {
		r.Min.Y = sumText(f, r, line, sumStyle(false))
	}
}

// sumText writes a line and returns where the next begins.
func sumText(f *ui.Frame, r image.Rectangle, line string, s ui.Style) int {
	f.Text(image.Rect(r.Min.X, r.Min.Y, r.Max.X, r.Min.Y+sumLine), line, s)
	return r.Min.Y + sumLine
}

// drawGrid draws values as cells below a caption: blue below zero, orange above.
// Padding is empty.
func (p *sumPanel) drawGrid(f *ui.Frame, at image.Point, caption string, value func(image.Point) (v float64, padded bool)) {
	n, size := p.Window.Size(), p.cellSize()
	end := 0.0
	for i := range n.X * n.Y {
		if v, _ := value(image.Pt(i%n.X, i/n.X)); !math.IsNaN(v) {
			end = max(end, math.Abs(v))
		}
	}
	scale, unit := cellScale(end)
	f.Text(image.Rect(at.X, at.Y, at.X+p.gridSize().X, at.Y+sumLine), caption+unit, ui.Style{Size: ui.SmallSize, Color: f.Theme.Dim})
	at.Y += sumLine
	for i := range n.X * n.Y {
		c := image.Pt(i%n.X, i/n.X)
		corner := at.Add(image.Pt(c.X*size.X, c.Y*size.Y))
		v, padded := value(c)
		drawCell(f, image.Rectangle{corner, corner.Add(size)}, v, end, scale, padded)
	}
}

// cellScale returns what numbers whose largest is end are divided by so that few
// digits tell them apart, and how a caption says so.
func cellScale(end float64) (scale float64, unit string) {
	if end == 0 || end >= 0.1 && end < 1000 || math.IsInf(end, 0) {
		return 1, ""
	}
	scale = math.Pow(10, math.Floor(math.Log10(end)))
	return scale, " in " + number(scale)
}

func drawCell(f *ui.Frame, r image.Rectangle, v, end, scale float64, padded bool) {
	fill := viz.BlueOrange.At(v / max(end, math.SmallestNonzeroFloat64))
	ink := textOn(fill)
	if padded {
		fill, ink = f.Theme.Panel, f.Theme.Dim
	}
	if r.Dx() > 8 {
		r.Max = r.Max.Sub(image.Pt(1, 1)) // a line between cells
	}
	f.Fill(r, fill)
	if r.Dx() > 30 {
		f.Text(r, shortNumber(v/scale, end/scale), ui.Style{Size: 10, Color: ink, Align: ui.Center})
	}
}

// textOn returns black or white, whichever stands out more from a colour.
func textOn(c color.RGBA) color.RGBA {
	black, white := color.RGBA{0, 0, 0, 255}, color.RGBA{255, 255, 255, 255}
	if ui.Contrast(black, c) > ui.Contrast(white, c) {
		return black
	}
	return white
}

// shortNumber writes a number with as many decimals as fit beside others up to end.
func shortNumber(v, end float64) string {
	decimals := 3
	for ; end >= 1 && decimals > 0; end /= 10 {
		decimals--
	}
	return strconv.FormatFloat(v, 'f', decimals, 64)
}
