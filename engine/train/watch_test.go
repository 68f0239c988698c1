package train_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"tandem/engine/train"
)

// during watches a run with a function that sees nothing but the moment.
func (s *setup) during(look func(*train.Moment) error) {
	s.Watch = func(_ context.Context, m *train.Moment) error { return look(m) }
}

// A run is watched before its first step and after each, with what is due after
// that done.
func TestWatchSeesEveryStep(t *testing.T) {
	s := newSetup(t, 2)
	var seen []int
	s.during(func(m *train.Moment) error {
		st := m.State()
		seen = append(seen, st.Step)
		if m.Last().Step != st.Step || m.Last() != (train.StepReport{}) && m.Last() != s.steps[st.Step-1] {
			t.Errorf("step %d: the last report is %+v", st.Step, m.Last())
		}
		if passes := float64(8*st.Step) / 90; m.Epoch() != passes || st.Epoch != int(passes) || len(s.epochs) != st.Epoch {
			t.Errorf("step %d: epoch %g, %d of them done, %d reported", st.Step, m.Epoch(), st.Epoch, len(s.epochs))
		}
		if m.Steps() != 23 || m.Stats().Shape[1] != stripesSide || m.Model().Batch() != 8 {
			t.Errorf("step %d: %d steps, %v", st.Step, m.Steps(), m.Stats().Shape)
		}
		return nil
	})
	s.run(t, context.Background())
	for i, step := range seen {
		if i != step {
			t.Fatalf("watched after steps %v", seen)
		}
	}
	if len(seen) != 24 {
		t.Errorf("watched %d times", len(seen))
	}
}

// Looking at a run changes nothing, whatever the model computes meanwhile.
func TestWatchingChangesNothing(t *testing.T) {
	plain, watched := newSetup(t, 2), newSetup(t, 2)
	plain.record(-1)
	watched.record(-1)
	watched.during(func(m *train.Moment) error {
		m.Model().Load(make([]float32, 8*12*12), make([]float32, 8))
		m.Model().Infer()
		_, err := train.Diagnose(m.Model())
		return err
	})
	a, b := plain.run(t, context.Background()), watched.run(t, context.Background())
	if fileHash(t, a.Checkpoint) != fileHash(t, b.Checkpoint) || timeless(t, plain.Out) != timeless(t, watched.Out) {
		t.Error("the watched run went another way")
	}
}

