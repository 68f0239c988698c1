package viewer

import (
	"image"
	"math"
	"strconv"

	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer/ui"
)

// drawControls draws what the user can do to a run.
func (v *Viewer) drawControls(f *ui.Frame) {
	b := f.Bounds
	why := v.offBecause()
	buttons := image.Rect(b.Min.X, b.Min.Y, b.Max.X, b.Min.Y+22)
	v.drawRunButtons(f, buttons, why)
	rest := image.Rect(b.Min.X, buttons.Max.Y+4, b.Max.X, b.Max.Y)
	if why != "" {
		h := f.Paragraph(rest, why, ui.Style{Size: ui.SmallSize, Color: f.Theme.Dim})
		rest.Min.Y += h
	}
	height := min(rest.Dy()/len(settings), 26)
	for i, s := range settings {
		y := rest.Min.Y + i*height
		if height < 12 {
			break
		}
		v.drawSetting(f, image.Rect(rest.Min.X, y, rest.Max.X, y+height), i, s, why)
	}
}

// offBecause says why a run takes no orders, "" if it does.
func (v *Viewer) offBecause() string {
	r := v.scene.Run
	switch {
	case r == nil:
		return "Nothing is being trained."
	case r.State == scene.Finished:
		return "The run is finished: nothing can be changed any more."
	case r.State == scene.Failed:
		return "The run has failed; the message in the window says why."
	case !r.Live:
		return "Another program trains this network, and takes no orders."
	}
	return ""
}

func (v *Viewer) drawRunButtons(f *ui.Frame, r image.Rectangle, why string) {
	off := why != ""
	play := ui.Button{ID: "run.play", Label: "Pause", Off: off, Tip: "holds the training (Space)"}
	if !off && v.scene.Run.State == scene.Paused {
		play.Label, play.On, play.Tip = "Play", true, "goes on training (Space)"
	}
	row := []ui.Button{
		play,
		{ID: "run.step", Label: "Step", Off: off, Tip: "takes one training step, and pauses (t)"},
		{ID: "run.save", Label: "Save now", Off: off, Tip: "writes a checkpoint after this step (Ctrl S)"},
	}
	switch pressed, _ := f.Row(r, row); pressed {
	case 0:
		v.togglePlay()
	case 1:
		v.order(scene.StepOnce)
	case 2:
		v.order(scene.Save)
	}
}

// setting is a figure of a run that the user can change while it trains.
type setting struct {
	label    string
	do       scene.Action
	of       func(*scene.Run) float64
	min, max float64
	log      bool
	tip      string
	missing  string // why it can be NaN
}

var settings = [...]setting{
	{"learning rate", scene.SetRate, func(r *scene.Run) float64 { return r.Rate }, 1e-6, 1, true,
		"how far a step goes down the slope; the schedule goes on from here in proportion", "the run has no learning rate yet"},
	{"momentum", scene.SetMomentum, func(r *scene.Run) float64 { return r.Momentum }, 0, 0.999, false,
		"the share of the last update that the next one keeps", "the run has no momentum yet"},
	{"weight decay", scene.SetDecay, func(r *scene.Run) float64 { return r.Decay }, 1e-7, 1e-1, true,
		"pulls weights towards zero", "this network has no weight decay"},
	{"dropout keep", scene.SetKeep, func(r *scene.Run) float64 { return r.Keep }, 0.05, 1, false,
		"the probability with which dropout keeps a unit", "this network has no dropout"},
}

// drawSetting draws a slider, and sends an order when the user has let go of it.
func (v *Viewer) drawSetting(f *ui.Frame, r image.Rectangle, i int, s setting, why string) {
	has, k := math.NaN(), &v.panes.knobs[i]
	if v.scene.Run != nil {
		has = s.of(v.scene.Run)
	}
	if math.IsNaN(has) {
		why = s.missing
	}
	slider := ui.Slider{ID: "run." + s.label, Label: s.label, Min: s.min, Max: s.max, Log: s.log, Tip: s.tip, Format: digits}
	if why != "" {
		*k = knob{}
		drawSettingOff(f, r, slider, has, why)
		return
	}
	slider.Value = k.shows(has, v.scene.Run.Step)
	value, changed := f.Slider(r, slider)
	if value = significant(value); changed && value != slider.Value {
		k.turn(value)
		f.Again(1)
	}
	if k.turned && !f.In.Down {
		k.send(v.scene.Run.Step)
		v.source.Tell(scene.Order{Do: s.do, Value: k.value})
	}
}

// drawSettingOff draws a slider that cannot be moved, and says why.
func drawSettingOff(f *ui.Frame, r image.Rectangle, slider ui.Slider, has float64, why string) {
	slider.Off, slider.Value = true, slider.Min
	if !math.IsNaN(has) {
		slider.Value = has
	}
	slider.Format = func(float64) string { return digits(has) }
	f.Slider(r, slider)
	if f.Hover(r) {
		f.Tip(why)
	}
}

// digits writes a setting, as short as can be.
func digits(v float64) string {
	if math.IsNaN(v) {
		return number(v)
	}
	return strconv.FormatFloat(v, 'g', 3, 64)
}

// significant rounds to the digits that are shown: what people read is what the
// run gets.
func significant(v float64) float64 {
	rounded, _ := strconv.ParseFloat(digits(v), 64)
	return rounded
}

// knob is what the user has set a slider to and the run does not have yet.
type knob struct {
	value  float64
	turned bool // not told yet: the button is still down
	told   bool // the order is on its way
	step   int  // of the run when it was told
}

// patience is after how many steps a run that shows another value has its own
// reasons: it has turned the order down, say, or its schedule has gone on.
const patience = 3

// shows returns what the slider is to show of a run that has a value at a step.
func (k *knob) shows(has float64, step int) float64 {
	if k.told && (math.Abs(has-k.value) <= 1e-4*math.Abs(k.value) || step > k.step+patience || step < k.step) {
		k.told = false
	}
	if k.turned || k.told {
		return k.value
	}
	return has
}

func (k *knob) turn(value float64) { k.value, k.turned = value, true }

func (k *knob) send(step int) { k.turned, k.told, k.step = false, true, step }
