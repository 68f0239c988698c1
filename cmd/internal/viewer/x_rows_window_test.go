package viewer

import (
	"bytes"
	"image"
	"image/png"
	"testing"

	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer/ui"
	"tandem/cmd/internal/xtest"
)

// 24: a text that reopens this very view: another window shows the same picture.
func driveLink(t *testing.T) {
	d := drive(t, "cifar-quick", nil, nil)
	d.key("2", "o", "Right", "c", "+", "s", "b", "g", "[", "x", "y")
	first := d.look()
	d.click("link")
	if n := len(d.services.links); n != 2 || d.services.links[0] != d.services.links[1] {
		t.Fatalf("key and button give %q", d.services.links)
	}
	state, err := ParseState(d.services.links[0])
	must(t, err)
	use(t, d.source, state, small)
	if b := differ(first, window.picture(), first.Rect); !b.Empty() {
		t.Errorf("%s shows another picture when it is reopened, in %v", d.services.links[0], b)
	}
}

// 25: what is on screen as a PNG, a curve as CSV.
func driveExport(t *testing.T) {
	d := drive(t, "cifar-quick", at(scene.CurvesView), withCurves)
	shown := d.look()
	d.key("p")
	window.frames(2)
	got, err := png.Decode(bytes.NewReader(d.services.exports["tandem-curves.png"]))
	must(t, err)
	if got.Bounds() != shown.Rect {
		t.Fatalf("a picture of %v is written of a window of %v", got.Bounds(), shown.Rect)
	}
	written := image.NewRGBA(shown.Rect)
	each(shown.Rect, func(x, y int) { written.Set(x, y, got.At(x, y)) })
	if b := differ(shown, written, shown.Rect); !b.Empty() {
		t.Errorf("what is written is not what is on screen, in %v", b)
	}
	d.click("curves.csv")
	if got, want := d.services.exports["curve-run-1.csv"], curveCSV(d.source.Scene().Curves[0]); !bytes.Equal(got, want) {
		t.Errorf("a curve of %d bytes is written, want %d", len(got), len(want))
	}
}

// 26: help on screen, which takes mouse and keys until it is closed.
func driveHelp(t *testing.T) {
	d := drive(t, "cifar-quick", nil, nil)
	before, main := d.look(), d.panes().main
	d.key("h")
	d.says("Keys and mouse", "another unit", "Drop an image")
	if n := inked(d.look(), d.panes().bar, ui.Dark.Ink); n > 0 {
		t.Errorf("%d pixels of what is below are as bright as before", n)
	}
	d.press(xtest.Left, center(main).Add(image.Pt(0, 40)))
	d.away()
	d.state("a click on what is below", func(s State) bool { return s.Unit.Channel == 0 && s.View == scene.Filters })
	d.key("Escape")
	if b := differ(before, d.look(), before.Rect); !b.Empty() {
		t.Errorf("after Esc %v is not as before", b)
	}
	d.changes("the button", main, func() { d.click("help") })
	d.click("help.close")
	if b := differ(before, d.look(), main); !b.Empty() {
		t.Errorf("after the button to close, %v is not as before", b)
	}
}
