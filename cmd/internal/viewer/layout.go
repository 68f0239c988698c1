package viewer

import "image"

// minimum is the smallest window that everything fits in, in logical pixels.
var minimum = image.Pt(800, 600)

// layout says where each pane goes, in logical pixels. Panes that are empty are
// not drawn.
type layout struct {
	bar      image.Rectangle // title and buttons
	graph    image.Rectangle // the network
	tabs     image.Rectangle // the views
	main     image.Rectangle // the view chosen
	scrubber image.Rectangle // checkpoints
	input    image.Rectangle // the image and the answer
	unit     image.Rectangle // the selected unit
	curves   image.Rectangle
	controls image.Rectangle // of a live run
	status   image.Rectangle
}

const (
	gap       = 6
	barHeight = 34
	tabHeight = 24
	statusH   = 22
	scrubH    = 28
)

// arrange divides a window. With zoom, the large pane takes all but the status
// line. scrub and live tell whether there are checkpoints to scrub through, and a
// run to control.
func arrange(size image.Point, zoom, scrub, live bool) layout {
	w, h := max(size.X, minimum.X), max(size.Y, minimum.Y)
	var l layout
	l.status = image.Rect(0, h-statusH, w, h)
	l.bar = image.Rect(0, 0, w, barHeight)
	top, bottom := barHeight+gap, h-statusH-gap
	left, right := gap, w-gap
	if !zoom {
		strip := clamp(h*22/100, 124, 220)
		l.curves = image.Rect(gap, bottom-strip, w-gap, bottom)
		if live {
			cut := w - gap - clamp(w*30/100, 270, 380)
			l.controls = image.Rect(cut, bottom-strip, w-gap, bottom)
			l.curves.Max.X = cut - gap
		}
		bottom -= strip + gap
		left = gap + clamp(w*17/100, 150, 240) + gap
		right = w - gap - clamp(w*27/100, 232, 400) - gap
		l.graph = image.Rect(gap, top, left-gap, bottom)
		l.input = image.Rect(right+gap, top, w-gap, top+(bottom-top)*45/100)
		l.unit = image.Rect(right+gap, l.input.Max.Y+gap, w-gap, bottom)
	}
	l.tabs = image.Rect(left, top, right, top+tabRows(right-left)*tabHeight)
	l.main = image.Rect(left, l.tabs.Max.Y+2, right, bottom)
	if scrub {
		l.scrubber = image.Rect(left, bottom-scrubH, right, bottom)
		l.main.Max.Y = l.scrubber.Min.Y - gap
	}
	return l
}

// What the views' names take side by side, and what of a row can be left over for
// the next name is too wide.
const (
	tabsWidth = 780
	widestTab = 84
)

// tabRows returns on how many rows of a width the views' names fit.
func tabRows(width int) int {
	if width >= tabsWidth {
		return 1
	}
	width -= widestTab
	return (tabsWidth + width - 1) / width
}

func clamp(v, low, high int) int { return min(max(v, low), high) }
