package ui

import (
	"image"
	"image/color"
	"math"
	"strings"

	"github.com/hajimehoshi/ebiten/v2"
	"github.com/hajimehoshi/ebiten/v2/text/v2"
)

// Align says where in its box a line of text stands.
type Align int

// The alignments.
const (
	Left Align = iota
	Center
	Right
)

// Style says how text looks. The zero value is the usual one.
type Style struct {
	Font  Font
	Size  float64    // logical pixels; 0: TextSize
	Color color.RGBA // zero: the theme's Ink
	Align Align
}

// Sizes of text, in logical pixels.
const (
	TextSize  = 13
	SmallSize = 11
	HeadSize  = 16
	LineSpace = 18 // from line to line of the usual size
)

func (s Style) size() float64 {
	if s.Size == 0 {
		return TextSize
	}
	return s.Size
}

// Measure returns the width of a line in logical pixels.
func (f *Frame) Measure(line string, s Style) int {
	return int(math.Ceil(text.Advance(line, face(s.Font, s.size()*f.Scale)) / f.Scale))
}

// Text draws a line in the middle of r's height, shortened with an ellipsis where
// it is too long. It returns the rectangle that the line covers.
func (f *Frame) Text(r image.Rectangle, line string, s Style) image.Rectangle {
	if line == "" || r.Empty() {
		return image.Rectangle{Min: r.Min, Max: r.Min}
	}
	shown := f.shorten(line, r.Dx(), s)
	w, h := f.Measure(shown, s), int(math.Ceil(s.size()*1.3))
	x := r.Min.X
	switch s.Align {
	case Center:
		x += (r.Dx() - w) / 2
	case Right:
		x = r.Max.X - w
	}
	y := r.Min.Y + (r.Dy()-h)/2
	box := image.Rect(x, y, x+w, y+h)
	f.Texts = append(f.Texts, Text{Text: shown, Rect: box, Clip: f.clip, Cut: shown != line})
	if f.dst != nil && !box.Intersect(f.clip).Empty() {
		f.drawText(shown, box, s)
	}
	return box
}

// drawText puts the baseline on a whole device pixel, which keeps small letters
// sharp.
func (f *Frame) drawText(line string, box image.Rectangle, s Style) {
	c := s.Color
	if c == (color.RGBA{}) {
		c = f.Theme.Ink
	}
	fc := face(s.Font, s.size()*f.Scale)
	m := fc.Metrics()
	var o text.DrawOptions
	top := float64(box.Min.Y)*f.Scale + (float64(box.Dy())*f.Scale-m.HAscent-m.HDescent)/2
	o.GeoM.Translate(math.Round(float64(box.Min.X)*f.Scale), math.Round(top))
	o.ColorScale.ScaleWithColor(c)
	o.DrawImageOptions.Filter = ebiten.FilterNearest
	text.Draw(f.dst, line, fc, &o)
}

// shorten cuts a line to a width, and ends it in an ellipsis if it did.
func (f *Frame) shorten(line string, width int, s Style) string {
	if f.Measure(line, s) <= width {
		return line
	}
	runes := []rune(line)
	low, high := 0, len(runes)
	for low < high {
		mid := (low + high + 1) / 2
		if f.Measure(string(runes[:mid])+"…", s) <= width {
			low = mid
		} else {
			high = mid - 1
		}
	}
	return strings.TrimRight(string(runes[:low]), " ") + "…"
}

// Paragraph draws text broken into lines at spaces, from the top of r down, and
// returns its height. A line that would not fit in r any more is left out.
func (f *Frame) Paragraph(r image.Rectangle, words string, s Style) int {
	step := int(math.Ceil(s.size() * LineSpace / TextSize))
	y := r.Min.Y
	for _, line := range f.Wrap(words, r.Dx(), s) {
		if y+step > r.Max.Y {
			break
		}
		f.Text(image.Rect(r.Min.X, y, r.Max.X, y+step), line, s)
		y += step
	}
	return y - r.Min.Y
}

// Wrap breaks text into lines at spaces; a word that is too wide stays whole.
func (f *Frame) Wrap(words string, width int, s Style) []string {
	var lines []string
	for _, part := range strings.Split(words, "\n") {
		line := ""
		for _, w := range strings.Fields(part) {
			switch {
			case line == "":
				line = w
			case f.Measure(line+" "+w, s) <= width:
				line += " " + w
			default:
				lines, line = append(lines, line), w
			}
		}
		lines = append(lines, line)
	}
	return lines
}

// drawTip draws the line that Tip has set, beside the mouse and within the window.
func (f *Frame) drawTip() {
	if f.tip == "" {
		return
	}
	s := Style{Size: SmallSize}
	lines := strings.Split(f.tip, "\n")
	w := 0
	for _, l := range lines {
		w = max(w, f.Measure(l, s))
	}
	r := image.Rect(0, 0, w+12, 16*len(lines)+6).Add(f.tipAt.Add(image.Pt(12, 16)))
	r = inside(r, f.Bounds)
	f.cover(r)
	f.Fill(r, f.Theme.Raised)
	f.Stroke(r, f.Theme.Line)
	for i, l := range lines {
		y := r.Min.Y + 3 + 16*i
		f.Text(image.Rect(r.Min.X+6, y, r.Max.X, y+16), l, s)
	}
}

// inside moves r into bounds.
func inside(r, bounds image.Rectangle) image.Rectangle {
	r = r.Sub(image.Pt(max(0, r.Max.X-bounds.Max.X), max(0, r.Max.Y-bounds.Max.Y)))
	return r.Add(image.Pt(max(0, bounds.Min.X-r.Min.X), max(0, bounds.Min.Y-r.Min.Y)))
}
