package live

import (
	"bytes"
	"context"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tandem/cmd/internal/scene"
	"tandem/engine/cpu"
	"tandem/engine/data"
	"tandem/engine/device"
	"tandem/engine/nn"
	"tandem/engine/train"
)

// silent is a reporter that remembers notes.
type silent struct{ notes []string }

func (*silent) Measuring(int, int)      {}
func (*silent) Start(train.Plan)        {}
func (*silent) Step(train.StepReport)   {}
func (*silent) Validating(int, int)     {}
func (*silent) Epoch(train.EpochReport) {}
func (s *silent) Note(text string)      { s.notes = append(s.notes, text) }
func (s *silent) has(words string) bool { return strings.Contains(strings.Join(s.notes, "\n"), words) }

// few is the beginning of a dataset.
type few struct {
	data.Dataset
	n int
}

func (f few) Len() int { return f.n }

const smallNet = `{"name":"small","input":[1,28,28],"towers":2,"nodes":[
	{"name":"conv1","type":"conv","filters":8,"kernel":5,"stride":2,"weight":{"std":0.1,"rate_factor":1,"decay":0.0005},"bias":{"rate_factor":2}},
	{"name":"relu1","type":"relu"},
	{"name":"pool1","type":"pool","kind":"max","kernel":3,"stride":2},
	{"name":"conv2","type":"conv","filters":8,"kernel":3,"groups":2,"weight":{"std":0.1,"rate_factor":1},"bias":{"rate_factor":1}},
	{"name":"relu2","type":"relu"},
	{"name":"fc3","type":"fc","outputs":16,"weight":{"std":0.1,"rate_factor":1},"bias":{"rate_factor":1}},
	{"name":"relu3","type":"relu"},
	{"name":"drop3","type":"dropout","keep":0.5},
	{"name":"fc4","type":"fc","outputs":10,"tower":"a","weight":{"std":0.1,"rate_factor":1},"bias":{"rate_factor":1}},
	{"name":"softmax","type":"softmax","tower":"a"}],
	"recipe":{"batch":16,"epochs":30,"rate":0.01,"momentum":0.9,"schedule":{"kind":"constant"},"images":{"subtract":"mean-rgb","scale":0.01}}}`

// config is a run on a part of the built-in images.
func config(t testing.TB, steps int) (train.Config, *silent) {
	t.Helper()
	d, err := data.Open("fashion-mnist", data.Options{})
	if err != nil {
		t.Fatal(err)
	}
	d.Train, d.Test = few{d.Train, 160}, few{d.Test, 40}
	net, err := nn.ParseNetwork([]byte(smallNet), "small.json")
	if err != nil {
		t.Fatal(err)
	}
	dev := cpu.New(2)
	t.Cleanup(func() { dev.Close() })
	report := &silent{}
	return train.Config{Net: net, Data: d, Devices: []device.Device{dev}, Seed: 1, Out: t.TempDir(), MaxSteps: steps, Report: report}, report
}

