package viewer

import (
	"fmt"
	"image"
	"image/color"
	"math"
	"strconv"

	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer/plot"
	"tandem/cmd/internal/viewer/ui"
)

// cellNumber draws a number, and says why it is missing where it is.
func cellNumber(f *ui.Frame, r image.Rectangle, value float64, missing string) {
	f.Text(r, number(value), ui.Style{Size: ui.SmallSize})
	if math.IsNaN(value) && f.Hover(r) {
		f.Tip(missing)
	}
}

// cellShare draws a share as a bar with its percentage.
func cellShare(f *ui.Frame, r image.Rectangle, share float64, ink color.RGBA, missing string) {
	if math.IsNaN(share) {
		cellNumber(f, r, share, missing)
		return
	}
	bar := image.Rect(r.Min.X, r.Max.Y-3, r.Max.X, r.Max.Y-1)
	f.Fill(bar, f.Theme.Line)
	bar.Max.X = bar.Min.X + int(min(max(share, 0), 1)*float64(bar.Dx())+0.5)
	f.Fill(bar, ink)
	f.Text(image.Rect(r.Min.X, r.Min.Y, r.Max.X, r.Max.Y-3), percent(share), ui.Style{Size: ui.SmallSize})
}

// cellUpdate draws an update on a logarithmic scale with the good range marked.
func cellUpdate(f *ui.Frame, r image.Rectangle, update float64) {
	const words = 36
	scale := image.Rect(r.Min.X, r.Min.Y+4, r.Max.X-words, r.Max.Y-4)
	if math.IsNaN(update) || scale.Dx() < 10 {
		cellNumber(f, r, update, "updates are known while training, and of checkpoints that can go on")
		return
	}
	at := func(ratio float64) int {
		share, _ := updateMark(ratio)
		return scale.Min.X + int(share*float64(scale.Dx()))
	}
	y := (scale.Min.Y + scale.Max.Y) / 2
	f.Fill(image.Rect(scale.Min.X, y, scale.Max.X, y+1), f.Theme.Line)
	f.Fill(image.Rect(at(goodUpdate/10), scale.Min.Y+1, at(goodUpdate*10), scale.Max.Y-1), ui.Fade(f.Theme.Good, 0.4))
	ink := f.Theme.Ink
	if _, good := updateMark(update); !good {
		ink = f.Theme.Bad
	}
	x := at(update)
	f.Fill(image.Rect(x-1, scale.Min.Y-2, x+1, scale.Max.Y+2), ink)
	f.Text(image.Rect(scale.Max.X+4, r.Min.Y, r.Max.X, r.Max.Y), strconv.FormatFloat(update, 'e', 0, 64), ui.Style{Size: ui.SmallSize, Color: ink})
}

// cellHistogram draws counts as bars, with a line where zero is.
func cellHistogram(f *ui.Frame, r image.Rectangle, h scene.Histogram, missing string) {
	bars := plot.Bars(h.Counts, r.Dx())
	if len(bars) == 0 {
		cellNumber(f, r, math.NaN(), missing)
		return
	}
	edge := func(i int) int { return r.Min.X + i*r.Dx()/len(bars) }
	for i, height := range bars {
		top := r.Max.Y - int(math.Ceil(height*float64(r.Dy())))
		f.Fill(image.Rect(edge(i), top, edge(i+1), r.Max.Y), ui.Fade(f.Theme.Good, 0.8))
	}
	zero := -float64(h.First) / float64(len(h.Counts))
	if zero >= 0 && zero <= 1 {
		x := r.Min.X + int(zero*float64(r.Dx()))
		f.Fill(image.Rect(x, r.Min.Y, x+1, r.Max.Y), f.Theme.Accent)
	}
	if f.Hover(r) {
		f.Tip(histogramWords(h))
	}
}

func histogramWords(h scene.Histogram) string {
	total := int64(0)
	for _, c := range h.Counts {
		total += c
	}
	low, high := float64(h.First)*h.Width, float64(h.First+len(h.Counts))*h.Width
	return fmt.Sprintf("%s values from %s to %s\nheights are square roots of counts; the upright line is zero", count(total), number(low), number(high))
}
