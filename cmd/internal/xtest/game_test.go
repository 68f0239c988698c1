package xtest_test

import (
	"image"
	"image/color"
	"io/fs"
	"os"
	"path"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/hajimehoshi/ebiten/v2"
	"github.com/hajimehoshi/ebiten/v2/inpututil"

	"tandem/cmd/internal/xtest"
)

const (
	title        = "a window of xtest's"
	gameW, gameH = 320, 200
)

// marked is where the game draws a square, over a background.
var (
	marked     = image.Rect(40, 30, 60, 50)
	markColour = color.RGBA{200, 100, 50, 255}
	background = color.RGBA{10, 20, 30, 255}
)

// seen is what a game has seen since it was last asked to forget.
type seen struct {
	keys    []ebiten.Key // pressed, in order
	chords  []string     // modifiers that were down at each
	text    string
	buttons []ebiten.MouseButton
	downs   []image.Point // where each button went down
	ups     []image.Point
	path    []image.Point // of the pointer while a button was down
	wheel   float64
	dropped map[string]string
	cursor  image.Point
	size    image.Point
	focused bool
	closing bool // somebody wants the window closed
}

// game records its input.
type game struct {
	lock  sync.Mutex
	frame chan struct{} // closed at the end of the next frame
	seen  seen
}

var theGame = &game{frame: make(chan struct{})}

func TestMain(m *testing.M) {
	xtest.Main(m, 640, 480, func(d *xtest.Display, done <-chan struct{}) error {
		if end := os.Getenv(endVariable); end != "" {
			return endBadly(d, end)
		}
		d.Pace = func() { theGame.frames(2) }
		ebiten.SetWindowTitle(title)
		ebiten.SetWindowSize(gameW, gameH)
		ebiten.SetWindowClosingHandled(true)
		ebiten.SetTPS(ebiten.SyncWithFPS) // hundreds of frames a second
		return ebiten.RunGame(&ending{theGame, done})
	})
}

// ending stops a game after the tests.
type ending struct {
	*game
	done <-chan struct{}
}

func (e *ending) Update() error {
	select {
	case <-e.done:
		return ebiten.Termination
	default:
		e.game.update()
		return nil
	}
}

func (g *game) update() {
	g.lock.Lock()
	defer g.lock.Unlock()
	s := &g.seen
	s.cursor = image.Pt(ebiten.CursorPosition())
	s.focused = ebiten.IsFocused()
	s.closing = s.closing || ebiten.IsWindowBeingClosed()
	for _, key := range inpututil.AppendJustPressedKeys(nil) {
		s.keys = append(s.keys, key)
		s.chords = append(s.chords, modifiers())
	}
	s.text += string(ebiten.AppendInputChars(nil))
	for _, b := range []ebiten.MouseButton{ebiten.MouseButtonLeft, ebiten.MouseButtonMiddle, ebiten.MouseButtonRight} {
		if inpututil.IsMouseButtonJustPressed(b) {
			s.buttons, s.downs = append(s.buttons, b), append(s.downs, s.cursor)
		}
		if ebiten.IsMouseButtonPressed(b) && (len(s.path) == 0 || s.path[len(s.path)-1] != s.cursor) {
			s.path = append(s.path, s.cursor)
		}
		if inpututil.IsMouseButtonJustReleased(b) {
			s.ups = append(s.ups, s.cursor)
		}
	}
	_, turned := ebiten.Wheel()
	s.wheel += turned
	if files := ebiten.DroppedFiles(); files != nil {
		s.dropped = contents(files)
	}
	close(g.frame)
	g.frame = make(chan struct{})
}

func modifiers() string {
	var down string
	for _, m := range []ebiten.Key{ebiten.KeyShift, ebiten.KeyControl, ebiten.KeyAlt, ebiten.KeyMeta} {
		if ebiten.IsKeyPressed(m) {
			down += m.String() + " "
		}
	}
	return down
}

// contents reads the files at the root.
func contents(files fs.FS) map[string]string {
	all := map[string]string{}
	names, err := fs.Glob(files, "*")
	for _, name := range names {
		var text []byte
		if text, err = fs.ReadFile(files, name); err == nil {
			all[path.Base(name)] = string(text)
		}
	}
	if err != nil {
		all["error"] = err.Error()
	}
	return all
}

func (g *game) Draw(screen *ebiten.Image) {
	screen.Fill(background)
	screen.SubImage(marked).(*ebiten.Image).Fill(markColour)
}

func (g *game) Layout(w, h int) (int, int) {
	g.lock.Lock()
	defer g.lock.Unlock()
	g.seen.size = image.Pt(w, h)
	return w, h
}

// frames waits until n frames have ended.
func (g *game) frames(n int) {
	for range n {
		g.lock.Lock()
		frame := g.frame
		g.lock.Unlock()
		<-frame
	}
}

// until waits frame by frame until the game has seen what ok asks for, and returns
// all that it has seen.
func (g *game) until(t *testing.T, what string, ok func(s seen) bool) seen {
	t.Helper()
	late := time.After(20 * time.Second)
	for {
		g.lock.Lock()
		s, frame := g.seen, g.frame
		s.keys, s.path = slices.Clone(s.keys), slices.Clone(s.path)
		g.lock.Unlock()
		if ok(s) {
			return s
		}
		select {
		case <-frame:
		case <-late:
			t.Fatalf("the game never saw %s; it saw %+v", what, s)
		}
	}
}

// window returns the game's window, and lets the game forget what it has seen.
func window(t *testing.T) *xtest.Window {
	t.Helper()
	w, err := xtest.Need(t).Window(title)
	if err != nil {
		t.Fatal(err)
	}
	theGame.lock.Lock()
	theGame.seen = seen{}
	theGame.lock.Unlock()
	return w
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
