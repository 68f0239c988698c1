package train_test

import (
	"context"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tandem/engine/nn"
	"tandem/engine/train"
	"tandem/engine/train/metrics"
)

// plan says what is changed after which steps.
type plan map[int][]func(*train.Moment) error

func (p plan) at(step int, change func(*train.Moment) error) { p[step] = append(p[step], change) }

func (p plan) apply(m *train.Moment) error {
	for _, change := range p[m.State().Step] {
		if err := change(m); err != nil {
			return err
		}
	}
	return nil
}

// randomPlan changes all four figures within a run of some steps, twice.
func randomPlan(draw *rand.Rand, steps int) plan {
	p := plan{}
	for range 2 {
		rate, momentum, decay, keep := 0.01+0.05*draw.Float32(), 0.95*draw.Float32(), 0.01*draw.Float32(), 0.4+0.6*draw.Float32()
		p.at(draw.IntN(steps), func(m *train.Moment) error { return m.SetRate(rate) })
		p.at(draw.IntN(steps), func(m *train.Moment) error { return m.SetMomentum(momentum) })
		p.at(draw.IntN(steps), func(m *train.Moment) error { return m.SetDecay(decay) })
		p.at(draw.IntN(steps), func(m *train.Moment) error { return m.SetKeep(keep) })
	}
	p.at(draw.IntN(steps), func(m *train.Moment) error { return m.SetDecay(0) })
	return p
}

var schedules = []nn.Schedule{
	{Kind: "constant"},
	{Kind: "step", Factor: 0.3, Every: 7},
	{Kind: "plateau", Factor: 0.7, Times: 3, Wait: 1},
	{Kind: "epochs", Rates: []nn.Fall{{Epoch: 1, Rate: 0.04}, {Epoch: 3, Rate: 0.011}}},
}

// However often a run that is changed on its way is stopped, between its steps
// or while somebody changes it, it ends with the bits of one that was not, and
// leaves its record.
func TestChangedRunsEndAlikeHoweverOftenInterrupted(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	draw := rand.New(rand.NewPCG(seed, 0))
	for i, schedule := range schedules {
		t.Run(schedule.Kind, func(t *testing.T) {
			if testing.Short() && i > 0 {
				t.Skip("the first has threads to race")
			}
			changes := randomPlan(draw, 45)
			prepare := func() setup {
				s := newSetup(t, 4)
				s.Net.Recipe.Schedule = schedule
				if i == 0 {
					s.Devices = cpus(t, 1, 1)
				}
				return s
			}
			whole, broken, unchanged := prepare(), prepare(), prepare()
			whole.record(metrics.NewRun)
			whole.during(changes.apply)
			want := whole.run(t, context.Background())
			got := broken.interrupted(t, draw, changes)
			if fileHash(t, got.Checkpoint) != fileHash(t, want.Checkpoint) || fileHash(t, got.Best) != fileHash(t, want.Best) {
				t.Error("the checkpoints differ")
			}
			if a, b := timeless(t, whole.Out), timeless(t, broken.Out); a != b {
				t.Errorf("the metrics differ:\n%s\n%s", a, b)
			}
			if fileHash(t, unchanged.run(t, context.Background()).Checkpoint) == fileHash(t, want.Checkpoint) {
				t.Error("the changes changed nothing")
			}
		})
	}
}

// interrupted runs to the end with many stops.
func (s *setup) interrupted(t *testing.T, draw *rand.Rand, changes plan) *train.Summary {
	t.Helper()
	after, stops := metrics.NewRun, 0
	for {
		s.record(after)
		ctx, cancel := context.WithCancel(context.Background())
		left, inWatch := 1+draw.IntN(12), draw.IntN(2) == 0
		s.onStep = func(train.StepReport) {
			if left--; left <= 0 && !inWatch {
				cancel()
			}
		}
		s.during(func(m *train.Moment) error {
			err := changes.apply(m)
			if left <= 0 {
				cancel()
			}
			return err
		})
		sum := s.run(t, ctx)
		cancel()
		if !sum.Interrupted {
			if stops == 0 {
				t.Error("the run was never stopped")
			}
			return sum
		}
		stops++
		after = int64(sum.Step)
		s.resume(t)
	}
}

// A run that is changed where it has just been saved, and stopped there, is saved
// again; the change is recorded when the run goes on.
func TestAChangeBehindACheckpoint(t *testing.T) {
	s := newSetup(t, 2)
	s.record(metrics.NewRun)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	s.during(func(m *train.Moment) error {
		if m.State().Step == 12 { // the first epoch's end
			cancel()
			return m.SetKeep(0.75)
		}
		return nil
	})
	if sum := s.run(t, ctx); !sum.Interrupted || sum.Step != 12 || len(s.epochs) != 1 {
		t.Fatalf("stopped: %+v", sum)
	}
	s.resume(t)
	if h, err := s.Resume.Hyperparameters(); err != nil || h.Keep != 0.75 {
		t.Errorf("saved: %+v, %v", h, err)
	}
	s.Watch = nil
	s.record(12)
	s.run(t, context.Background())
	if got := recorded(t, s.Out); got != "13 keep 0.75" {
		t.Errorf("recorded %q", got)
	}
}

