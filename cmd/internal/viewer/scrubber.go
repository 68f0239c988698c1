package viewer

import (
	"fmt"
	"image"
	"math"
	"time"

	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer/ui"
)

// scrubState is whether checkpoints are being shown one after the other, and when
// the next one is due.
type scrubState struct {
	playing bool
	next    time.Time
}

// scrubPause is how long each checkpoint stays while they play.
const scrubPause = 700 * time.Millisecond

// drawScrubber draws the run's checkpoints as a slider.
func (v *Viewer) drawScrubber(f *ui.Frame) {
	s := v.scene.Series
	if len(s.Steps) == 0 {
		f.Text(f.Bounds, "no checkpoint was written yet", ui.Style{Color: f.Theme.Dim})
		return
	}
	v.scrubKeys(f)
	v.playOn(f)
	b := f.Bounds
	play := ui.Button{ID: "scrub.play", Label: "play", On: v.panes.scrub.playing, Off: len(s.Steps) < 2, Tip: "shows all checkpoints one after the other"}
	if f.Button(image.Rect(b.Min.X, b.Min.Y, b.Min.X+40, b.Max.Y), play) {
		v.togglePlayback()
		f.Again(1)
	}
	newest := ui.Button{ID: "scrub.newest", Label: "newest", On: v.State.Checkpoint == scene.Newest, Tip: "always shows the newest weights"}
	if f.Button(image.Rect(b.Min.X+44, b.Min.Y, b.Min.X+98, b.Max.Y), newest) {
		v.scrub(scene.Newest)
	}
	label := v.scrubLabel()
	small := ui.Style{Size: ui.SmallSize, Color: f.Theme.Dim, Align: ui.Right}
	left := b.Max.X - f.Measure(label, small)
	f.Text(image.Rect(left, b.Min.Y, b.Max.X, b.Max.Y), label, small)
	v.drawScrubSlider(f, image.Rect(b.Min.X+110, b.Min.Y, left-6, b.Max.Y))
}

// scrub shows a checkpoint, and ends the playing.
func (v *Viewer) scrub(to int) {
	v.State.Checkpoint = to
	v.panes.scrub.playing = false
}

// shownCheckpoint returns the number of the one that the user has chosen.
func (v *Viewer) shownCheckpoint() int {
	last := len(v.scene.Series.Steps) - 1
	if v.State.Checkpoint == scene.Newest {
		return last
	}
	return clamp(v.State.Checkpoint, 0, last)
}

func (v *Viewer) scrubKeys(f *ui.Frame) {
	last := len(v.scene.Series.Steps) - 1
	for _, k := range []struct {
		name string
		to   func(at int) int
	}{
		{"[", func(at int) int { return at - 1 }},
		{"]", func(at int) int { return at + 1 }},
		{"{", func(int) int { return 0 }},
		{"}", func(int) int { return last }},
	} {
		if f.Key(k.name) {
			v.scrub(clamp(k.to(v.shownCheckpoint()), 0, last))
		}
	}
}

// scrubLabel says which checkpoint is on show, or is about to be.
func (v *Viewer) scrubLabel() string {
	s, at := v.scene.Series, v.shownCheckpoint()
	label := fmt.Sprintf("%s, %d of %d", atStep(s.Steps[at]), at+1, len(s.Steps))
	if v.State.Checkpoint != scene.Newest && s.Current != at {
		label += " …"
	}
	return label
}

func (v *Viewer) drawScrubSlider(f *ui.Frame, r image.Rectangle) {
	const leastGap = 3 // between ticks, in logical pixels
	last := len(v.scene.Series.Steps) - 1
	track := image.Rect(r.Min.X, r.Min.Y, r.Max.X-ui.TrackEnd, r.Max.Y)
	if last > 0 && track.Dx() >= leastGap*last {
		for i := range last + 1 {
			x := track.Min.X + i*track.Dx()/last
			f.Fill(image.Rect(x, r.Min.Y+4, x+1, r.Max.Y-4), f.Theme.Line)
		}
	}
	next, changed := f.Slider(r, ui.Slider{
		ID: "scrub", Label: "checkpoint", HideLabelText: true, Off: last == 0,
		Value: float64(v.shownCheckpoint()), Max: float64(max(1, last)), Notch: 1 / float64(max(1, last)),
		Format: func(float64) string { return v.scrubLabel() }, Tip: "checkpoints of the run: [ and ] for the one before and the next, { and } for the first and the last",
	})
	if to := int(math.Round(next)); changed && to != v.shownCheckpoint() {
		v.scrub(to)
	}
}

// togglePlayback starts to show all checkpoints, from the first where the last is
// on show, or stops.
func (v *Viewer) togglePlayback() {
	p := &v.panes.scrub
	p.playing = !p.playing
	if !p.playing {
		return
	}
	at := v.shownCheckpoint()
	if at == len(v.scene.Series.Steps)-1 {
		at = 0
	}
	v.State.Checkpoint, p.next = at, time.Now().Add(scrubPause)
}

// playOn shows the next checkpoint when it is due and the one before it has
// arrived.
func (v *Viewer) playOn(f *ui.Frame) {
	p := &v.panes.scrub
	if !p.playing {
		return
	}
	if now := time.Now(); !now.Before(p.next) && v.scene.Series.Current == v.shownCheckpoint() {
		p.next = now.Add(scrubPause)
		v.State.Checkpoint = v.shownCheckpoint() + 1
	}
	if v.State.Checkpoint >= len(v.scene.Series.Steps)-1 {
		v.scrub(len(v.scene.Series.Steps) - 1)
		return
	}
	f.Again(max(1, min(time.Until(p.next), scrubPause)))
}
