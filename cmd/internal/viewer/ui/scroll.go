package ui

import "image"

// wheelStep is how far a notch scrolls, in logical pixels.
const wheelStep = 48

const barWidth = 8

// Scroll begins a part of the window whose content is height logical pixels high
// and may be moved by wheel, by Page Up and Page Down, and by its bar. It returns
// the part, whose Bounds are those of the whole content.
func (f *Frame) Scroll(id string, r image.Rectangle, height int) *Frame {
	most := max(0, height-r.Dy())
	at := f.ui.scrolled[id]
	if most > 0 {
		at += wheelStep * f.Wheel(r).Y
		at = f.scrollBar(id, r, at, most, height)
	}
	at = min(max(at, 0), most)
	f.ui.scrolled[id] = at
	view := r
	if most > 0 {
		view.Max.X -= barWidth + 2
	}
	sub := f.Clip(view)
	sub.part = id
	sub.Bounds = image.Rect(view.Min.X, view.Min.Y-at, view.Max.X, view.Min.Y-at+max(height, r.Dy()))
	return sub
}

// ScrollTo moves a scrolled part so that the rows from top to bottom of its
// content show in a view of a height.
func (f *Frame) ScrollTo(id string, top, bottom, view int) {
	at := f.ui.scrolled[id]
	if bottom > at+view {
		at = bottom - view
	}
	f.ui.scrolled[id] = min(at, top)
}

// focusRoom is what the frame around a control with the keyboard takes.
const focusRoom = 2

// outside returns by how much a part must scroll so that r is in view: its top, if not
// all of it can be.
func outside(r, view image.Rectangle) int {
	if r.Min.Y < view.Min.Y {
		return r.Min.Y - view.Min.Y
	}
	return max(0, min(r.Max.Y-view.Max.Y, r.Min.Y-view.Min.Y))
}

func (f *Frame) scrollBar(id string, r image.Rectangle, at, most, height int) int {
	bar := image.Rect(r.Max.X-barWidth, r.Min.Y, r.Max.X, r.Max.Y)
	length := max(24, r.Dy()*r.Dy()/height)
	name := id + ".scroll"
	_, _, focused := f.add(Control{ID: name, Role: "scrollbar", Label: "scroll " + id, Rect: bar})
	if f.dragged(name) {
		at = (f.In.Mouse.Y - r.Min.Y - length/2) * most / max(1, r.Dy()-length)
	}
	if (focused || f.Hover(r)) && f.Key("PageDown") {
		at += r.Dy()
	}
	if (focused || f.Hover(r)) && f.Key("PageUp") {
		at -= r.Dy()
	}
	at = min(max(at, 0), most)
	top := r.Min.Y + (r.Dy()-length)*at/most
	f.Fill(bar, f.Theme.Panel)
	f.Fill(image.Rect(bar.Min.X+1, top, bar.Max.X-1, top+length), f.Theme.Line)
	if focused {
		f.Stroke(bar, f.Theme.Ink)
	}
	return at
}