// recorded lists the changes in a run's record: step, what, value.
func recorded(t *testing.T, dir string) string {
	t.Helper()
	points, err := metrics.ReadJSONL(filepath.Join(dir, metricsFile))
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, p := range points {
		for _, name := range []string{"rate", "momentum", "decay", "keep"} {
			if v, ok := p.Values["change/"+name]; ok {
				all = append(all, fmt.Sprintf("%d %s %.4g", p.Step, name, v))
			}
		}
	}
	return strings.Join(all, ", ")
}

// tensors are a parameter's after a step.
type tensors struct{ weights, gradient, velocity []float32 }

func readTensors(t *testing.T, m *nn.Model, name string) (r tensors) {
	t.Helper()
	for kind, into := range map[nn.Kind]*[]float32{nn.Weights: &r.weights, nn.Gradient: &r.gradient, nn.Velocity: &r.velocity} {
		v, err := m.ReadParam(name, kind)
		if err != nil {
			t.Fatal(err)
		}
		*into = v.Data
	}
	return r
}

// The step after a change is the paper's rule with the new figures, in float64:
// v = momentum v - decay rate w - rate gradient.
func TestTheNextStepIsTakenWithWhatWasSet(t *testing.T) {
	const rate, momentum, decay = 0.02, 0.3, 0.1
	factors := map[string]struct{ rate, decay float64 }{
		"conv1.weight": {1, decay}, "conv1.bias": {2, 0}, "conv2.weight": {1, 0}, "fc4.weight": {1, 0},
	}
	s := newSetup(t, 1)
	before := map[string]tensors{}
	s.during(func(m *train.Moment) error {
		switch m.State().Step {
		case 5:
			for name := range factors {
				before[name] = readTensors(t, m.Model(), name)
			}
			for _, err := range []error{m.SetRate(rate), m.SetMomentum(momentum), m.SetDecay(decay), m.SetKeep(0.75)} {
				if err != nil {
					return err
				}
			}
			if h := m.Hyperparameters(); h != (train.Hyperparameters{Rate: rate, Momentum: momentum, Decay: decay, Keep: 0.75}) {
				t.Errorf("in force: %+v", h)
			}
		case 6:
			for name, f := range factors {
				was, is := before[name], readTensors(t, m.Model(), name)
				for i, v := range is.velocity {
					r := rate * f.rate
					want := momentum*float64(was.velocity[i]) - f.decay*r*float64(was.weights[i]) - r*float64(is.gradient[i])
					if math.Abs(float64(v)-want) > 1e-6*math.Abs(want)+1e-9 {
						t.Fatalf("%s: velocity %d is %g, want %g", name, i, v, want)
					}
				}
			}
		}
		return nil
	})
	s.run(t, context.Background())
}

// A change is recorded with the first step that it tells on, and noted in a line.
func TestChangesAreRecordedAndNoted(t *testing.T) {
	s := newSetup(t, 2)
	s.record(metrics.NewRun)
	changes := plan{}
	changes.at(0, func(m *train.Moment) error { return m.SetKeep(0.8) })
	changes.at(4, func(m *train.Moment) error { return m.SetRate(0.5) })
	changes.at(4, func(m *train.Moment) error { return m.SetRate(0.025) })
	changes.at(4, func(m *train.Moment) error { return m.SetMomentum(0.5) })
	changes.at(12, func(m *train.Moment) error { return m.SetDecay(0.25) })
	s.during(changes.apply)
	s.run(t, context.Background())
	if got := recorded(t, s.Out); got != "1 keep 0.8, 5 rate 0.025, 5 momentum 0.5, 13 decay 0.25" {
		t.Errorf("recorded %q", got)
	}
	want := []string{
		"from step 1 on: probability that dropout keeps a unit 0.8, before 0.5",
		"from step 5 on: learning rate 0.5, before 0.05",
		"from step 5 on: learning rate 0.025, before 0.5",
		"from step 5 on: momentum 0.5, before 0.9",
		"from step 13 on: weight decay 0.25, before 0.0005",
	}
	if strings.Join(s.notes, "\n") != strings.Join(want, "\n") {
		t.Errorf("noted %q", s.notes)
	}
}

// The schedule goes on in proportion.
func TestTheScheduleFollowsTheRate(t *testing.T) {
	s := newSetup(t, 8) // halves the rate of 0.05 every 40 steps
	changes := plan{}
	changes.at(50, func(m *train.Moment) error { return m.SetRate(0.2) })
	s.during(changes.apply)
	s.run(t, context.Background())
	for step, want := range map[int]float64{40: 0.05, 41: 0.025, 50: 0.025, 51: 0.2, 80: 0.2, 81: 0.1} {
		if got := s.steps[step-1].Rate; math.Abs(float64(got)/want-1) > 1e-6 {
			t.Errorf("step %d: rate %g, want %g", step, got, want)
		}
	}
}

