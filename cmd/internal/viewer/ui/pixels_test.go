package ui

import (
	"image"
	"math/rand/v2"
	"testing"
)

// The bands of a part cover it once, none is too large for a texture, and a band that
// is wholly in view is the same however far the picture is scrolled.
func TestBandsCoverAPart(t *testing.T) {
	whole := image.Rect(3, 5, 703, 9005)
	for range 50 {
		src := image.Rect(3+rand.IntN(300), 5+rand.IntN(8000), 400+rand.IntN(303), 8005+rand.IntN(1000))
		at := src.Min.Y
		for _, b := range bands(whole, src) {
			if b.Min.Y != at || b.Min.X != src.Min.X || b.Max.X != src.Max.X || b.Dy() > band {
				t.Fatalf("band %v of %v begins at %d", b, src, at)
			}
			if at = b.Max.Y; at != src.Max.Y && (at-whole.Min.Y)%band != 0 {
				t.Fatalf("band %v of %v ends where others do not", b, src)
			}
		}
		if at != src.Max.Y {
			t.Fatalf("%v is drawn to %d", src, at)
		}
	}
}

func TestSmallPicturesStayWhole(t *testing.T) {
	if got := bands(image.Rect(0, 0, 100, maxTexture), image.Rect(1, 2, 3, 4)); len(got) != 1 || got[0] != image.Rect(1, 2, 3, 4) {
		t.Errorf("%v", got)
	}
}

// A popup lies inside the window, and what it covers is not reported any more.
func TestPopupIsOnTop(t *testing.T) {
	var u UI
	f := u.Begin(nil, image.Pt(300, 200), 1, Dark, Input{})
	pane := f.Clip(image.Rect(200, 100, 300, 200))
	pane.Text(pane.Bounds, "covered", Style{})
	pane.Popup(image.Rect(250, 150, 400, 260), func(p *Frame) { p.Text(p.Bounds, "above", Style{}) })
	f.End()
	if len(f.Texts) != 1 || f.Texts[0].Text != "above" || !f.Texts[0].Rect.In(image.Rect(150, 90, 300, 200)) {
		t.Errorf("%+v", f.Texts)
	}
}
