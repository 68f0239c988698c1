package ui

import (
	"image"
	"slices"
)

// popup is what is drawn above everything at the end of a frame.
type popup struct {
	rect image.Rectangle
	draw func(*Frame)
}

// Popup draws a panel at the end of the frame, above everything else: at r, or as
// near to it as the window lets it be whole. It is to be looked at: the mouse
// reaches what lies below. One fits in a frame, the last.
func (f *Frame) Popup(r image.Rectangle, draw func(*Frame)) { f.popup = popup{r, draw} }

func (f *Frame) drawPopup() {
	if f.popup.draw == nil {
		return
	}
	r := inside(f.popup.rect, f.Bounds)
	f.cover(r)
	part := f.Clip(r)
	part.Fill(r, f.Theme.Raised)
	part.Stroke(r, f.Theme.Line)
	f.popup.draw(part)
}

// cover forgets the texts under r, for nobody sees them.
func (f *Frame) cover(r image.Rectangle) {
	f.Texts = slices.DeleteFunc(f.Texts, func(t Text) bool { return t.Rect.Overlaps(r) })
}
