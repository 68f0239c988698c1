package viewer

import (
	"image"
	"image/color"
	"slices"
	"strings"
	"testing"

	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer/ui"
	"tandem/cmd/internal/xtest"
)

// driven is the window while a test uses it as a person would. Whatever goes wrong
// fails the test.
type driven struct {
	*xtest.Window
	*testing.T
	source   *fixture
	services *services
	mouse    image.Point
}

// drive shows a scene of a network in the small window at a state.
func drive(t *testing.T, net string, state func(*State), change func(*scene.Scene)) *driven {
	d := &driven{T: t, source: newFixture(t, net)}
	d.source.Update(func(s *scene.Scene) {
		s.Notices = nil
		if change != nil {
			change(s)
		}
	})
	s := NewState()
	if state != nil {
		state(&s)
	}
	d.Window, _, d.services = use(t, d.source, s, small)
	return d
}

// key presses keys, one after the other; "ctrl+s" is held with Control.
func (d *driven) key(names ...string) {
	d.Helper()
	for _, n := range names {
		if held, ok := strings.CutPrefix(n, "ctrl+"); ok {
			must(d, d.Window.Key(held, "Control"))
			continue
		}
		must(d, d.Window.Key(n))
	}
}

// point moves the mouse to a place.
func (d *driven) point(at image.Point) {
	d.Helper()
	must(d, d.Move(at))
	d.mouse = at
}

// away moves it where nothing is.
func (d *driven) away() { d.Helper(); d.point(image.Pt(1, 1)) }

// press clicks a place with a button.
func (d *driven) press(button byte, at image.Point) {
	d.Helper()
	must(d, d.Window.Click(button, at))
	d.mouse = at
}

// click clicks a control, and moves away.
func (d *driven) click(name string) {
	d.Helper()
	d.press(xtest.Left, center(d.box(name)))
	d.away()
}

// turn turns the wheel over a control.
func (d *driven) turn(name string, notches int) {
	d.Helper()
	must(d, d.Wheel(center(d.box(name)), notches))
	d.away()
}

// slide drags a slider's knob to a share of its track.
func (d *driven) slide(name string, share float64) {
	d.Helper()
	r := d.box(name)
	at := func(share float64) image.Point {
		return image.Pt(r.Max.X-ui.TrackEnd-int((1-share)*0.35*float64(r.Dx())), center(r).Y)
	}
	must(d, d.Drag(xtest.Left, at(0.5), at(share)))
	d.away()
}

// box returns where a control is that a frame has drawn.
func (d *driven) box(name string) image.Rectangle {
	d.Helper()
	return control(d, d.frame(), name).Rect
}

// frame returns a frame that is only recorded, the mouse being where it is.
func (d *driven) frame() (f *ui.Frame) {
	window.frames(1)
	window.ask(func() { f = frame(window.Viewer, small.X, small.Y, ui.Input{Mouse: d.mouse}) })
	return f
}

// says fails unless all parts of texts are on screen.
func (d *driven) says(parts ...string) {
	d.Helper()
	f := d.frame()
	for _, part := range parts {
		if !hasText(f, part) {
			d.Errorf("nothing says %q", part)
		}
	}
}

// publish lets the source publish another scene, and waits until it is drawn.
func (d *driven) publish(change func(*scene.Scene)) {
	d.source.Update(change)
	window.frames(2)
}

// orders returns what the source was told.
func (d *driven) orders() (all []scene.Order) {
	window.frames(1)
	window.ask(func() { all = slices.Clone(d.source.orders) })
	return all
}

// want returns what the source was last asked for.
func (d *driven) want() (w scene.Want) {
	window.frames(1)
	window.ask(func() { w = d.source.wants[len(d.source.wants)-1] })
	return w
}

// state fails unless the viewer's state is as it should be.
func (d *driven) state(what string, ok func(State) bool) {
	d.Helper()
	if s := window.state(); !ok(s) {
		d.Errorf("%s: the state is %s", what, s)
	}
}

// panes returns where the panes are.
func (d *driven) panes() layout {
	s := d.source.Scene()
	return arrange(small, window.state().Zoom, s.Series != nil, s.Run != nil && s.Run.Live)
}

// changes fails unless something changes the picture within r.
func (d *driven) changes(what string, r image.Rectangle, do func()) {
	d.Helper()
	before := window.picture()
	do()
	if n := differing(before, window.picture(), r); n == 0 {
		d.Errorf("%s: nothing changes in %v", what, r)
	}
}

// keeps fails if something changes the picture within r.
func (d *driven) keeps(what string, r image.Rectangle, do func()) {
	d.Helper()
	before := window.picture()
	do()
	if n := differing(before, window.picture(), r); n > 0 {
		d.Errorf("%s: %d pixels change in %v", what, n, r)
	}
}

// differing returns how many pixels of a part of two pictures differ.
func differing(a, b *image.RGBA, r image.Rectangle) (n int) {
	each(r.Intersect(a.Rect), func(x, y int) {
		if a.RGBAAt(x, y) != b.RGBAAt(x, y) {
			n++
		}
	})
	return n
}

// inked returns how many pixels of a part have a colour.
func inked(img *image.RGBA, r image.Rectangle, c color.RGBA) (n int) {
	each(r.Intersect(img.Rect), func(x, y int) {
		if img.RGBAAt(x, y) == c {
			n++
		}
	})
	return n
}

// framed returns the part of r inside of a frame of two pixels in a colour: the
// bounds of all that has the colour, less the frame.
func framed(img *image.RGBA, r image.Rectangle, c color.RGBA) (b image.Rectangle) {
	each(r.Intersect(img.Rect), func(x, y int) {
		if img.RGBAAt(x, y) == c {
			b = b.Union(image.Rect(x, y, x+1, y+1))
		}
	})
	return b.Inset(2)
}

func each(r image.Rectangle, do func(x, y int)) {
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			do(x, y)
		}
	}
}
