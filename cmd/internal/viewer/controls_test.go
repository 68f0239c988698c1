package viewer

import (
	"image"
	"math"
	"slices"
	"testing"

	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer/ui"
)

// training is a viewer of a live run, with what a test needs to play the run.
type training struct {
	*testing.T
	*Viewer
	source *fixture
}

func newTraining(t *testing.T, change func(*scene.Run)) *training {
	source := newFixture(t, "cifar-quick")
	source.Update(func(s *scene.Scene) { s.Notices = nil }) // they would lie over the sliders
	v, _ := viewing(source, scene.Filters)
	tr := &training{t, v, source}
	tr.run(change)
	return tr
}

// run publishes a changed run.
func (t *training) run(change func(*scene.Run)) {
	t.source.Update(func(s *scene.Scene) {
		next := *s.Run
		change(&next)
		s.Run = &next
	})
}

func (t *training) frame(in ui.Input) *ui.Frame { return frame(t.Viewer, 800, 600, in) }

func (t *training) control(name string) ui.Control {
	t.Helper()
	return control(t.T, t.frame(typed()), name)
}

// track returns a place on a slider's track, where the toolkit draws it.
func (t *training) track(name string, share float64) image.Point {
	r := t.control(name).Rect
	left, right := r.Min.X+r.Dx()*62/100+6, r.Max.X-ui.TrackEnd
	return image.Pt(left+int(share*float64(right-left)), centre(r).Y)
}

func nothing(*scene.Run) {}

func TestRunButtons(t *testing.T) {
	tr := newTraining(t, nothing)
	click := func(name string) {
		tr.frame(press(tr.control(name).Rect))
		tr.frame(ui.Input{Released: true})
	}
	for _, name := range []string{"run.play", "run.step", "run.save"} {
		click(name)
	}
	tr.run(func(r *scene.Run) { r.State = scene.Paused })
	if c := tr.control("run.play"); c.Label != "Play" {
		t.Errorf("of a paused run the button says %q", c.Label)
	}
	click("run.play")
	var did []scene.Action
	for _, o := range tr.source.orders {
		did = append(did, o.Do)
	}
	if want := []scene.Action{scene.Pause, scene.StepOnce, scene.Save, scene.Play}; !slices.Equal(did, want) {
		t.Errorf("orders %v, want %v", did, want)
	}
}

// A drag is one order, when the button comes up; meanwhile, and until the run has
// it, the slider shows what the user wants.
func TestADragIsOneOrder(t *testing.T) {
	for i, s := range settings {
		tr := newTraining(t, nothing)
		id := "run." + s.label
		for step, at := range []image.Point{tr.track(id, 0.2), tr.track(id, 0.4), tr.track(id, 0.6), tr.track(id, 0.8)} {
			tr.frame(ui.Input{Mouse: at, Pressed: step == 0, Down: true})
			tr.run(func(r *scene.Run) { r.Step++ })
		}
		if len(tr.source.orders) > 0 {
			t.Fatalf("%s: %d orders before the button is up", s.label, len(tr.source.orders))
		}
		tr.frame(ui.Input{Released: true})
		if len(tr.source.orders) != 1 || tr.source.orders[0].Do != s.do {
			t.Fatalf("%s: orders %v", s.label, tr.source.orders)
		}
		sent := tr.source.orders[0].Value
		want := s.min + 0.8*(s.max-s.min)
		tolerance := 0.02 * (s.max - s.min)
		if s.log {
			want = s.min * math.Pow(s.max/s.min, 0.8)
			tolerance = 0.3 * want
		}
		if math.Abs(sent-want) > tolerance {
			t.Errorf("%s: %g sent, want about %g", s.label, sent, want)
		}
		if got := tr.control(id).Value; got != digits(sent) {
			t.Errorf("%s: the slider shows %s, want %s though the run has its old value", s.label, got, digits(sent))
		}
		obeyed := sent
		tr.run(func(r *scene.Run) {
			*[]*float64{&r.Rate, &r.Momentum, &r.Decay, &r.Keep}[i] = obeyed
		})
		tr.frame(typed())
		tr.run(func(r *scene.Run) {
			*[]*float64{&r.Rate, &r.Momentum, &r.Decay, &r.Keep}[i] = s.min
		})
		if got := tr.control(id).Value; got != digits(s.min) {
			t.Errorf("%s: the slider shows %s, want the run's own %s", s.label, got, digits(s.min))
		}
		if len(tr.source.orders) != 1 {
			t.Errorf("%s: %d orders for one drag", s.label, len(tr.source.orders))
		}
	}
}

