package viewer

import (
	stdbytes "bytes"
	"encoding/csv"
	"fmt"
	"image"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer/ui"
)

// newRand returns a generator with a fresh seed, which it logs.
func newRand(t *testing.T) *rand.Rand {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	return rand.New(rand.NewPCG(seed, 0))
}

// viewing returns a viewer of a fixture that shows a view.
func viewing(source *fixture, view scene.View) (*Viewer, *services) {
	var s services
	v := New(source, &s, NewState())
	v.State.View = view
	return v, &s
}

// centre returns the middle of a rectangle.
func centre(r image.Rectangle) image.Point { return r.Min.Add(r.Max).Div(2) }

func hasText(f *ui.Frame, part string) bool {
	return slices.ContainsFunc(f.Texts, func(t ui.Text) bool { return strings.Contains(t.Text, part) })
}

// broken is a run as one that went wrong may leave it: nothing, NaN, infinities, a
// long name, results beside each other.
func broken(r *rand.Rand, n int) *scene.Curve {
	c := &scene.Curve{Name: strings.Repeat("a long name ", r.IntN(20)) + strconv.Itoa(n)}
	odd := []float64{math.NaN(), math.Inf(1), math.Inf(-1), 0, -3, 1e300, 0.5, 0.25}
	pick := func() float64 { return odd[r.IntN(len(odd))] }
	for i := range r.IntN(30) {
		c.Steps = append(c.Steps, scene.CurvePoint{Step: i, Epoch: float64(i) / 10, Loss: pick(), Error: pick(), Rate: pick()})
	}
	for i := range r.IntN(5) {
		c.Validations = append(c.Validations, scene.Validation{Step: 10 * i, Epoch: float64(i), Loss: pick(), Top1: pick(), Top5: pick()})
	}
	for i := range r.IntN(6) {
		c.References = append(c.References, scene.Reference{Name: strings.Repeat("result ", 1+r.IntN(9)) + strconv.Itoa(i), Error: pick()})
	}
	return c
}

func TestAnyRunsAreDrawnWithinTheirPanes(t *testing.T) {
	rng, source := newRand(t), newFixture(t, "cifar-quick")
	for range 40 {
		source.Update(func(s *scene.Scene) {
			s.Curves = nil
			for i := range rng.IntN(9) {
				s.Curves = append(s.Curves, broken(rng, i))
			}
		})
		v, _ := viewing(source, scene.CurvesView)
		v.State.LogEpochs, v.State.LogLoss, v.State.Smoothing = rng.IntN(2) == 0, rng.IntN(2) == 0, rng.NormFloat64()
		size := testSizes[rng.IntN(len(testSizes))]
		checkTexts(t, frame(v, size[0], size[1], ui.Input{Mouse: image.Pt(-1, -1)}))
		frame(v, size[0], size[1], ui.Input{Mouse: image.Pt(rng.IntN(size[0]), rng.IntN(size[1]))})
	}
}

func TestCurveButtonsAndSmoothing(t *testing.T) {
	source := newFixture(t, "cifar-quick")
	v, s := viewing(source, scene.CurvesView)
	f := frame(v, 1280, 800, ui.Input{})
	for _, name := range []string{"curves.epochs", "curves.loss", "curves.csv"} {
		frame(v, 1280, 800, press(control(t, f, name).Rect))
		frame(v, 1280, 800, ui.Input{Released: true})
	}
	if !v.State.LogEpochs || !v.State.LogLoss {
		t.Errorf("epochs logarithmic: %v, loss: %v; want both", v.State.LogEpochs, v.State.LogLoss)
	}
	if got, want := s.exports["curve-run-1.csv"], curveCSV(source.Scene().Curves[0]); !stdbytes.Equal(got, want) {
		t.Errorf("%d bytes exported among %d files, want the %d of the first run", len(got), len(s.exports), len(want))
	}
	slider := control(t, f, "curves.smoothing").Rect
	frame(v, 1280, 800, ui.Input{Mouse: image.Pt(slider.Max.X-1, centre(slider).Y), Pressed: true, Down: true})
	if v.State.Smoothing != 0.3 {
		t.Errorf("at the right end smoothing is %g, want 0.3", v.State.Smoothing)
	}
	frame(v, 1280, 800, ui.Input{Mouse: image.Pt(slider.Min.X, centre(slider).Y), Down: true})
	if v.State.Smoothing != -1 {
		t.Errorf("at the left end smoothing is %g, want -1 for none", v.State.Smoothing)
	}
}

