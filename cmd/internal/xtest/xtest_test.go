package xtest_test

import (
	"bytes"
	"fmt"
	"image"
	"image/draw"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hajimehoshi/ebiten/v2"

	"tandem/cmd/internal/xtest"
)

func TestKeys(t *testing.T) {
	w := window(t)
	names := map[string]ebiten.Key{
		"a": ebiten.KeyA, "z": ebiten.KeyZ, "7": ebiten.Key7, "Return": ebiten.KeyEnter, "Escape": ebiten.KeyEscape,
		"space": ebiten.KeySpace, "Tab": ebiten.KeyTab, "BackSpace": ebiten.KeyBackspace, "Delete": ebiten.KeyDelete,
		"Insert": ebiten.KeyInsert, "Home": ebiten.KeyHome, "End": ebiten.KeyEnd, "Page_Up": ebiten.KeyPageUp,
		"Page_Down": ebiten.KeyPageDown, "Left": ebiten.KeyArrowLeft, "Right": ebiten.KeyArrowRight,
		"Up": ebiten.KeyArrowUp, "Down": ebiten.KeyArrowDown, "F1": ebiten.KeyF1, "F12": ebiten.KeyF12,
		"[": ebiten.KeyBracketLeft, ",": ebiten.KeyComma, "-": ebiten.KeyMinus,
	}
	var want []ebiten.Key
	for name, key := range names {
		must(t, w.Key(name))
		want = append(want, key)
	}
	s := theGame.until(t, "all keys", func(s seen) bool { return len(s.keys) >= len(want) })
	if !slices.Equal(s.keys, want) {
		t.Errorf("the game saw the keys %v, not %v", s.keys, want)
	}
	if !s.focused {
		t.Error("the window has no focus")
	}
}

func TestModifiersAreDownAroundAKey(t *testing.T) {
	w := window(t)
	must(t, w.Key("s", "Control", "Shift"))
	must(t, w.Key("?"))
	must(t, w.Key("x", "Alt"))
	must(t, w.Key("x", "Super"))
	must(t, w.Key("y"))
	s := theGame.until(t, "the key y", func(s seen) bool { return slices.Contains(s.keys, ebiten.KeyY) })
	got := map[ebiten.Key][]string{}
	for i, key := range s.keys {
		got[key] = append(got[key], s.chords[i])
	}
	want := map[ebiten.Key][]string{
		ebiten.KeyS: {"Shift Control "}, ebiten.KeySlash: {"Shift "}, ebiten.KeyX: {"Alt ", "Meta "}, ebiten.KeyY: {""},
	}
	for key, chords := range want {
		if !slices.Equal(got[key], chords) {
			t.Errorf("key %v came with the modifiers %q, not %q", key, got[key], chords)
		}
	}
}

func TestAKeyStaysDownUntilItIsReleased(t *testing.T) {
	w := window(t)
	must(t, w.KeyDown("Control"))
	must(t, w.Key("q"))
	must(t, w.KeyUp("Control"))
	must(t, w.Key("r"))
	s := theGame.until(t, "the key r", func(s seen) bool { return slices.Contains(s.keys, ebiten.KeyR) })
	if s.chords[slices.Index(s.keys, ebiten.KeyQ)] != "Control " || s.chords[slices.Index(s.keys, ebiten.KeyR)] != "" {
		t.Errorf("keys %v came with the modifiers %q", s.keys, s.chords)
	}
}

func TestTyping(t *testing.T) {
	w := window(t)
	const text = `Conv1.weight = 0.5e-3; ~/A_b <"x"> {#7}`
	must(t, w.Type(text))
	theGame.until(t, "the text", func(s seen) bool { return s.text == text })
	if err := w.Type("aé"); err == nil || !strings.Contains(err.Error(), `no key "é"`) {
		t.Errorf("a character that the keyboard lacks: %v", err)
	}
	if err := w.Key("Hyper", "Control"); err == nil || !strings.Contains(err.Error(), `no key "Hyper"`) {
		t.Errorf("an unknown key: %v", err)
	}
}

func TestThePointerGoesWhereItIsSent(t *testing.T) {
	w := window(t)
	for range 5 {
		p := image.Pt(rand.IntN(gameW), rand.IntN(gameH))
		must(t, w.Move(p))
		theGame.until(t, fmt.Sprint("the pointer at ", p), func(s seen) bool { return s.cursor == p })
	}
}

