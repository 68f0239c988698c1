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
	display  *xtest.Display
	mouse    image.Point
	seen     *image.RGBA // what it shows, unless something was done since
}

// drive shows a scene of a network in the small window at a state. Curves, which
// take half of a frame's time, are left to those who look at them.
func drive(t *testing.T, net string, state func(*State), change func(*scene.Scene)) *driven {
	d := &driven{T: t, source: fixtureOf(t, net), display: xtest.Need(t)}
	d.source.Update(func(s *scene.Scene) {
		s.Notices, s.Curves = nil, nil
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

// scenes are those of fixtures by network: nobody changes what was published.
var scenes = map[string]*scene.Scene{}

// fixtureOf is newFixture, quicker the second time.
func fixtureOf(t testing.TB, net string) *fixture {
	if scenes[net] == nil {
		scenes[net] = newFixture(t, net).Scene()
	}
	f := &fixture{}
	f.Update(func(to *scene.Scene) { *to = *scenes[net] })
	return f
}

// atOnce lets several events come between two frames, as they do when frames are slow.
func (d *driven) atOnce(events func()) {
	d.seen = nil
	pace := d.display.Pace
	d.display.Pace = nil
	events()
	d.display.Pace = pace
	pace()
}

// key presses keys, one after the other; "ctrl+s" is held with Control.
func (d *driven) key(names ...string) {
	d.Helper()
	for _, n := range names {
		d.atOnce(func() {
			if held, ok := strings.CutPrefix(n, "ctrl+"); ok {
				must(d, d.Window.Key(held, "Control"))
				return
			}
			must(d, d.Window.Key(n))
		})
	}
}

// point moves the mouse to a place.
func (d *driven) point(at image.Point) {
	d.Helper()
	d.seen = nil
	must(d, d.Move(at))
	d.mouse = at
}

// away moves it where nothing is.
func (d *driven) away() { d.Helper(); d.point(image.Pt(1, 1)) }

// press clicks a place with a button.
func (d *driven) press(button byte, at image.Point) {
	d.Helper()
	d.atOnce(func() { must(d, d.Window.Click(button, at)) })
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
	at := center(d.box(name))
	d.atOnce(func() { must(d, d.Wheel(at, notches)) })
	d.away()
}

// slide drags a slider's knob to a share of its track.
func (d *driven) slide(name string, share float64) {
	d.Helper()
	d.seen = nil
	r := d.box(name)
	at := func(share float64) image.Point {
		return image.Pt(r.Max.X-ui.TrackEnd-int((1-share)*0.35*float64(r.Dx())), center(r).Y)
	}
	d.drag(at(0.5), at(share))
}

// drag moves the mouse with the left button down, and then away.
func (d *driven) drag(from, to image.Point) {
	d.Helper()
	must(d, d.Drag(xtest.Left, from, to))
	d.away()
}

// box returns where a control is that a frame has drawn.
func (d *driven) box(name string) image.Rectangle {
	d.Helper()
	return control(d, d.frame(), name).Rect
}

// frame returns a frame that is only recorded, the mouse being where it is.
func (d *driven) frame() (f *ui.Frame) {
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

// text returns where a text is.
func (d *driven) text(part string) image.Rectangle {
	d.Helper()
	for _, t := range d.frame().Texts {
		if strings.Contains(t.Text, part) {
			return t.Rect
		}
	}
	d.Fatalf("nothing says %q", part)
	return image.Rectangle{}
}

// publish lets the source publish another scene, and waits until it is drawn.
func (d *driven) publish(change func(*scene.Scene)) {
	d.seen = nil
	d.source.Update(change)
	window.frames(2)
}

// orders returns what the source was told.
func (d *driven) orders() (all []scene.Order) {
	window.ask(func() { all = slices.Clone(d.source.orders) })
	return all
}

// want returns what the source was last asked for.
func (d *driven) want() (w scene.Want) {
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

// shows fails unless the middle of a part has a colour.
func (d *driven) shows(what string, r image.Rectangle, want color.RGBA) {
	d.Helper()
	if got := d.look().RGBAAt(center(r).X, center(r).Y); got != want {
		d.Errorf("%s: %v at %v, want %v", what, got, center(r), want)
	}
}

// look returns what the window shows.
func (d *driven) look() *image.RGBA {
	if d.seen == nil {
		d.seen = window.picture()
	}
	return d.seen
}

// changes fails unless something changes the picture within r.
func (d *driven) changes(what string, r image.Rectangle, do func()) {
	d.Helper()
	before := d.look()
	if do(); differ(before, d.look(), r).Empty() {
		d.Errorf("%s: nothing changes in %v", what, r)
	}
}

// keeps fails if something changes the picture within r.
func (d *driven) keeps(what string, r image.Rectangle, do func()) {
	d.Helper()
	before := d.look()
	do()
	if b := differ(before, d.look(), r); !b.Empty() {
		d.Errorf("%s: %v changes", what, b)
	}
}

// differ returns what bounds the pixels within r that differ in two pictures. Where
// pictures lie in the renderer's memory changes smooth ones by a level or two.
func differ(a, b *image.RGBA, r image.Rectangle) (bounds image.Rectangle) {
	each(r.Intersect(a.Rect), func(x, y int) {
		if apart(a.RGBAAt(x, y), b.RGBAAt(x, y)) > 3 {
			bounds = bounds.Union(image.Rect(x, y, x+1, y+1))
		}
	})
	return bounds
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

// where returns what bounds the pixels of a part that have a colour.
func where(img *image.RGBA, r image.Rectangle, is func(color.RGBA) bool) (b image.Rectangle) {
	each(r.Intersect(img.Rect), func(x, y int) {
		if is(img.RGBAAt(x, y)) {
			b = b.Union(image.Rect(x, y, x+1, y+1))
		}
	})
	return b
}

// exactly tells whether a colour is another.
func exactly(c color.RGBA) func(color.RGBA) bool {
	return func(d color.RGBA) bool { return c == d }
}

func each(r image.Rectangle, do func(x, y int)) {
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			do(x, y)
		}
	}
}