// A second order before the first has arrived is not taken back when it does.
func TestTwoOrdersOnTheirWay(t *testing.T) {
	tr := newTraining(t, nothing)
	for _, share := range []float64{0.3, 0.7} {
		tr.frame(ui.Input{Mouse: tr.track("run.learning rate", share), Pressed: true, Down: true})
		tr.frame(ui.Input{Released: true})
	}
	if len(tr.source.orders) != 2 {
		t.Fatalf("%d orders, want 2", len(tr.source.orders))
	}
	tr.run(func(r *scene.Run) { r.Step, r.Rate = r.Step+1, tr.source.orders[0].Value })
	if got, want := tr.control("run.learning rate").Value, digits(tr.source.orders[1].Value); got != want {
		t.Errorf("the slider shows %s, want the newer %s", got, want)
	}
}

func TestARunThatDoesNotObeyIsBelieved(t *testing.T) {
	tr := newTraining(t, nothing)
	tr.frame(ui.Input{Mouse: tr.track("run.momentum", 0.1), Pressed: true, Down: true})
	tr.frame(ui.Input{Released: true})
	tr.run(func(r *scene.Run) { r.Step += patience + 1 })
	if got := tr.control("run.momentum").Value; got != "0.9" {
		t.Errorf("the slider shows %s, want the run's 0.9", got)
	}
}

func TestWheelAndKeysMoveSliders(t *testing.T) {
	tr := newTraining(t, nothing)
	at := centre(tr.control("run.dropout keep").Rect)
	tr.frame(ui.Input{Mouse: at, Wheel: image.Pt(0, -1)})
	tr.frame(ui.Input{Mouse: at})
	if len(tr.source.orders) != 1 || tr.source.orders[0].Do != scene.SetKeep || tr.source.orders[0].Value <= 0.5 {
		t.Fatalf("orders after a notch up: %v", tr.source.orders)
	}
	for range 200 {
		if c := tr.frame(typed("Tab")); len(c.Controls) == 0 {
			t.Fatal("nothing to move to")
		}
		tr.frame(typed("Right"))
		if n := len(tr.source.orders); n > 1 {
			break
		}
	}
	if o := tr.source.orders[len(tr.source.orders)-1]; len(tr.source.orders) != 2 || o.Do != scene.SetRate || o.Value <= 0.01 {
		t.Errorf("orders after Tab and Right: %v, want a higher rate", tr.source.orders)
	}
}

func TestWhatANetworkLacksIsOff(t *testing.T) {
	tr := newTraining(t, func(r *scene.Run) { r.Keep, r.Decay = math.NaN(), math.NaN() })
	for id, why := range map[string]string{"run.dropout keep": "no dropout", "run.weight decay": "no weight decay"} {
		c := tr.control(id)
		if !c.Off || c.Value != "–" {
			t.Errorf("%s: off %v, value %q", id, c.Off, c.Value)
		}
		if f := tr.frame(ui.Input{Mouse: centre(c.Rect)}); !hasText(f, why) {
			t.Errorf("%s: the tip does not say %q", id, why)
		}
		tr.frame(ui.Input{Mouse: tr.track(id, 0.5), Pressed: true, Down: true})
		tr.frame(ui.Input{Released: true})
		tr.frame(ui.Input{Mouse: tr.track(id, 0.5), Wheel: image.Pt(0, 1)})
	}
	if len(tr.source.orders) > 0 {
		t.Errorf("orders %v", tr.source.orders)
	}
}

func TestARunThatIsOverTakesNoOrders(t *testing.T) {
	for state, why := range map[scene.RunState]string{scene.Finished: "finished", scene.Failed: "failed"} {
		tr := newTraining(t, func(r *scene.Run) { r.State = state })
		f := tr.frame(typed())
		checkTexts(t, f)
		if !hasText(f, why) {
			t.Errorf("nothing says that the run is %s", why)
		}
		for _, id := range []string{"run.play", "run.step", "run.save", "run.learning rate", "run.momentum", "run.weight decay", "run.dropout keep"} {
			if !control(t, f, id).Off {
				t.Errorf("%v: %s can be operated", state, id)
			}
		}
	}
}

func TestControlsFitTheLeastPane(t *testing.T) {
	tr := newTraining(t, func(r *scene.Run) { r.Rate, r.Decay, r.Momentum = 1.23e-6, 1.23e-7, 0.123 })
	tr.scene = tr.source.Scene()
	var u ui.UI
	for _, why := range []scene.RunState{scene.Training, scene.Paused, scene.Finished} {
		tr.run(func(r *scene.Run) { r.State = why })
		tr.scene = tr.source.Scene()
		f := u.Begin(nil, image.Pt(232, 124), 1, ui.Dark, ui.Input{})
		tr.drawControls(f.Clip(f.Bounds.Inset(4)))
		f.End()
		checkTexts(t, f)
		for _, text := range f.Texts {
			if text.Cut {
				t.Errorf("%v: %q is cut", why, text.Text)
			}
		}
		if n := len(f.Controls); n != 7 {
			t.Errorf("%v: %d controls, want 3 buttons and 4 sliders", why, n)
		}
		for _, c := range f.Controls {
			if !c.Rect.In(f.Bounds) {
				t.Errorf("%v: %s at %v leaves the pane", why, c.ID, c.Rect)
			}
		}
	}
}
