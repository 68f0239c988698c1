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
	drawn chan bool // after each frame
}

var window = &windowed{do: make(chan func()), drawn: make(chan bool, 1)}

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
		window.Every = true
		window.Drawn = func(*ebiten.Image) {
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
		ebiten.SetTPS(ebiten.SyncWithFPS) // frames come as fast as they can
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

// use shows a scene in the window, at a state, and returns what drives it.
func use(t testing.TB, source scene.Source, state State, size image.Point) (*xtest.Window, *Viewer, *services) {
	t.Helper()
	d := xtest.Need(t)
	d.Pace = func() { window.frames(1) }
	s := &services{}
	v := New(source, s, state)
	window.ask(func() { window.Viewer = v })
	w, err := d.Window(windowTitle)
	must(t, err)
	must(t, w.Move(image.Pt(1, 1))) // where nothing is
	must(t, w.Resize(size.X, size.Y))
	deadline := time.Now().Add(20 * time.Second)
	for drawn := (image.Point{}); drawn != size; {
		if time.Now().After(deadline) {
			t.Fatalf("the window is %v large, want %v", drawn, size)
		}
		window.frames(1)
		window.ask(func() { drawn = window.size })
	}
	window.frames(2)
	return w, v, s
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// state returns what the viewer shows now.
func (w *windowed) state() (s State) {
	w.frames(2)
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