func TestALegendHidesItsRun(t *testing.T) {
	source := newFixture(t, "cifar-quick")
	v, s := viewing(source, scene.CurvesView)
	f := frame(v, 1280, 800, ui.Input{})
	frame(v, 1280, 800, press(control(t, f, "view.run.0").Rect))
	if runs := v.runs(ui.Dark); len(runs) != 1 || runs[0].curve.Name != "run 2" || runs[0].color != ui.Dark.Series[1] {
		t.Errorf("%d runs shown, want run 2 alone in its own colour", len(runs))
	}
	f = frame(v, 1280, 800, ui.Input{Released: true})
	frame(v, 1280, 800, press(control(t, f, "curves.csv").Rect))
	if s.exports["curve-run-2.csv"] == nil {
		t.Error("the hidden run is exported")
	}
	frame(v, 1280, 800, ui.Input{Released: true})
	f = frame(v, 1280, 800, press(control(t, f, "strip.run.1").Rect))
	if !control(t, f, "curves.csv").Off && !hasText(frame(v, 1280, 800, ui.Input{}), "hidden") {
		t.Error("with all runs hidden nothing says so")
	}
}

func TestTheMouseReadsARun(t *testing.T) {
	source := newFixture(t, "cifar-quick")
	source.Update(func(s *scene.Scene) { s.Notices = nil })
	c := source.Scene().Curves[0]
	v, _ := viewing(source, scene.CurvesView)
	l := arrange(image.Pt(1280, 800), false, true, true)
	x := centre(l.main).X
	f := frame(v, 1280, 800, ui.Input{Mouse: image.Pt(x, l.main.Min.Y+150)})
	v.scene = source.Scene()
	area := v.newChart(v.runs(ui.Dark), lossMeasure, v.epochs(v.runs(ui.Dark)), l.main.Inset(4)).area
	epoch := area.Time(x)
	best := &c.Steps[0]
	for i := range c.Steps {
		if math.Abs(c.Steps[i].Epoch-epoch) < math.Abs(best.Epoch-epoch) {
			best = &c.Steps[i]
		}
	}
	if want := fmt.Sprintf("run 1, step %s: loss %s", count(int64(best.Step)), number(best.Loss)); !hasText(f, want) {
		t.Errorf("no %q", want)
	}
	if !hasText(f, "test images at epoch 0.5: loss 1.5, error 50.0 %") {
		t.Error("the validation before is not told")
	}
}

// What a plot shows holds every extreme of the run, and is made once for it.
func TestCondensedRuns(t *testing.T) {
	rng := newRand(t)
	v := New(&fixture{}, &services{}, NewState())
	for range 50 {
		c := testCurve(rng, 0)
		at := rng.IntN(len(c.Steps))
		c.Steps[at].Loss = 50
		x := epochsOf(c).Axis(rng.IntN(2) == 0, false)
		d := v.condense(c, lossMeasure, x, 1+rng.IntN(700))
		if got := slices.Max(d.high.Y); got != 50 {
			t.Fatalf("the spike at step %d is %g high", at, got)
		}
		least := slices.MinFunc(c.Steps, func(a, b scene.CurvePoint) int { return int(math.Copysign(1, a.Loss-b.Loss)) }).Loss
		if got := slices.Min(d.low.Y); got != least {
			t.Fatalf("the least loss is %g, want %g", got, least)
		}
	}
	c := testCurve(rng, 0)
	x := epochsOf(c).Axis(false, false)
	first := v.condense(c, errorMeasure, x, 300)
	if v.condense(c, errorMeasure, x, 300) != first {
		t.Error("the same run is condensed twice")
	}
	longer := *c
	longer.Steps = append(slices.Clone(c.Steps), scene.CurvePoint{Epoch: 1.5, Error: 2})
	if d := v.condense(&longer, errorMeasure, x, 300); slices.Max(d.high.Y) != 200 {
		t.Error("a point that has come is not seen")
	}
}

func TestStepAndTestAtAnEpoch(t *testing.T) {
	c := &scene.Curve{
		Steps:       []scene.CurvePoint{{Step: 1, Epoch: 1}, {Step: 2, Epoch: 2}},
		Validations: []scene.Validation{{Step: 1, Epoch: 1}, {Step: 2, Epoch: 2}},
	}
	for epoch, want := range map[float64]int{0.9: 0, 1: 1, 1.4: 1, 1.6: 2, 2: 2, 2.1: 0} {
		if p := stepAt(c, epoch); (p == nil) != (want == 0) || p != nil && p.Step != want {
			t.Errorf("at %g: %v, want step %d", epoch, p, want)
		}
	}
	for epoch, want := range map[float64]int{0.9: 0, 1: 1, 1.9: 1, 2: 2, 9: 2} {
		if p := testBefore(c, epoch); (p == nil) != (want == 0) || p != nil && p.Step != want {
			t.Errorf("before %g: %v, want step %d", epoch, p, want)
		}
	}
}

