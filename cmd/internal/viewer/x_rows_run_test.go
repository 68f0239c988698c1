package viewer

import (
	"image"
	"image/color"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer/ui"
)

// told fails unless the source was told just these actions since the last time.
func (d *driven) told(what string, want ...scene.Action) (orders []scene.Order) {
	d.Helper()
	orders = d.orders()
	window.ask(func() { d.source.orders = nil })
	var got []scene.Action
	for _, o := range orders {
		got = append(got, o.Do)
	}
	if !slices.Equal(got, want) {
		d.Errorf("%s: orders %v, want %v", what, got, want)
	}
	return orders
}

// withCurves gives a scene two runs of which one has a published result beside it.
func withCurves(s *scene.Scene) {
	r := rand.New(rand.NewPCG(5, 6))
	s.Curves = []*scene.Curve{testCurve(r, 0), testCurve(r, 1)}
	s.Curves[0].References = []scene.Reference{{Name: "a published result", Error: 0.18}}
}

// 18: loss and error over the epochs, with logarithmic axes and smoothing.
func driveCurves(t *testing.T) {
	d := drive(t, "cifar-quick", nil, withCurves)
	d.click("view.curves")
	main := d.panes().main
	d.changes("log epochs", main, func() { d.click("curves.epochs") })
	d.changes("log loss", main, func() { d.click("curves.loss") })
	d.state("both", func(s State) bool { return s.LogEpochs && s.LogLoss })
	d.changes("smoothing", main, func() { d.slide("curves.smoothing", 1) })
	d.state("the slider at its end", func(s State) bool { return s.Smoothing > 0.28 })
	if band := ui.Mix(ui.Dark.Panel, ui.Dark.Series[0], 0.22); where(d.look(), main, about(band)).Dx() < main.Dx()/4 {
		t.Error("no band tells the smallest and the largest")
	}
	loss := d.text("loss")
	d.point(image.Pt(center(main).X, loss.Max.Y+60))
	d.says("epoch ", "run 1, step ", "learning rate 0.01")
}

// about tells whether a colour is about another.
func about(c color.RGBA) func(color.RGBA) bool {
	return func(d color.RGBA) bool { return apart(c, d) <= 3 }
}

// Runs compared: each in its colour, with published results and the time that is
// left; one that is not wanted is hidden.
func driveRuns(t *testing.T) {
	d := drive(t, "cifar-quick", at(scene.CurvesView), withCurves)
	d.says("run 1", "run 2", "a published result 18.0 %", "7 min 0 s left")
	plots := d.panes().main
	plots.Min.Y = d.text("loss").Min.Y
	for run, hidden := range []bool{false, true} {
		if hidden {
			d.click("view.run.0")
		}
		if lines := inked(d.look(), plots, ui.Dark.Series[0]) > 50; lines == hidden {
			t.Errorf("%d: run 1 is hidden: %v, and its line is drawn: %v", run, hidden, lines)
		}
		if inked(d.look(), plots, ui.Dark.Series[1]) < 50 {
			t.Error("the line of run 2 is not drawn")
		}
	}
	d.click("view.run.0")
	if inked(d.look(), plots, ui.Dark.Series[0]) < 50 {
		t.Error("run 1 does not come back")
	}
}

// 19: play, pause, one step; and a checkpoint when it is wanted.
func drivePlay(t *testing.T) {
	d := drive(t, "cifar-quick", nil, nil)
	d.key("space", "t", "ctrl+s")
	d.told("Space, t and Ctrl S", scene.Pause, scene.StepOnce, scene.Save)
	d.changes("the run pauses", d.panes().controls, func() {
		d.publish(func(s *scene.Scene) { r := *s.Run; r.State = scene.Paused; s.Run = &r })
	})
	if inked(d.look(), d.box("run.play"), ui.Dark.Accent) == 0 {
		t.Error("that the run is paused does not stand out")
	}
	d.says("Play", "paused")
	for _, button := range []string{"run.play", "run.step", "run.save"} {
		d.click(button)
	}
	d.told("the buttons", scene.Play, scene.StepOnce, scene.Save)
	d.publish(func(s *scene.Scene) { r := *s.Run; r.State, r.Live = scene.Finished, false; s.Run = &r })
	d.key("space", "t")
	d.told("a finished run")
	d.says("finished")
}

// 20: hyperparameters, changed while the network learns.
func driveSettings(t *testing.T) {
	d := drive(t, "cifar-quick", nil, func(s *scene.Scene) { r := *s.Run; r.Decay = math.NaN(); s.Run = &r })
	d.changes("a slider", d.box("run.learning rate"), func() { d.slide("run.learning rate", 1) })
	if got := d.told("the learning rate", scene.SetRate); len(got) == 1 && (got[0].Value < 0.5 || got[0].Value > 1) {
		t.Errorf("at the end of the slider the learning rate is %g", got[0].Value)
	}
	d.changes("the wheel", d.box("run.momentum"), func() { d.turn("run.momentum", -2) })
	for _, o := range d.told("the wheel on momentum", scene.SetMomentum) {
		if o.Value >= 0.9 {
			t.Errorf("the wheel down sets momentum to %g", o.Value)
		}
	}
	d.click("run.dropout keep")
	d.told("a click on dropout", scene.SetKeep)
	d.key("Right")
	d.told("an arrow on the slider that has the keyboard", scene.SetKeep)
	d.turn("run.weight decay", 3)
	d.told("weight decay of a network without")
}

// 21: filters that change while the network learns, unless they are to stay.
func driveLearning(t *testing.T) {
	d := drive(t, "cifar-quick", nil, nil)
	main := d.panes().main
	learn := func(step int) func() {
		return func() {
			d.publish(func(s *scene.Scene) {
				s.Weights = testWeights(rand.New(rand.NewPCG(uint64(step), 0)), s.Network.Net)
				s.Weights.Step = step
			})
		}
	}
	d.changes("other weights", main, learn(1201))
	d.says("step 1,201")
	d.key("2", "f")
	d.state("f", func(s State) bool { return s.Freeze })
	d.keeps("what is frozen", main, learn(1202))
	if !d.want().Freeze {
		t.Error("the source goes on to compute answers")
	}
	d.key("Escape")
	d.state("Esc", func(s State) bool { return !s.Freeze })
}

// Every view travels through the training's time.
func driveScrubber(t *testing.T) {
	d := drive(t, "cifar-quick", nil, nil)
	d.changes("[", d.panes().scrubber, func() { d.key("[") })
	if got := d.want().Checkpoint; got != 2 {
		t.Errorf("the checkpoint before the last is wanted as %d", got)
	}
	d.says("step 900, 3 of 4 …")
	d.changes("its weights", d.panes().main, func() {
		d.publish(func(s *scene.Scene) {
			s.Weights = testWeights(rand.New(rand.NewPCG(9, 9)), s.Network.Net)
			s.Weights.Step = 900
			series := *s.Series
			series.Current = 2
			s.Series = &series
		})
	})
	d.says("step 900, 3 of 4")
	r := d.box("scrub")
	d.drag(center(r), image.Pt(r.Min.X+1, center(r).Y))
	d.state("the knob at the left end", func(s State) bool { return s.Checkpoint == 0 })
	d.key("]")
	d.state("]", func(s State) bool { return s.Checkpoint == 1 })
	d.click("scrub.newest")
	d.state("the newest", func(s State) bool { return s.Checkpoint == scene.Newest })
}
