package ui

import (
	"image"
	"io"
	"io/fs"
	"math"
	"strings"
	"time"
	"unicode"

	"github.com/hajimehoshi/ebiten/v2"
	"github.com/hajimehoshi/ebiten/v2/inpututil"
)

// Poller reads keyboard, mouse, touches and dropped files from ebiten. Its zero
// value is ready; call Poll once a tick.
type Poller struct {
	touch     ebiten.TouchID
	touching  bool
	last      image.Point // of the touch
	pressed   time.Time   // zero after a double click
	pressedAt image.Point
	held      map[ebiten.Key]time.Time // when it counts next
	wheel     [2]float64               // parts of notches
	chars     []rune
}

// Ticks come at any pace, so these are times.
const (
	doubleTime  = 400 * time.Millisecond // between two presses of a double click
	doubleReach = 5                      // logical pixels
	repeatAfter = 400 * time.Millisecond // until a key that is held repeats
	repeatEvery = 66 * time.Millisecond
)

// MaxDrop bounds what is read of a dropped file, in bytes.
const MaxDrop = 2 << 30

// named are keys that no sign stands for, by the names that Input gives them.
var named = map[ebiten.Key]string{
	ebiten.KeyArrowLeft: "Left", ebiten.KeyArrowRight: "Right", ebiten.KeyArrowUp: "Up", ebiten.KeyArrowDown: "Down",
	ebiten.KeyEscape: "Esc", ebiten.KeySpace: "Space", ebiten.KeyTab: "Tab", ebiten.KeyEnter: "Enter", ebiten.KeyNumpadEnter: "Enter",
	ebiten.KeyPageUp: "PageUp", ebiten.KeyPageDown: "PageDown", ebiten.KeyHome: "Home", ebiten.KeyEnd: "End",
	ebiten.KeyBackspace: "Backspace", ebiten.KeyDelete: "Delete", ebiten.KeyF1: "F1", ebiten.KeyF11: "F11",
}

// Poll returns what happened; scale is device pixels per logical pixel, the unit
// in which the game's layout reports positions.
func (p *Poller) Poll(scale float64) Input {
	in := Input{Shift: ebiten.IsKeyPressed(ebiten.KeyShift), Ctrl: ebiten.IsKeyPressed(ebiten.KeyControl) || ebiten.IsKeyPressed(ebiten.KeyMeta)}
	p.pointer(&in, scale)
	if p.held == nil {
		p.held = map[ebiten.Key]time.Time{}
	}
	in.Keys = p.keys(in.Shift, in.Ctrl)
	in.Holding = in.Down || len(p.held) > 0
	x, y := ebiten.Wheel()
	in.Wheel = image.Pt(p.notches(0, -x), p.notches(1, -y))
	if files := ebiten.DroppedFiles(); files != nil {
		in.Dropped = readAll(files)
	}
	return in
}

// pointer takes the mouse, or a finger where one touches.
func (p *Poller) pointer(in *Input, scale float64) {
	in.Mouse = logical(ebiten.CursorPosition())(scale)
	in.Pressed = inpututil.IsMouseButtonJustPressed(ebiten.MouseButtonLeft)
	in.Released = inpututil.IsMouseButtonJustReleased(ebiten.MouseButtonLeft)
	in.Down = ebiten.IsMouseButtonPressed(ebiten.MouseButtonLeft)
	in.Right = inpututil.IsMouseButtonJustPressed(ebiten.MouseButtonRight)
	if ids := inpututil.AppendJustPressedTouchIDs(nil); len(ids) > 0 && !p.touching {
		p.touch, p.touching, in.Pressed = ids[0], true, true
	}
	if p.touching {
		if inpututil.IsTouchJustReleased(p.touch) {
			p.touching, in.Released = false, true
		} else {
			p.last = logical(ebiten.TouchPosition(p.touch))(scale)
			in.Down = true
		}
		in.Mouse = p.last
	}
	if in.Pressed {
		near := in.Mouse.Sub(p.pressedAt)
		now := time.Now()
		in.Double = now.Sub(p.pressed) <= doubleTime && max(near.X, -near.X, near.Y, -near.Y) <= doubleReach
		p.pressed, p.pressedAt = now, in.Mouse
		if in.Double {
			p.pressed = time.Time{}
		}
	}
}

func logical(x, y int) func(scale float64) image.Point {
	return func(scale float64) image.Point {
		return image.Pt(int(math.Floor(float64(x)/scale)), int(math.Floor(float64(y)/scale)))
	}
}

// keys returns names of keys and typed signs. Signs come from the layout of the
// user's keyboard; with ctrl held there are none, so letters are then keys.
func (p *Poller) keys(shift, ctrl bool) []string {
	var all []string
	for k, name := range named {
		if !p.counts(k, time.Now()) {
			continue
		}
		if shift && name == "Tab" {
			name = "shift+Tab"
		}
		if ctrl {
			name = "ctrl+" + name
		}
		all = append(all, name)
	}
	if ctrl {
		for k := ebiten.KeyA; k <= ebiten.KeyZ; k++ {
			if inpututil.IsKeyJustPressed(k) {
				all = append(all, "ctrl+"+strings.ToLower(k.String()))
			}
		}
		return all
	}
	p.chars = ebiten.AppendInputChars(p.chars[:0])
	for _, c := range p.chars {
		if c != ' ' {
			all = append(all, string(unicode.ToLower(c)))
		}
	}
	return all
}

// counts tells whether a key was pressed, or has been held long enough to count
// again.
func (p *Poller) counts(k ebiten.Key, now time.Time) bool {
	next, held := p.held[k]
	switch {
	case inpututil.IsKeyJustPressed(k):
		p.held[k] = now.Add(repeatAfter)
		return true
	case !ebiten.IsKeyPressed(k):
		delete(p.held, k)
		return false
	case held && !now.Before(next):
		p.held[k] = now.Add(repeatEvery)
		return true
	}
	return false
}

// notches collects parts of a notch, as touch pads send them.
func (p *Poller) notches(axis int, v float64) int {
	p.wheel[axis] += v
	n := math.Trunc(p.wheel[axis])
	p.wheel[axis] -= n
	return int(n)
}

// readAll reads the dropped files, those of dropped folders too.
func readAll(files fs.FS) []File {
	var all []File
	fs.WalkDir(files, ".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			all = append(all, File{Name: path, Err: err})
		case !d.IsDir():
			all = append(all, read(files, path))
		}
		return nil
	})
	return all
}

func read(files fs.FS, path string) File {
	f, err := files.Open(path)
	if err != nil {
		return File{Name: path, Err: err}
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, MaxDrop))
	return File{Name: path, Data: data, Err: err}
}
