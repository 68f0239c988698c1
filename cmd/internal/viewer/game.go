package viewer

import (
	"bytes"
	"image"
	"image/png"
	"math"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hajimehoshi/ebiten/v2"

	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer/ui"
)

// Game lets ebiten show a viewer. A frame is drawn only when the scene is new, the
// user did something, the window has another size, or a frame is due; else the last
// one stays, which costs next to nothing.
type Game struct {
	*Viewer

	// Input returns what the user did since it was last called. NewGame sets it to
	// a ui.Poller's; tests set it to their own.
	Input func(scale float64) ui.Input
	Drawn func(*ebiten.Image) // hears of every frame that was drawn; nil: nobody
	Scale float64             // device pixels per logical pixel; 0: as the screen has them
	Every bool                // draw every frame, though nothing be new

	pending ui.Input
	drawn   atomic.Pointer[scene.Scene]
	size    image.Point  // of the screen in device pixels
	due     atomic.Int64 // of the next frame, in Unix nanoseconds; 0: none is
	active  atomic.Int64 // when the user last did something, likewise
	scale   float64
	ending  sync.Mutex // of ended
	ended   bool
	mouse   image.Point // of the last frame
}

// NewGame returns a game that shows a viewer.
func NewGame(v *Viewer) *Game {
	p := &ui.Poller{}
	return &Game{Viewer: v, Input: p.Poll, scale: 1}
}

// Update collects what the user does until the next frame.
func (g *Game) Update() error {
	in := g.Input(g.scale)
	if in.Holding || !in.Idle(g.mouse) {
		g.active.Store(time.Now().UnixNano())
	}
	g.pending = merge(g.pending, in)
	if g.quit.Load() || ebiten.IsWindowBeingClosed() {
		return g.end()
	}
	return nil
}

// merge joins the input of two updates that fall into one frame.
func merge(a, b ui.Input) ui.Input {
	b.Pressed = a.Pressed || b.Pressed
	b.Released = a.Released || b.Released
	b.Right = a.Right || b.Right
	b.Double = a.Double || b.Double
	b.Wheel = a.Wheel.Add(b.Wheel)
	b.Keys = append(a.Keys, b.Keys...)
	b.Dropped = append(a.Dropped, b.Dropped...)
	return b
}

// Draw draws a frame if there is anything new to see.
func (g *Game) Draw(screen *ebiten.Image) {
	now, size := time.Now(), screen.Bounds().Size()
	newest := g.source.Scene()
	idle := g.pending.Idle(g.mouse)
	if !g.Every && idle && newest == g.drawn.Load() && size == g.size && !g.isDue(now) {
		return
	}
	in := g.pending
	g.pending, g.size, g.mouse = ui.Input{Mouse: in.Mouse, Down: in.Down}, size, in.Mouse
	g.drawn.Store(newest)
	_, again := g.Frame(screen, g.logical(size), g.scale, in)
	if !idle && again == 0 {
		again = 1 // what was drawn before the user's change took effect
	}
	g.due.Store(0)
	if again > 0 {
		g.due.Store(now.Add(again).UnixNano())
	}
	if g.Drawn != nil {
		g.Drawn(screen)
	}
	if g.capture != "" {
		g.export(screen)
	}
}

func (g *Game) isDue(now time.Time) bool {
	due := g.due.Load()
	return due != 0 && now.UnixNano() >= due
}

// export writes what was drawn.
func (g *Game) export(screen *ebiten.Image) {
	var b bytes.Buffer
	if err := png.Encode(&b, Pixels(screen)); err == nil { // only the sizes PNG cannot hold fail
		g.services.Export(g.capture, b.Bytes())
	}
	g.capture = ""
}

// Pixels returns what an image holds. It may be called while a game is drawn.
func Pixels(screen *ebiten.Image) *image.RGBA {
	img := image.NewRGBA(image.Rectangle{Max: screen.Bounds().Size()})
	screen.ReadPixels(img.Pix)
	return img
}

func (g *Game) logical(size image.Point) image.Point {
	return image.Pt(int(math.Ceil(float64(size.X)/g.scale)), int(math.Ceil(float64(size.Y)/g.scale)))
}

// LayoutF asks for as many pixels as the screen has.
func (g *Game) LayoutF(width, height float64) (float64, float64) {
	if g.scale = g.Scale; g.scale == 0 {
		g.scale = max(1, ebiten.Monitor().DeviceScaleFactor())
	}
	// A window smaller than all that must fit is drawn as if it were larger.
	return max(width, float64(minimum.X)) * g.scale, max(height, float64(minimum.Y)) * g.scale
}

// Layout is never called: ebiten prefers LayoutF.
func (g *Game) Layout(int, int) (int, int) { return minimum.X, minimum.Y }