// Reading the file back gives what was measured, and nothing where nothing was.
func TestCurveCSV(t *testing.T) {
	c := &scene.Curve{
		Steps: []scene.CurvePoint{{Step: 1, Epoch: 0.1, Loss: 2.25, Error: 0.9, Rate: 0.01}, {Step: 3, Epoch: 0.3, Loss: math.NaN(), Error: 0.5, Rate: 1e-7}},
		Validations: []scene.Validation{
			{Step: 2, Epoch: 0.2, Loss: 1.5, Top1: 0.4, Top5: 0.125}, {Step: 3, Epoch: 0.3, Loss: 1, Top1: 0.3, Top5: 0.1}, {Step: 9, Epoch: 0.9, Loss: 0.5, Top1: 0.2, Top5: 0.05},
		},
	}
	rows, err := csv.NewReader(stdbytes.NewReader(curveCSV(c))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{
		{"step", "epoch", "train_loss", "train_top1_error", "rate", "test_loss", "test_top1_error", "test_top5_error"},
		{"1", "0.1", "2.25", "0.9", "0.01", "", "", ""},
		{"2", "0.2", "", "", "", "1.5", "0.4", "0.125"},
		{"3", "0.3", "NaN", "0.5", "1e-07", "1", "0.3", "0.1"},
		{"9", "0.9", "", "", "", "0.5", "0.2", "0.05"},
	}
	if !slices.EqualFunc(rows, want, slices.Equal[[]string]) {
		t.Errorf("got %v\nwant %v", rows, want)
	}
}

func TestCurveFilesHaveNamesForEverySystem(t *testing.T) {
	if got := curveFile(&scene.Curve{Name: `runs/a b:c*"é"2.5`}); got != "curve-runs-a-b-c--é-2.5.csv" {
		t.Errorf("%q", got)
	}
}

// A long run under way is drawn anew when that can be seen, and always when it
// changes otherwise.
func TestALongRunSettles(t *testing.T) {
	c := longCurve(10000)
	part := func(steps, tests int) *scene.Curve {
		return &scene.Curve{Name: c.Name, Steps: c.Steps[:steps], Validations: make([]scene.Validation, tests)}
	}
	var s curvesState
	first := part(8000, 1)
	for _, step := range []struct {
		next *scene.Curve
		same bool
	}{{first, true}, {part(8000, 1), true}, {part(8004, 1), true}, {part(8005, 1), false}, {part(8006, 2), false}, {part(4000, 2), false}, {part(4003, 2), false}} {
		before := s.drawn
		if before == nil {
			before = step.next
		}
		want := step.next
		if step.same {
			want = before
		}
		if got := s.settled(step.next); got != want {
			t.Errorf("after %d steps, %d steps are drawn for %d", len(before.Steps), len(got.Steps), len(step.next.Steps))
		}
	}
	other := part(4004, 2)
	other.Name = "another"
	if s.settled(other) != other {
		t.Error("another run is taken for the one before")
	}
}

// longCurve is a run of many steps.
func longCurve(n int) *scene.Curve {
	r := rand.New(rand.NewPCG(3, 4))
	c := &scene.Curve{Name: "long"}
	for i := range n {
		e := 90 * float64(i) / float64(n)
		c.Steps = append(c.Steps, scene.CurvePoint{Step: i + 1, Epoch: e, Loss: 0.5 + 6*math.Exp(-e/9) + 0.3*r.Float64(), Error: r.Float64(), Rate: 0.01})
	}
	return c
}

// Frames in which the run under way has got ten steps, in the strip and the view.
func BenchmarkFrameOfAGrowingRun(b *testing.B) {
	for _, n := range []int{1000, 100000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			c, at := longCurve(2*n), n
			benchmarkCurves(b, func() *scene.Curve {
				at = n + (at+10)%n
				return &scene.Curve{Name: c.Name, Steps: c.Steps[:at]}
			})
		})
	}
}

// Frames in which another run of 100,000 steps has come.
func BenchmarkFrameOfANewRun(b *testing.B) {
	c, n := longCurve(100000), 0
	benchmarkCurves(b, func() *scene.Curve {
		n++
		return &scene.Curve{Name: strconv.Itoa(n), Steps: c.Steps}
	})
}

func benchmarkCurves(b *testing.B, next func() *scene.Curve) {
	source := &fixture{}
	v := New(source, &services{}, NewState())
	v.State.View = scene.CurvesView
	for b.Loop() {
		c := next()
		source.Update(func(s *scene.Scene) {
			s.Run, s.Curves = &scene.Run{Live: true}, []*scene.Curve{c}
		})
		frame(v, 1920, 1200, ui.Input{})
	}
}
