package ui

import (
	"image"
	"math"
)

// Slider is a number to set between two others. With Log set, equal ways are equal
// factors, and Min must be above 0.
type Slider struct {
	ID, Label     string
	Value         float64
	Min, Max      float64
	Log           bool
	Off           bool
	Tip           string
	Format        func(float64) string
	Notch         float64 // share of the way that a notch of the wheel or an arrow key moves; 0: 0.05
	HideLabelText bool
}

// labelShare is the part of a slider's width that its label and its value take.
const labelShare = 0.62

// TrackEnd is the room right of a slider's track, in logical pixels.
const TrackEnd = 6

// Slider draws a slider: label, value, track. It returns the new value and whether
// the user has changed it.
func (f *Frame) Slider(r image.Rectangle, s Slider) (float64, bool) {
	if s.ID == "" {
		s.ID = s.Label
	}
	value := s.Format(s.Value)
	hover, _, focused := f.add(Control{ID: s.ID, Role: "slider", Label: s.Label, Value: value, Off: s.Off, Rect: r})
	track := f.sliderText(r, s, value)
	next := s.share(s.Value)
	notch := s.Notch
	if notch == 0 {
		notch = 0.05
	}
	if f.dragged(s.ID) && track.Dx() > 0 {
		next = float64(f.In.Mouse.X-track.Min.X) / float64(track.Dx())
	}
	if !s.Off {
		next -= notch * float64(f.Wheel(r).Y)
	}
	if focused && f.Key("Right", "Up") {
		next += notch
	}
	if focused && f.Key("Left", "Down") {
		next -= notch
	}
	next = min(max(next, 0), 1)
	f.drawTrack(track, next, s.Off, focused)
	if hover && s.Tip != "" {
		f.Tip(s.Tip)
	}
	return s.at(next), next != s.share(s.Value)
}

// sliderText draws label and value, and returns where the track goes.
func (f *Frame) sliderText(r image.Rectangle, s Slider, value string) image.Rectangle {
	ink := f.Theme.Ink
	if s.Off {
		ink = f.Theme.Dim
	}
	track := r
	if !s.HideLabelText {
		cut := r.Min.X + int(labelShare*float64(r.Dx()))
		w := f.Measure(value, Style{Size: 12})
		f.Text(image.Rect(r.Min.X, r.Min.Y, cut-w-6, r.Max.Y), s.Label, Style{Size: 12, Color: f.Theme.Dim})
		f.Text(image.Rect(cut-w-4, r.Min.Y, cut-2, r.Max.Y), value, Style{Size: 12, Color: ink, Align: Right})
		track.Min.X = cut + 6
	}
	track.Max.X -= TrackEnd
	return track
}

func (f *Frame) drawTrack(t image.Rectangle, share float64, off, focused bool) {
	y := (t.Min.Y + t.Max.Y) / 2
	x := t.Min.X + int(share*float64(t.Dx()))
	knob := f.Theme.Accent
	if off {
		knob = f.Theme.Line
	}
	f.Fill(image.Rect(t.Min.X, y-1, t.Max.X, y+1), f.Theme.Line)
	f.Fill(image.Rect(t.Min.X, y-1, x, y+1), knob)
	f.Dot(Point{float64(x), float64(y)}, 5, knob)
	if focused {
		f.Stroke(image.Rect(x-7, y-7, x+7, y+7), f.Theme.Ink)
	}
}

// share returns where between Min and Max a value lies.
func (s Slider) share(v float64) float64 {
	if s.Log {
		return min(max(math.Log(max(v, s.Min)/s.Min)/math.Log(s.Max/s.Min), 0), 1)
	}
	return min(max((v-s.Min)/(s.Max-s.Min), 0), 1)
}

// at is the inverse of share.
func (s Slider) at(t float64) float64 {
	if s.Log {
		return s.Min * math.Pow(s.Max/s.Min, t)
	}
	return s.Min + t*(s.Max-s.Min)
}
