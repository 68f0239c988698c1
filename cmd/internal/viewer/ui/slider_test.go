package ui

import (
	"fmt"
	"image"
	"testing"
)

// A button that goes down and comes up within one frame sets a slider, too.
func TestAShortClickSetsASlider(t *testing.T) {
	var u UI
	f := u.Begin(nil, image.Pt(400, 100), 1, Dark, Input{Mouse: image.Pt(203, 10), Pressed: true, Released: true})
	next, changed := f.Slider(image.Rect(0, 0, 400+TrackEnd, 20), Slider{ID: "s", HideLabelText: true, Max: 1, Format: func(v float64) string { return fmt.Sprint(v) }})
	if f.End(); !changed || next < 0.49 || next > 0.51 {
		t.Errorf("a click in the middle sets %g, changed %v", next, changed)
	}
}
