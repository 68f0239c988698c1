// Package ui draws a window's parts and says what the user does with them: an
// immediate-mode toolkit on ebiten's vector and text/v2. A program draws its whole
// window anew whenever something has changed, and a button is a call that draws it
// and returns whether it was pressed.
//
// Positions are in logical pixels, which are Scale device pixels wide. A frame
// without a target draws nothing and records everything: its Controls and Texts
// make layouts testable without a window, and are what a page mirrors for screen
// readers.
package ui

import (
	"image"
	"slices"
	"time"

	"github.com/hajimehoshi/ebiten/v2"
)

// UI is what lasts from frame to frame. Its zero value is ready.
type UI struct {
	focus    string // the control that has the keyboard
	held     string // the control on which the button went down
	order    []string
	scrolled map[string]int
	pictures pictureCache
	layers   []image.Rectangle // of the last frame, see Frame.Layer
}

// Frame is a part of a window during one frame.
type Frame struct {
	*page
	Bounds image.Rectangle // what this part covers
	clip   image.Rectangle
	dst    *ebiten.Image
	above  bool   // of a layer
	part   string // that scrolls, by ID; "" for none
}

// page is what the parts of a frame share.
type page struct {
	ui       *UI
	Theme    *Theme
	Scale    float64
	In       Input
	Controls []Control
	Texts    []Text
	modal    bool           // controls outside of the topmost layer are out of reach
	used     map[string]int // keys that were asked for, by name
	layers   []image.Rectangle
	tip      string
	tipAt    image.Point
	popup    popup
	again    time.Duration // until the next frame is due; 0: none is
}

// Control is something the user can operate, as it was drawn.
type Control struct {
	ID      string
	Role    string // ARIA's: "button", "slider", "tab", "option", "img"
	Label   string
	Value   string
	Pressed bool
	Off     bool // cannot be operated now
	Rect    image.Rectangle

	part string          // that scrolls, which it belongs to
	view image.Rectangle // in which it can be seen
}

// Text is a line of text as it was drawn.
type Text struct {
	Text string
	Rect image.Rectangle // that the ink may cover
	Clip image.Rectangle // outside of which it was cut off
	Cut  bool            // shortened to fit
}

// Begin starts a frame of a window of size logical pixels. With a nil target it
// only records.
func (u *UI) Begin(target *ebiten.Image, size image.Point, scale float64, t *Theme, in Input) *Frame {
	if u.scrolled == nil {
		u.scrolled = map[string]int{}
	}
	bounds := image.Rectangle{Max: size}
	f := &Frame{page: &page{ui: u, Theme: t, Scale: scale, In: in, used: map[string]int{}}, Bounds: bounds, clip: bounds, dst: target}
	f.Fill(bounds, t.Back)
	return f
}

// End draws what lies above everything, and moves the keyboard's focus. It returns
// after how long another frame is due though nothing happens, 0 for never.
func (f *Frame) End() time.Duration {
	f.drawPopup()
	f.drawTip()
	f.ui.order = f.ui.order[:0]
	for _, c := range f.Controls {
		if !c.Off {
			f.ui.order = append(f.ui.order, c.ID)
		}
	}
	switch {
	case f.Key("Tab"):
		f.moveFocus(1)
	case f.Key("shift+Tab"):
		f.moveFocus(-1)
	}
	if f.In.Pressed && f.ui.held == "" {
		f.ui.focus = ""
	}
	if !f.In.Down {
		f.ui.held = ""
	}
	f.ui.layers = f.layers
	f.ui.pictures.sweep()
	return f.again
}

// moveFocus gives the keyboard to another control, and brings that into view.
func (f *Frame) moveFocus(by int) {
	f.ui.moveFocus(by)
	for _, c := range f.Controls {
		if c.ID == f.ui.focus && c.part != "" {
			f.ui.scrolled[c.part] += outside(c.Rect.Inset(-focusRoom), c.view)
		}
	}
	f.Again(1)
}

func (u *UI) moveFocus(by int) {
	n := len(u.order)
	if n == 0 {
		return
	}
	at := -1
	if by < 0 {
		at = n
	}
	for i, id := range u.order {
		if id == u.focus {
			at = i
		}
	}
	u.focus = u.order[((at+by)%n+n)%n]
}