// Watch holds the run between two steps until it is let go on; when it is
// stopped there, the run ends as an interrupted one.
func TestPausing(t *testing.T) {
	s := newSetup(t, 2)
	paused, goOn := make(chan train.State), make(chan func(*train.Moment) error)
	s.Watch = func(ctx context.Context, m *train.Moment) error {
		paused <- m.State()
		select {
		case do := <-goOn:
			return do(m)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	type end struct {
		sum *train.Summary
		err error
	}
	ended := make(chan end, 1)
	go func() {
		sum, err := train.Run(ctx, s.Config)
		ended <- end{sum, err}
	}()
	for step := range 5 {
		if st := <-paused; st.Step != step {
			t.Fatalf("paused after step %d, want %d", st.Step, step)
		}
		goOn <- func(m *train.Moment) error { return m.SetRate(0.5 / float32(1+step)) }
	}
	<-paused
	cancel()
	e := <-ended
	if e.err != nil || !e.sum.Interrupted || e.sum.Step != 5 {
		t.Fatalf("got %+v, %v", e.sum, e.err)
	}
	c, err := train.LoadCheckpoint(e.sum.Checkpoint)
	if err != nil {
		t.Fatal(err)
	}
	h, err := c.Hyperparameters()
	if err != nil || c.State.Step != 5 || h.Rate != 0.5/5 {
		t.Errorf("step %d with %+v, %v", c.State.Step, h, err)
	}
}

// What Watch takes is no time of training: steps and pauses lie side by side in
// the time of the run.
func TestPausesAreNoTraining(t *testing.T) {
	s := newSetup(t, 2)
	var pauses time.Duration
	s.during(func(m *train.Moment) error {
		began := time.Now()
		if step := m.State().Step; step == 3 || step == 15 {
			time.Sleep(400 * time.Millisecond) // much beside a step, so that it would show
		}
		pauses += time.Since(began)
		return nil
	})
	began := time.Now()
	sum := s.run(t, context.Background())
	all, steps, epochs := time.Since(began).Seconds(), 0.0, 0.0
	for _, r := range s.steps {
		steps += r.Seconds
	}
	for _, e := range s.epochs {
		epochs += e.Seconds
	}
	if most := all - pauses.Seconds(); steps > most || sum.Seconds > most || epochs > most {
		t.Errorf("%g s of steps, %g in all, %g of epochs, where there were %g s", steps, sum.Seconds, epochs, most)
	}
}

func TestWatchEndsTheRun(t *testing.T) {
	s := newSetup(t, 2)
	enough := errors.New("enough")
	var kept *train.Moment
	s.during(func(m *train.Moment) error {
		kept = m
		if m.State().Step == 4 {
			return enough
		}
		return nil
	})
	if _, err := train.Run(context.Background(), s.Config); !errors.Is(err, enough) || len(s.steps) != 4 {
		t.Errorf("%d steps, %v", len(s.steps), err)
	}
	defer func() {
		if recover() == nil {
			t.Error("a moment outlives its call")
		}
	}()
	kept.State()
}

// A checkpoint that is asked for is one to go on from, and is written once.
func TestSavingNow(t *testing.T) {
	s := newSetup(t, 2)
	s.KeepLast = 0
	path := ""
	s.during(func(m *train.Moment) error {
		if m.State().Step != 5 {
			return nil
		}
		first, err := m.Save()
		if err != nil {
			return err
		}
		before := stat(t, first)
		if path, err = m.Save(); err != nil || path != first || !os.SameFile(before, stat(t, path)) {
			t.Errorf("saved %s, then %s, %v", first, path, err)
		}
		if err := m.SetMomentum(0.5); err != nil {
			return err
		}
		if _, err = m.Save(); os.SameFile(before, stat(t, path)) {
			t.Error("a changed run was not saved again")
		}
		before = stat(t, path)
		if _, err := m.Save(); err != nil || !os.SameFile(before, stat(t, path)) {
			t.Errorf("a saved run was saved again, %v", err)
		}
		return err
	})
	want := s.run(t, context.Background())
	if path != filepath.Join(s.Out, "step-00000005.safetensors") {
		t.Fatalf("saved %s", path)
	}
	again := newSetup(t, 2)
	c, err := train.LoadCheckpoint(path)
	if err != nil {
		t.Fatal(err)
	}
	again.Resume, again.Net = c, c.Net
	if got := again.run(t, context.Background()); fileHash(t, got.Checkpoint) != fileHash(t, want.Checkpoint) {
		t.Error("taken up from there the run ends otherwise")
	}
	if !slices.ContainsFunc(s.notes, func(n string) bool { return n == "from step 6 on: momentum 0.5, before 0.9" }) {
		t.Errorf("notes: %q", s.notes)
	}
}

func stat(t *testing.T, path string) os.FileInfo {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info
}

// A disk that takes no checkpoint is told to whoever asked; the run goes on.
func TestSavingWhereNothingCanBeWritten(t *testing.T) {
	s := newSetup(t, 1)
	s.during(func(m *train.Moment) error {
		if m.State().Step != 3 {
			return nil
		}
		target := filepath.Join(s.Out, "step-00000003.safetensors")
		if err := os.MkdirAll(filepath.Join(target, "in the way"), 0o777); err != nil {
			return err
		}
		if _, err := m.Save(); err == nil {
			t.Error("a folder was taken for a checkpoint")
		}
		return os.RemoveAll(target)
	})
	if sum := s.run(t, context.Background()); sum.Step != s.plan.Steps {
		t.Errorf("ended at step %d", sum.Step)
	}
}
