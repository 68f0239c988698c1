package viewer

import (
	"image"

	"tandem/cmd/internal/viewer/ui"
)

// drawHelp lays what keys and mouse do over the window.
func (v *Viewer) drawHelp(f *ui.Frame) {
	f.Fill(f.Bounds, ui.Fade(f.Theme.Back, 0.75))
	shown := helpLines()
	rows := (len(shown) + 1) / 2
	size := image.Pt(min(760, f.Bounds.Dx()-40), rows*helpStep+116)
	at := f.Bounds.Min.Add(f.Bounds.Size().Sub(size).Div(2))
	r := image.Rectangle{at, at.Add(size)}
	f.Fill(r, f.Theme.Panel)
	f.Stroke(r, f.Theme.Accent)
	box := f.Clip(r.Inset(16))
	b := box.Bounds
	box.Text(image.Rect(b.Min.X, b.Min.Y, b.Max.X-70, b.Min.Y+24), "Keys and mouse", ui.Style{Font: ui.Bold, Size: ui.HeadSize})
	if box.Button(image.Rect(b.Max.X-64, b.Min.Y, b.Max.X, b.Min.Y+24), ui.Button{ID: "help.close", Label: "close"}) {
		v.help = false
	}
	for i, line := range shown {
		left := b.Min.X + i/rows*(b.Dx()/2)
		y := b.Min.Y + 34 + i%rows*helpStep
		box.Text(image.Rect(left, y, left+130, y+helpStep), line.show, ui.Style{Size: 12, Color: f.Theme.Accent})
		box.Text(image.Rect(left+134, y, left+b.Dx()/2-8, y+helpStep), line.help, ui.Style{Size: 12})
	}
	box.Paragraph(image.Rect(b.Min.X, b.Max.Y-38, b.Max.X, b.Max.Y), helpText, ui.Style{Size: 12, Color: f.Theme.Dim})
	v.keys(box)
}

const helpStep = 21

const helpText = "The mouse: click chooses, the right button switches a unit off, the wheel scrolls, and moves sliders. " +
	"Everything says what it is when the mouse rests on it. Drop an image, or several, on the window to look at them."

// helpLines returns the bindings that the help shows.
func helpLines() []binding {
	var shown []binding
	for _, b := range bindings {
		if b.show != "" {
			shown = append(shown, b)
		}
	}
	return shown
}
