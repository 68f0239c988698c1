package live

import (
	"context"
	"errors"
	"path/filepath"
	"testing"

	"tandem/cmd/internal/scene"
	"tandem/engine/data"
	"tandem/engine/train"
)

// A validation stands where its step does, also the last one of a run that ends in
// the middle of an epoch.
func TestValidations(t *testing.T) {
	c, _ := config(t, 12)
	s, wait := start(t, c)
	sum := wait()
	all := s.Scene().Curves[0].Validations
	if len(all) != 2 || all[0].Step != 10 || all[1].Step != 12 {
		t.Fatalf("validations %+v", all)
	}
	for _, v := range all {
		if want := float64(v.Step) * 16 / 160; !near(v.Epoch, want) {
			t.Errorf("step %d is at epoch %g, want %g", v.Step, v.Epoch, want)
		}
	}
	if got := s.Scene().Run.TestError; got != sum.Last.Top1Error {
		t.Errorf("the test error is %g, want %g", got, sum.Last.Top1Error)
	}
}

// Steps ordered one by one cross the end of an epoch, and the run stays paused.
func TestValidationWhilePaused(t *testing.T) {
	c, _ := config(t, 13)
	s, wait := start(t, c, scene.Order{Do: scene.Pause})
	for step := 1; step <= 11; step++ {
		s.Tell(scene.Order{Do: scene.StepOnce})
		now := until(t, s, "a step", func(sc *scene.Scene) bool {
			return sc.Run.State == scene.Finished || sc.Run.State == scene.Paused && sc.Run.Step >= step
		}).Run
		if now.State != scene.Paused || now.Step != step {
			t.Fatalf("%v at step %d, want a pause at %d", now.State, now.Step, step)
		}
	}
	s.Tell(scene.Order{Do: scene.Play})
	wait()
}

// interrupter ends a run when its validation has begun.
type interrupter struct {
	silent
	stop func()
}

func (i *interrupter) Validating(int, int) { i.stop() }

// A run that was stopped while it validated begins with that when it is resumed, and
// is shown and obeys as any other.
func TestResumedInAValidation(t *testing.T) {
	c, _ := config(t, 15)
	c.Resume = interrupted(t)
	c.Out = filepath.Dir(c.Resume.Path)
	c.Net = c.Resume.Net
	s, wait := start(t, c, scene.Order{Do: scene.Pause})
	now := until(t, s, "an answer", func(sc *scene.Scene) bool {
		return sc.Answer != nil && sc.Run.State == scene.Paused || sc.Run.State == scene.Finished
	}).Run
	if now.State != scene.Paused || !now.Live || now.Step != 10 || now.Epoch != 1 {
		t.Errorf("run %+v", now)
	}
	s.Tell(scene.Order{Do: scene.Play})
	wait()
	if v := s.Scene().Curves[0].Validations; len(v) == 0 || v[0].Step != 10 || v[0].Epoch != 1 {
		t.Errorf("validations %+v", v)
	}
}

// interrupted returns the checkpoint of a run that was stopped in its first
// validation. The batches that are ready may all pass before the stop is heard.
func interrupted(t *testing.T) *train.Checkpoint {
	t.Helper()
	for range 50 {
		c, _ := config(t, 15)
		ctx, cancel := context.WithCancel(context.Background())
		c.Report = &interrupter{stop: cancel}
		sum, err := train.Run(ctx, c)
		if err != nil || !sum.Interrupted || sum.Step != 10 {
			t.Fatalf("%+v, %v", sum, err)
		}
		ckpt, err := train.LoadCheckpoint(sum.Checkpoint)
		if err != nil {
			t.Fatal(err)
		}
		if ckpt.State.Epoch == 0 {
			return ckpt
		}
	}
	t.Fatal("no validation was cut short")
	return nil
}

// Orders are obeyed one after the other: what follows a step waits for it.
func TestOrdersKeepTheirOrder(t *testing.T) {
	c, report := config(t, 5)
	s, wait := start(t, c, scene.Order{Do: scene.Pause}, scene.Order{Do: scene.StepOnce}, scene.Order{Do: scene.StepOnce},
		scene.Order{Do: scene.SetMomentum, Value: 0.5}, scene.Order{Do: scene.Save})
	until(t, s, "a change", func(sc *scene.Scene) bool { return sc.Run.State == scene.Paused && near(sc.Run.Momentum, 0.5) })
	s.Tell(scene.Order{Do: scene.Play})
	wait()
	if !report.has("from step 3 on: momentum 0.5") {
		t.Errorf("notes %v", report.notes)
	}
}

// holed is a dataset with an image that cannot be read.
type holed struct{ data.Dataset }

func (h holed) Read(i int, dst []byte) (int, error) {
	if i == 3 {
		return 0, &data.BrokenImage{Path: "3.png", Err: errors.New("damaged")}
	}
	return h.Dataset.Read(i, dst)
}

// Testing is over, and shown to be, also where some images could not be read.
func TestValidationOfBrokenImages(t *testing.T) {
	c, _ := config(t, 2)
	c.Data.Test = holed{c.Data.Test}
	s, wait := start(t, c)
	wait()
	if j := s.Scene().Job; j != nil {
		t.Errorf("job %+v", j)
	}
}

// A resumed run has the test error that it had before.
func TestEarlierTestError(t *testing.T) {
	c, _ := config(t, 1)
	s, err := New(&c, Options{Earlier: &scene.Curve{Validations: []scene.Validation{{Step: 4, Top1: 0.5}, {Step: 8, Top1: 0.25}}}})
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Scene().Run.TestError; got != 0.25 {
		t.Errorf("the test error is %g", got)
	}
}
