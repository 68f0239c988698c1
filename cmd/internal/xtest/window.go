package xtest

import (
	"fmt"
	"image"

	"github.com/jezek/xgb/xproto"
)

// Window is a window of the program under test. Points are in pixels from its
// upper left corner.
type Window struct {
	ID xproto.Window
	d  *Display
}

// Window waits until a window of that title is shown and gives it the keyboard,
// which nobody else does: there is no window manager.
func (d *Display) Window(title string) (*Window, error) {
	w := &Window{d: d}
	if err := d.until(fmt.Sprintf("window %q", title), func() bool { return w.find(title) }); err != nil {
		return nil, err
	}
	return w, w.Focus()
}

// find looks through the windows on the screen. It asks to hear when they get
// another title.
func (w *Window) find(title string) bool {
	tree, err := xproto.QueryTree(w.d.conn, w.d.root).Reply()
	if err != nil {
		return false
	}
	for _, id := range tree.Children {
		w.ID = id
		gone := w.d.hearOf(id, xproto.EventMaskPropertyChange).Check() != nil
		if !gone && w.shown() && w.title() == title {
			return true
		}
	}
	return false
}

func (w *Window) shown() bool {
	a, err := xproto.GetWindowAttributes(w.d.conn, w.ID).Reply()
	return err == nil && a.MapState == xproto.MapStateViewable
}

func (w *Window) title() string {
	p, err := xproto.GetProperty(w.d.conn, false, w.ID, w.d.atoms["_NET_WM_NAME"], xproto.AtomAny, 0, 1024).Reply()
	if err != nil {
		return ""
	}
	return string(p.Value)
}

// Focus gives the window the keyboard.
func (w *Window) Focus() error {
	return xproto.SetInputFocusChecked(w.d.conn, xproto.InputFocusParent, w.ID, xproto.TimeCurrentTime).Check()
}

// Resize makes the window width x height pixels large.
func (w *Window) Resize(width, height int) error {
	return xproto.ConfigureWindowChecked(w.d.conn, w.ID, xproto.ConfigWindowWidth|xproto.ConfigWindowHeight,
		[]uint32{uint32(width), uint32(height)}).Check()
}

// Close asks the program to close the window, as a window manager does at a click on
// its cross (ICCCM, section 4.2.8.1).
func (w *Window) Close() error {
	return w.send("WM_PROTOCOLS", uint32(w.d.atoms["WM_DELETE_WINDOW"]), xproto.TimeCurrentTime)
}

// send sends a client message of five words; those that are not given are 0.
func (w *Window) send(kind string, data ...uint32) error {
	words := make([]uint32, 5)
	copy(words, data)
	event := xproto.ClientMessageEvent{Format: 32, Window: w.ID, Type: w.d.atoms[kind], Data: xproto.ClientMessageDataUnionData32New(words)}
	return xproto.SendEventChecked(w.d.conn, false, w.ID, xproto.EventMaskNoEvent, string(event.Bytes())).Check()
}

// Screenshot returns the pixels that the window shows, all of them opaque. No
// part of it may lie outside the screen.
func (w *Window) Screenshot() (*image.RGBA, error) {
	size, err := xproto.GetGeometry(w.d.conn, xproto.Drawable(w.ID)).Reply()
	if err != nil {
		return nil, err
	}
	shot, err := xproto.GetImage(w.d.conn, xproto.ImageFormatZPixmap, xproto.Drawable(w.ID),
		0, 0, size.Width, size.Height, ^uint32(0)).Reply()
	if err != nil {
		return nil, fmt.Errorf("display %s: a window that is not shown or not whole on the screen has no screenshot: %w", w.d.Name, err)
	}
	img := image.NewRGBA(image.Rect(0, 0, int(size.Width), int(size.Height)))
	for i := 0; i < len(img.Pix); i += 4 {
		img.Pix[i], img.Pix[i+1], img.Pix[i+2], img.Pix[i+3] = shot.Data[i+2], shot.Data[i+1], shot.Data[i], 255
	}
	return img, nil
}

// onScreen returns where on the screen a point of the window is.
func (w *Window) onScreen(p image.Point) (image.Point, error) {
	t, err := xproto.TranslateCoordinates(w.d.conn, w.ID, w.d.root, int16(p.X), int16(p.Y)).Reply()
	if err != nil {
		return image.Point{}, err
	}
	return image.Pt(int(t.DstX), int(t.DstY)), nil
}