func TestClicks(t *testing.T) {
	w := window(t)
	at := []image.Point{{5, 7}, {101, 53}, {gameW - 1, gameH - 1}}
	must(t, w.Click(xtest.Left, at[0]))
	must(t, w.Click(xtest.Right, at[1]))
	must(t, w.Click(xtest.Middle, at[2]))
	s := theGame.until(t, "three clicks", func(s seen) bool { return len(s.ups) == 3 })
	if want := []ebiten.MouseButton{ebiten.MouseButtonLeft, ebiten.MouseButtonRight, ebiten.MouseButtonMiddle}; !slices.Equal(s.buttons, want) {
		t.Errorf("buttons %v, not %v", s.buttons, want)
	}
	if !slices.Equal(s.downs, at) || !slices.Equal(s.ups, at) {
		t.Errorf("pressed at %v and released at %v, not at %v", s.downs, s.ups, at)
	}
}

func TestDragMovesWithTheButtonDown(t *testing.T) {
	w := window(t)
	from, to := image.Pt(20, 160), image.Pt(221, 41)
	must(t, w.Drag(xtest.Left, from, to))
	s := theGame.until(t, "a drag", func(s seen) bool { return len(s.ups) == 1 })
	if s.downs[0] != from || s.ups[0] != to {
		t.Errorf("dragged from %v to %v, not from %v to %v", s.downs, s.ups, from, to)
	}
	rightAndUp := func(a, b image.Point) int { return (a.X - b.X) - (a.Y - b.Y) }
	if len(s.path) < 4 || !slices.IsSortedFunc(s.path, rightAndUp) {
		t.Errorf("on the way the pointer was at %v", s.path)
	}
}

func TestWheel(t *testing.T) {
	w := window(t)
	at := image.Pt(30, 40)
	must(t, w.Wheel(at, 3))
	theGame.until(t, "three clicks of the wheel away", func(s seen) bool { return s.wheel == 3 && s.cursor == at })
	// Ebiten takes a wheel that turns back within 100 ms for a broken one.
	for turned := time.Now(); time.Since(turned) < 150*time.Millisecond; {
		theGame.frames(1)
	}
	must(t, w.Wheel(at, -5))
	theGame.until(t, "five clicks back", func(s seen) bool { return s.wheel == -2 })
}

func TestDroppedFilesArriveWhole(t *testing.T) {
	w, folder := window(t), t.TempDir()
	want := map[string]string{"a cat.png": "meow", "100% ünïcode #1?.txt": "", "c;d&e+f%20.bin": strings.Repeat("x", 70000)}
	var paths []string
	for name, text := range want {
		paths = append(paths, filepath.Join(folder, name))
		must(t, os.WriteFile(paths[len(paths)-1], []byte(text), 0o600))
	}
	at := image.Pt(77, 88)
	must(t, w.Drop(at, paths...))
	s := theGame.until(t, "dropped files", func(s seen) bool { return s.dropped != nil })
	if !maps.Equal(s.dropped, want) {
		t.Errorf("dropped %v", s.dropped)
	}
	if s.cursor != at {
		t.Errorf("dropped at %v, not at %v", s.cursor, at)
	}
}

func TestResizeShowsInTheGameAndOnTheScreen(t *testing.T) {
	w := window(t)
	for _, size := range []image.Point{{411, 233}, {gameW, gameH}} {
		must(t, w.Resize(size.X, size.Y))
		theGame.until(t, fmt.Sprint("the size ", size), func(s seen) bool { return s.size == size })
		shot, err := w.Screenshot()
		must(t, err)
		if shot.Rect != (image.Rectangle{Max: size}) {
			t.Errorf("a screenshot of %v, not of %v", shot.Rect, size)
		}
	}
}

func TestCloseAsksTheProgram(t *testing.T) {
	w := window(t)
	if s := theGame.until(t, "itself", func(seen) bool { return true }); s.closing {
		t.Error("the window is being closed by itself")
	}
	must(t, w.Close())
	theGame.until(t, "that it is to close", func(s seen) bool { return s.closing })
}

func TestScreenshotShowsThePixels(t *testing.T) {
	w := window(t)
	want := image.NewRGBA(image.Rect(0, 0, gameW, gameH))
	draw.Draw(want, want.Rect, image.NewUniform(background), image.Point{}, draw.Src)
	draw.Draw(want, marked, image.NewUniform(markColour), image.Point{}, draw.Src)
	theGame.until(t, "its own picture on the screen", func(seen) bool {
		shot, err := w.Screenshot()
		must(t, err)
		return shot.Rect == want.Rect && bytes.Equal(shot.Pix, want.Pix)
	})
}