// Clip returns the part of a frame within r. Nothing is drawn outside of it, and
// the mouse does not reach beyond.
func (f *Frame) Clip(r image.Rectangle) *Frame {
	sub := &Frame{page: f.page, Bounds: r, clip: r.Intersect(f.clip), above: f.above, part: f.part}
	if f.dst != nil {
		sub.dst = f.dst.SubImage(f.device(sub.clip)).(*ebiten.Image)
	}
	return sub
}

// Layer returns a part above what was drawn so far: texts that it covers are
// forgotten, for nobody sees them. From the next frame on the mouse does not reach
// what is below.
func (f *Frame) Layer(r image.Rectangle) *Frame {
	f.cover(r)
	f.layers = append(f.layers, r)
	sub := f.Clip(r)
	sub.above = true
	return sub
}

// over tells whether the mouse is over what is seen of r.
func (f *Frame) over(r image.Rectangle) bool {
	if f.modal || !f.In.Mouse.In(r.Intersect(f.clip)) {
		return false
	}
	return f.above || !slices.ContainsFunc(f.ui.layers, f.In.Mouse.In)
}

// device returns the device pixels of a rectangle.
func (f *Frame) device(r image.Rectangle) image.Rectangle {
	s := func(v int) int { return int(float64(v)*f.Scale + 0.5) }
	return image.Rect(s(r.Min.X), s(r.Min.Y), s(r.Max.X), s(r.Max.Y))
}

// Overlay begins a layer over all that was drawn so far, whose controls are
// forgotten, and what was to lie above it: the mouse and the keyboard reach the layer
// alone.
func (f *Frame) Overlay() {
	f.Controls, f.Texts, f.layers, f.modal = nil, nil, nil, false
	f.popup, f.tip = popup{}, ""
}

// Shield keeps the mouse and keys from what is drawn until Overlay.
func (f *Frame) Shield() { f.modal = true }

// Again asks for another frame after d, for things that move.
func (f *Frame) Again(d time.Duration) {
	if f.again == 0 || d < f.again {
		f.again = d
	}
}

// Hover tells whether the mouse is over r.
func (f *Frame) Hover(r image.Rectangle) bool {
	return f.over(r) && f.ui.held == ""
}

// Key tells whether one of the keys was pressed. Who asks first gets it, and who asks
// again gets the next press.
func (f *Frame) Key(names ...string) bool {
	if f.modal {
		return false
	}
	for _, n := range names {
		pressed := 0
		for _, k := range f.In.Keys {
			if k == n {
				pressed++
			}
		}
		if pressed > f.used[n] {
			f.used[n]++
			return true
		}
	}
	return false
}

// Wheel returns the notches turned over r, once.
func (f *Frame) Wheel(r image.Rectangle) image.Point {
	if !f.Hover(r) {
		return image.Point{}
	}
	w := f.In.Wheel
	f.In.Wheel = image.Point{}
	return w
}

// Tip shows a line beside the mouse.
func (f *Frame) Tip(s string) { f.tip, f.tipAt = s, f.In.Mouse }

// add records a control and tells whether the mouse is over it, whether it was
// pressed (by mouse or keyboard) and whether it has the keyboard.
func (f *Frame) add(c Control) (hover, pressed, focused bool) {
	c.part, c.view = f.part, f.clip
	f.Controls = append(f.Controls, c)
	if c.Off || f.modal {
		return false, false, false
	}
	over := f.over(c.Rect)
	hover = over && (f.ui.held == "" || f.ui.held == c.ID)
	if over && f.In.Pressed && f.ui.held == "" {
		f.ui.held, f.ui.focus = c.ID, c.ID
		pressed = true
	}
	focused = f.ui.focus == c.ID
	return hover, pressed, focused
}

// dragged tells whether the mouse moves a control, if only by the click of one frame.
func (f *Frame) dragged(id string) bool {
	return f.ui.held == id && (f.In.Down || f.In.Pressed)
}

// Spot makes r a control that is drawn by the caller: a tile of a grid, a node of
// a graph. It returns whether the mouse is over it and whether it was pressed.
func (f *Frame) Spot(c Control) (hover, pressed bool) {
	hover, pressed, focused := f.add(c)
	if focused && f.Key("Enter") {
		pressed = true
	}
	if focused && !f.In.Down {
		f.Stroke(c.Rect.Inset(-2), f.Theme.Accent)
	}
	return hover, pressed
}

// Focus returns the ID of the control that has the keyboard, "" for none.
func (u *UI) Focus() string { return u.focus }
