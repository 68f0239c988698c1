package viewer

import (
	"image"
	"testing"
	"time"

	"github.com/hajimehoshi/ebiten/v2"

	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer/ui"
	"tandem/cmd/internal/xtest"
)

const windowTitle = "the viewer under test"

// windowed is the window of this package's tests: a game on a display of its own,
// whose goroutine does what tests ask for between two frames.
type windowed struct {
	*Game
	do    chan func()
	look  chan func(screen *ebiten.Image) // at a frame that was drawn
	drawn chan bool                       // after each frame
}

var window = &windowed{do: make(chan func()), look: make(chan func(*ebiten.Image)), drawn: make(chan bool, 1)}

// TestMain shows a window beside the tests, which those that drive it share.
func TestMain(m *testing.M) {
	xtest.Main(m, 1400, 900, func(_ *xtest.Display, done <-chan struct{}) error {
		window.Game = NewGame(New(&fixture{}, &services{}, NewState()))
		poll := window.Input
		window.Input = func(scale float64) ui.Input {
			select {
			case f := <-window.do:
				f()
			case <-done:
				window.Quit()
			default:
			}
			return poll(scale)
		}
		window.Drawn = func(screen *ebiten.Image) {
			select {
			case f := <-window.look:
				f(screen)
			default:
			}
			select {
			case window.drawn <- true:
			default:
			}
		}
		ebiten.SetWindowTitle(windowTitle)
		ebiten.SetWindowSize(800, 600)
		ebiten.SetWindowResizingMode(ebiten.WindowResizingModeEnabled)
		ebiten.SetScreenClearedEveryFrame(false)
		ebiten.SetRunnableOnUnfocused(true)
		ebiten.SetVsyncEnabled(false) // frames come as fast as they can
		ebiten.SetTPS(ebiten.SyncWithFPS)
		return ebiten.RunGame(window)
	})
}

// ask lets the game's goroutine do something, and waits for it.
func (w *windowed) ask(f func()) {
	done := make(chan bool)
	w.do <- func() { f(); close(done) }
	<-done
}

// frames waits until n frames have begun and ended.
func (w *windowed) frames(n int) {
	for range n + 1 { // the one under way may be old
		<-w.drawn
	}
}

// polled waits until a frame has read its input that began after this call.
func (w *windowed) polled() {
	w.ended() // the one under way may have read its input before
	w.ask(func() {})
}

// ended waits until the frame under way has ended.
func (w *windowed) ended() {
	select {
	case <-w.drawn: // of a frame long over
	default:
	}
	<-w.drawn
}

// picture returns what the window shows, in device pixels.
func (w *windowed) picture() (img *image.RGBA) {
	w.ended() // the one under way may show what was before
	done := make(chan bool)
	w.look <- func(screen *ebiten.Image) { img = Pixels(screen); close(done) }
	<-done
	return img
}

// use shows a scene in the window, at a state, and returns what drives it.
func use(t testing.TB, source scene.Source, state State, size image.Point) (*xtest.Window, *Viewer, *services) {
	t.Helper()
	s := &services{}
	v := New(source, s, state)
	return show(t, v, size, 1), v, s
}

// show lets the window show a viewer, size logical pixels large, and draw frame after
// frame until the test ends: then the processor is the other tests'.
func show(t testing.TB, v *Viewer, size image.Point, scale int) *xtest.Window {
	t.Helper()
	d := xtest.Need(t)
	d.Pace = window.polled
	window.ask(func() { window.Viewer, window.Scale, window.Every = v, float64(scale), true })
	t.Cleanup(func() { window.ask(func() { window.Every = false }) })
	w, err := d.Window(windowTitle)
	must(t, err)
	must(t, w.Move(image.Pt(1, 1))) // where nothing is
	must(t, w.Resize(size.X, size.Y))
	deadline := time.Now().Add(20 * time.Second)
	for drawn := (image.Point{}); drawn != size.Mul(scale); {
		if time.Now().After(deadline) {
			t.Fatalf("the window has %v pixels, want %v, %d times", drawn, size, scale)
		}
		window.frames(1)
		window.ask(func() { drawn = window.size })
	}
	return w
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// state returns what the viewer shows now.
func (w *windowed) state() (s State) {
	w.ask(func() { s = w.State })
	return s
}

// place returns where a control is.
func (w *windowed) place(t testing.TB, name string) image.Point {
	t.Helper()
	var at image.Point
	found := false
	w.ask(func() {
		for _, c := range w.Controls() {
			if c.ID == name || c.Label == name {
				at, found = c.Rect.Min.Add(c.Rect.Max).Div(2), true
			}
		}
	})
	if !found {
		t.Fatalf("no control %q", name)
	}
	return at
}