// start begins a run with a source that has its first orders, and returns what waits
// for its end.
func start(t testing.TB, c train.Config, orders ...scene.Order) (*Source, func() *train.Summary) {
	t.Helper()
	own := cpu.New(1)
	s, err := New(&c, Options{Devices: []device.Device{own}, Names: []string{"cpu"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range orders {
		s.Tell(o)
	}
	ctx, cancel := context.WithCancel(context.Background())
	worked, ended := make(chan bool), make(chan *train.Summary)
	go func() { s.Work(ctx); close(worked) }()
	go func() {
		sum, err := train.Run(ctx, c)
		s.End(sum, err)
		ended <- sum
	}()
	t.Cleanup(func() { cancel(); <-worked; own.Close() })
	return s, func() *train.Summary { return <-ended }
}

// until waits for a scene.
func until(t testing.TB, s *Source, what string, ok func(*scene.Scene) bool) *scene.Scene {
	t.Helper()
	deadline := time.Now().Add(time.Minute)
	for time.Now().Before(deadline) {
		if now := s.Scene(); ok(now) {
			return now
		}
		time.Sleep(time.Millisecond)
	}
	t.Fatalf("%s has not come", what)
	return nil
}

// A run shows all that a viewer can see of it, and ends with what it learned.
func TestRunIsShown(t *testing.T) {
	c, _ := config(t, 20)
	s, wait := start(t, c)
	s.Want(scene.Want{View: scene.ConfusionView, Label: scene.Any, Predicted: scene.Any})
	sum := wait()
	end := until(t, s, "a survey", func(sc *scene.Scene) bool { return sc.Survey != nil && sc.Answer != nil && sc.Answer.Step == 20 })
	if end.Run.State != scene.Finished || end.Run.Live || end.Run.Step != 20 || end.Run.ImagesPerSecond <= 0 {
		t.Errorf("run %+v", end.Run)
	}
	if end.Weights.Step != 20 || len(end.Weights.Params) != len(mustParams(t, c.Net)) {
		t.Errorf("weights of step %d, %d of them", end.Weights.Step, len(end.Weights.Params))
	}
	ckpt, err := train.LoadCheckpoint(sum.Checkpoint)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range ckpt.Params() {
		got := end.Weights.Params[name]
		for i := range want.Data {
			if got.Data[i] != want.Data[i] {
				t.Fatalf("%s differs from the checkpoint's", name)
			}
		}
	}
	if n := len(end.Curves[0].Steps); n != 20 || len(end.Curves[0].Validations) == 0 {
		t.Errorf("%d steps and %d validations", n, len(end.Curves[0].Validations))
	}
	if end.Health == nil || len(end.Health.Layers) == 0 {
		t.Error("no health")
	}
	if !strings.Contains(end.Notices[len(end.Notices)-1].Text, sum.Checkpoint) {
		t.Errorf("notices %v", end.Notices)
	}
}

func mustParams(t testing.TB, net *nn.Network) []nn.Param {
	t.Helper()
	p, err := net.Params()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// Paused, a run takes no step but those ordered one by one, shows the weights it
// stands at, and goes on when told.
func TestPauseAndStep(t *testing.T) {
	c, _ := config(t, 12)
	s, wait := start(t, c)
	s.Tell(scene.Order{Do: scene.Pause})
	at := until(t, s, "a pause", func(sc *scene.Scene) bool {
		return sc.Run.State == scene.Paused && sc.Weights != nil && sc.Weights.Step == sc.Run.Step
	}).Run.Step
	for i := range 3 {
		s.Tell(scene.Order{Do: scene.StepOnce})
		until(t, s, "a step", func(sc *scene.Scene) bool {
			return sc.Run.Step == at+i+1 && sc.Weights.Step == at+i+1 && sc.Run.State == scene.Paused
		})
	}
	s.Tell(scene.Order{Do: scene.Play})
	if sum := wait(); sum.Step != 12 {
		t.Errorf("ended at step %d", sum.Step)
	}
}

// What is changed is in force from the next step on, and in the run's record.
func TestChangesAreObeyed(t *testing.T) {
	c, report := config(t, 8)
	s, wait := start(t, c)
	s.Tell(scene.Order{Do: scene.Pause})
	until(t, s, "a pause", func(sc *scene.Scene) bool { return sc.Run.State == scene.Paused })
	for do, v := range map[scene.Action]float64{scene.SetRate: 0.003, scene.SetMomentum: 0.5, scene.SetDecay: 0.01, scene.SetKeep: 0.75} {
		s.Tell(scene.Order{Do: do, Value: v})
	}
	s.Tell(scene.Order{Do: scene.SetMomentum, Value: 1})
	s.Tell(scene.Order{Do: scene.Save})
	now := until(t, s, "new figures", func(sc *scene.Scene) bool { return near(sc.Run.Rate, 0.003) && near(sc.Run.Keep, 0.75) })
	if !near(now.Run.Momentum, 0.5) || !near(now.Run.Decay, 0.01) {
		t.Errorf("run %+v", now.Run)
	}
	s.Tell(scene.Order{Do: scene.Play})
	wait()
	var bad, saved bool
	for _, n := range s.Scene().Notices {
		bad = bad || n.Bad && strings.Contains(n.Text, "momentum must be")
		saved = saved || strings.Contains(n.Text, "a checkpoint was written")
	}
	if !bad || !saved || !report.has("learning rate 0.003") {
		t.Errorf("notices %v, notes %v", s.Scene().Notices, report.notes)
	}
	ckpt, err := train.LoadCheckpoint(c.Out)
	if err != nil {
		t.Fatal(err)
	}
	if h, err := ckpt.Hyperparameters(); err != nil || !near(float64(h.Rate), 0.003) || !near(float64(h.Keep), 0.75) {
		t.Errorf("the checkpoint has %+v (%v)", h, err)
	}
}

func near(a, b float64) bool { return math.Abs(a-b) < 1e-6*math.Abs(b) }

// Being watched changes no bit of what a run learns.
func TestWatchedRunsAreTheSame(t *testing.T) {
	plain, _ := config(t, 10)
	sum, err := train.Run(context.Background(), plain)
	if err != nil {
		t.Fatal(err)
	}
	watched, _ := config(t, 10)
	s, wait := start(t, watched)
	s.Want(scene.Want{View: scene.BackwardView, Backward: scene.Guided, Unit: scene.Unit{Layer: "relu2", Channel: 3}})
	got := wait()
	if a, b := read(t, sum.Checkpoint), read(t, got.Checkpoint); !bytes.Equal(a, b) {
		t.Errorf("%s and %s differ", filepath.Base(sum.Checkpoint), filepath.Base(got.Checkpoint))
	}
}

func read(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// A run that fails says so and stays on show.
func TestFailureIsShown(t *testing.T) {
	c, _ := config(t, 200)
	c.Net.Recipe.Rate = 1e6
	s, wait := start(t, c)
	wait()
	end := s.Scene()
	if last := end.Notices[len(end.Notices)-1]; end.Run.State != scene.Failed || !last.Bad || !strings.Contains(last.Text, "diverged") {
		t.Errorf("%v: %v", end.Run.State, end.Notices)
	}
	if end.Weights == nil {
		t.Error("the weights are gone")
	}
}

func TestBudget(t *testing.T) {
	now := time.Unix(0, 0)
	b := newBudget(0.1)
	b.now = func() time.Time { return now }
	times := 0
	work := func() error { times++; now = now.Add(time.Second); return nil }
	for range 1000 {
		b.do(false, work)
		now = now.Add(100 * time.Millisecond)
	}
	// Each second of work is followed by at least ten without.
	if total := now.Sub(time.Unix(0, 0)).Seconds(); float64(times) > total/11+1 || times < int(total/11)-1 {
		t.Errorf("worked %d s of %.0f s", times, total)
	}
	before := times
	b.do(true, work)
	if times != before+1 {
		t.Error("forced work was not done")
	}
}