// Decays keep their proportions, even from 0 and after a resume.
func TestDecaysKeepTheirProportions(t *testing.T) {
	s := newSetup(t, 1)
	s.Net = s.Net.WithDecay(map[string]float32{"conv1.weight": 0.004, "fc3.weight": 0.001, "fc4.bias": 0.0004})
	decays := func(m *train.Moment) map[string]float32 {
		all := map[string]float32{}
		for _, p := range m.Model().Params() {
			if p.Decay != 0 {
				all[p.Name] = p.Decay
			}
		}
		return all
	}
	set := func(decay float32, want map[string]float32) func(*train.Moment) error {
		return func(m *train.Moment) error {
			err := m.SetDecay(decay)
			if got := decays(m); !maps.EqualFunc(got, want, nearly) || m.Hyperparameters().Decay != decay {
				t.Errorf("decay %g: %v, want %v", decay, got, want)
			}
			return err
		}
	}
	changes := plan{}
	changes.at(2, set(0.04, map[string]float32{"conv1.weight": 0.04, "fc3.weight": 0.01, "fc4.bias": 0.004}))
	changes.at(3, set(0, map[string]float32{}))
	changes.at(7, set(0.008, map[string]float32{"conv1.weight": 0.008, "fc3.weight": 0.002, "fc4.bias": 0.0008}))
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	s.onStep = func(r train.StepReport) {
		if r.Step == 5 {
			cancel()
		}
	}
	s.during(changes.apply)
	s.run(t, ctx)
	s.resume(t)
	s.run(t, context.Background())
}

// nearly allows for the last bits.
func nearly(a, b float32) bool { return math.Abs(float64(a)-float64(b)) <= 1e-6*math.Abs(float64(b)) }

// What makes no sense is refused in one line, and neither that nor what is set
// already changes a bit.
func TestRefusedChangesChangeNothing(t *testing.T) {
	nan := float32(math.NaN())
	inf := float32(math.Inf(1))
	plain, s := newSetup(t, 1), newSetup(t, 1)
	s.during(func(m *train.Moment) error {
		for _, c := range []struct {
			set    func(float32) error
			values []float32
			want   string
		}{
			{m.SetRate, []float32{0, -1, nan, inf}, "the learning rate must be above 0 and finite, got "},
			{m.SetMomentum, []float32{-0.1, 1, nan, inf}, "momentum must be at least 0 and below 1, got "},
			{m.SetDecay, []float32{-1, nan, inf}, "weight decay must be at least 0 and finite, got "},
			{m.SetKeep, []float32{0, -1, 1.5, nan}, "the probability that dropout keeps a unit must be above 0 and at most 1, got "},
		} {
			for _, v := range c.values {
				if err := c.set(v); err == nil || err.Error() != c.want+fmt.Sprint(v) {
					t.Errorf("got %v, want %s%g", err, c.want, v)
				}
			}
		}
		h := m.Hyperparameters()
		for _, err := range []error{m.SetRate(h.Rate), m.SetMomentum(h.Momentum), m.SetDecay(h.Decay), m.SetKeep(h.Keep)} {
			if err != nil {
				return err
			}
		}
		return nil
	})
	if a, b := plain.run(t, context.Background()), s.run(t, context.Background()); fileHash(t, a.Checkpoint) != fileHash(t, b.Checkpoint) {
		t.Error("the checkpoints differ")
	}
	if len(s.notes) != 0 {
		t.Errorf("notes: %q", s.notes)
	}
}

func TestNothingToChange(t *testing.T) {
	s := newSetup(t, 1)
	s.Net = parse(t, `{"name":"plain","input":[1,12,12],"nodes":[
	{"name":"fc","type":"fc","outputs":3,"weight":{"std":0.1,"rate_factor":1},"bias":{"rate_factor":1}},{"name":"softmax","type":"softmax"}],
	"recipe":{"batch":8,"epochs":1,"rate":0.01,"momentum":0,"schedule":{"kind":"constant"},"images":{"subtract":"none","scale":0.01}}}`)
	s.during(func(m *train.Moment) error {
		if err := m.SetDecay(0.1); err == nil || err.Error() != "network plain has no weight decay to change" {
			t.Errorf("decay: %v", err)
		}
		if err := m.SetKeep(0.5); err == nil || err.Error() != "network plain has no dropout to change" {
			t.Errorf("keep: %v", err)
		}
		if h := m.Hyperparameters(); !math.IsNaN(float64(h.Decay)) || !math.IsNaN(float64(h.Keep)) {
			t.Errorf("in force: %+v", h)
		}
		return nil
	})
	s.run(t, context.Background())
}
