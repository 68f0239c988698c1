package lab

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"tandem/cmd/internal/scene"
)

// fake is a product whose work is to sleep. In a bubble that takes exactly its time.
type fake struct {
	label string
	parts int           // increments of a long product; 0: it is quick
	takes time.Duration // each
	want  func(scene.Want) any
	fail  error

	runs []run
}

// run is one computation of a fake.
type run struct {
	start, end time.Duration // from the start of the test
	step       int           // of the weights
	done       int           // increments
	err        error
	ctx        error // when it ended
}

var began time.Time // of the bubble

func (f *fake) name() string { return f.label }
func (f *fake) long() bool   { return f.parts > 0 }

func (f *fake) wish(b *bench) wish { return wish{f.want(b.want), b.weights} }

func (f *fake) compute(ctx context.Context, b *bench, w *scene.Weights) error {
	r := run{start: time.Since(began), step: w.Step}
	for r.err == nil && r.done < max(1, f.parts) {
		time.Sleep(f.takes)
		r.done++
		if f.long() {
			r.err = b.pause(r.done, f.parts)
		}
	}
	r.end, r.ctx = time.Since(began), ctx.Err()
	f.runs = append(f.runs, r)
	return errors.Join(r.err, f.fail)
}

func always(scene.Want) any { return "always" }

// inView makes a product wanted in one view, for each image anew.
func inView(v scene.View) func(scene.Want) any {
	return func(w scene.Want) any {
		if w.View != v {
			return nil
		}
		return w.Photo
	}
}

// visitFakes runs a lab with fakes, and weights of step 0.
func visitFakes(t *testing.T, share float64, f func(*testing.T, *room), all ...*fake) {
	net := tinyNet(t)
	synctest.Test(t, func(t *testing.T) {
		board := &scene.Board{}
		l := New(Options{Board: board, Share: share})
		l.products = func() (p []product) {
			for _, f := range all {
				p = append(p, f)
			}
			return p
		}
		began = time.Now()
		occupy(t, l, func() {
			if err := l.SetNetwork(net, statsOf(stored)); err != nil {
				t.Fatal(err)
			}
			l.SetWeights(weightsOf(t, net, 0))
			f(t, &room{Lab: l, board: board, net: net})
		})
	})
}

// train publishes new weights for some time: step i after i pauses.
func (r *room) train(t *testing.T, every, during time.Duration) {
	for step := 1; time.Duration(step)*every <= during; step++ {
		time.Sleep(every)
		r.SetWeights(weightsOf(t, r.net, step))
	}
}

func TestQuickWorkForNewWeightsKeepsToItsShare(t *testing.T) {
	quick := &fake{label: "quick", takes: 10 * time.Millisecond, want: func(w scene.Want) any { return w.Photo }}
	visitFakes(t, 0.1, func(t *testing.T, r *room) {
		go func() {
			time.Sleep(555 * time.Millisecond)
			r.Want(scene.Want{Photo: 1})
		}()
		r.train(t, 3*time.Millisecond, 999*time.Millisecond)
		synctest.Wait()
	}, quick)
	var starts []time.Duration
	for _, run := range quick.runs {
		starts = append(starts, run.start.Round(time.Millisecond)/time.Millisecond)
		if newest := int(run.start / (3 * time.Millisecond)); run.step < newest-1 || run.step > newest {
			t.Errorf("at %v it took step %d, and %d was there", run.start, run.step, newest)
		}
	}
	// The first at once, the next when there are new weights, then every 100 ms; what
	// the user wants comes at once and costs nothing.
	if want := []time.Duration{0, 10, 110, 210, 310, 410, 510, 555, 610, 710, 810, 910}; !slices.Equal(starts, want) {
		t.Errorf("it was done at %v ms, want %v", starts, want)
	}
}

// A long product ends although there are new weights all the time, on those that it
// began with; quick ones get the newest between its increments.
func TestLongWorkEndsOnItsWeights(t *testing.T) {
	quick := &fake{label: "quick", takes: 5 * time.Millisecond, want: always}
	slow := &fake{label: "slow", parts: 10, takes: 20 * time.Millisecond, want: always}
	visitFakes(t, 0, func(t *testing.T, r *room) {
		r.train(t, 7*time.Millisecond, 2*time.Second)
		time.Sleep(time.Second)
	}, quick, slow)
	for i, run := range slow.runs {
		if run.done != 10 || run.err != nil {
			t.Errorf("run %d: %+v", i, run)
		}
		if newest := int(run.start / (7 * time.Millisecond)); run.step < newest-1 && run.start < 2*time.Second {
			t.Errorf("run %d began with step %d at %v, when %d was there", i, run.step, run.start, newest)
		}
		if i > 0 && run.step == slow.runs[i-1].step {
			t.Errorf("run %d repeats step %d", i, run.step)
		}
	}
	last := slow.runs[len(slow.runs)-1]
	if n := len(slow.runs); n < 8 || last.step != 285 || last.start > 2300*time.Millisecond {
		t.Errorf("%d runs, the last at %v from step %d", n, last.start, last.step)
	}
	if n := len(quick.runs); n < 80 || quick.runs[n-1].step != 285 {
		t.Errorf("%d quick runs", n)
	}
}

// Both kinds share, and neither starves the other.
func TestLongAndQuickWorkShare(t *testing.T) {
	quick := &fake{label: "quick", takes: 10 * time.Millisecond, want: always}
	slow := &fake{label: "slow", parts: 20, takes: 30 * time.Millisecond, want: always}
	visitFakes(t, 0.1, func(t *testing.T, r *room) {
		r.train(t, 50*time.Millisecond, 60*time.Second)
	}, quick, slow)
	// A turn of both takes 40 ms in 400 ms, so a run of 20 increments takes 8 s. The
	// first of each is free.
	if n := len(slow.runs); n < 7 || n > 9 {
		t.Errorf("%d long runs in a minute", n)
	}
	if n := len(quick.runs); n < 145 || n > 165 {
		t.Errorf("%d quick runs in a minute", n)
	}
	var busy time.Duration
	for _, run := range quick.runs[1:] {
		busy += run.end - run.start
	}
	for _, run := range slow.runs[1:] {
		busy += time.Duration(run.done) * slow.takes
	}
	if share := busy.Seconds() / 60; share > 0.105 || share < 0.09 {
		t.Errorf("new weights took %g of the time, want 0.1", share)
	}
}

// Only what the user wants ends a long product early, within an increment.
func TestAnotherWantEndsLongWork(t *testing.T) {
	slow := &fake{label: "slow", parts: 10, takes: 20 * time.Millisecond, want: inView(scene.MapView)}
	visitFakes(t, 0, func(t *testing.T, r *room) {
		r.Want(scene.Want{View: scene.MapView})
		time.Sleep(50 * time.Millisecond)
		r.SetWeights(weightsOf(t, r.net, 1))
		r.Want(scene.Want{View: scene.MapView, Freeze: true}) // nothing that matters here
		time.Sleep(25 * time.Millisecond)
		if got := r.board.Scene().Job; got == nil || *got != (scene.Job{Name: "slow", Done: 3, Total: 10}) {
			t.Errorf("got job %+v", got)
		}
		r.Want(scene.Want{View: scene.MapView, Photo: 1})
		time.Sleep(30 * time.Millisecond)
		r.Want(scene.Want{View: scene.CurvesView})
		time.Sleep(30 * time.Millisecond)
		if got := r.scene(); got.Job != nil || len(got.Notices) > 0 {
			t.Errorf("given up, yet %+v", got)
		}
	}, slow)
	want := []run{
		{0, 80 * time.Millisecond, 0, 4, errGivenUp, context.Canceled},
		{80 * time.Millisecond, 120 * time.Millisecond, 1, 2, errGivenUp, context.Canceled},
	}
	if !slices.Equal(slow.runs, want) {
		t.Errorf("got %v, want %v", slow.runs, want)
	}
}

// What is under way when all ends, or when the network changes, is given up.
func TestEndOfLongWork(t *testing.T) {
	slow := &fake{label: "slow", parts: 10, takes: 20 * time.Millisecond, want: always}
	visitFakes(t, 0, func(t *testing.T, r *room) {
		r.board.Update(func(s *scene.Scene) {
			s.Answer, s.Map, s.Run = &scene.Answer{}, &scene.Map{}, &scene.Run{}
		})
		time.Sleep(30 * time.Millisecond)
		if err := r.SetNetwork(tinyNet(t), statsOf(stored)); err != nil {
			t.Fatal(err)
		}
		time.Sleep(30 * time.Millisecond)
		if s := r.scene(); s.Answer != nil || s.Map != nil || s.Run == nil || s.Job != nil {
			t.Errorf("another network, yet %+v", s)
		}
		r.SetWeights(weightsOf(t, r.net, 1))
		time.Sleep(30 * time.Millisecond)
	}, slow)
	want := []run{
		{0, 40 * time.Millisecond, 0, 2, errGivenUp, context.Canceled},
		{60 * time.Millisecond, 100 * time.Millisecond, 1, 2, errGivenUp, context.Canceled},
	}
	if !slices.Equal(slow.runs, want) {
		t.Errorf("got %v, want %v", slow.runs, want)
	}
}

// A long product that the user waits for does not wait for one that new weights
// alone have caused.
func TestWhatIsAskedForOvertakes(t *testing.T) {
	first := &fake{label: "first", parts: 2, takes: 20 * time.Millisecond, want: inView(scene.MapView)}
	slow := &fake{label: "slow", parts: 4, takes: 20 * time.Millisecond, want: always}
	visitFakes(t, 0.01, func(t *testing.T, r *room) {
		time.Sleep(100 * time.Millisecond) // the first run
		r.SetWeights(weightsOf(t, r.net, 1))
		time.Sleep(30 * time.Millisecond) // the second waits 2 s after each increment but the last
		r.Want(scene.Want{View: scene.MapView})
		time.Sleep(10 * time.Second)
	}, first, slow)
	if len(first.runs) != 1 || first.runs[0].start != 130*time.Millisecond || first.runs[0].err != nil {
		t.Errorf("asked for at 130 ms: %v", first.runs)
	}
	if n := len(slow.runs); n != 2 || slow.runs[1].done != 4 || slow.runs[1].err != nil || slow.runs[1].end != 6120*time.Millisecond {
		t.Errorf("overtaken: %v", slow.runs)
	}
}

// What comes back into view is brought up to date at once.
func TestBackInView(t *testing.T) {
	quick := &fake{label: "quick", takes: 10 * time.Millisecond, want: inView(scene.MapView)}
	visitFakes(t, 0.001, func(t *testing.T, r *room) {
		r.Want(scene.Want{View: scene.MapView})
		time.Sleep(time.Second)
		r.SetWeights(weightsOf(t, r.net, 1)) // paid for until 11 s
		time.Sleep(time.Second)
		r.Want(scene.Want{})
		time.Sleep(time.Second)
		r.Want(scene.Want{View: scene.MapView}) // still of step 1
		time.Sleep(time.Second)
		r.Want(scene.Want{})
		r.SetWeights(weightsOf(t, r.net, 2))
		time.Sleep(time.Second)
		r.Want(scene.Want{View: scene.MapView})
		time.Sleep(time.Second)
	}, quick)
	var got []time.Duration
	for _, run := range quick.runs {
		got = append(got, run.start)
	}
	if want := []time.Duration{0, time.Second, 5 * time.Second}; !slices.Equal(got, want) {
		t.Errorf("done at %v, want %v", got, want)
	}
}

// What fails is a notice, and is not tried with every new weights.
func TestFailures(t *testing.T) {
	for _, parts := range []int{0, 2} {
		bad := &fake{label: "bad", parts: parts, takes: time.Millisecond, want: inView(scene.MapView), fail: errors.New("out of paper")}
		good := &fake{label: "good", parts: parts, takes: time.Millisecond, want: always}
		visitFakes(t, 0, func(t *testing.T, r *room) {
			tell := func(w scene.Want) {
				r.Want(w)
				time.Sleep(time.Second)
			}
			tell(scene.Want{View: scene.MapView})
			r.train(t, 10*time.Millisecond, 50*time.Millisecond)
			tell(scene.Want{View: scene.MapView, Photo: 1})
			tell(scene.Want{})
			tell(scene.Want{View: scene.MapView, Photo: 1})
			if got := notices(r.scene()); !slices.Equal(got, []string{"out of paper"}) {
				t.Errorf("got %q", got)
			}
		}, bad, good)
		if len(bad.runs) != 3 || len(good.runs) != 6 {
			t.Errorf("%d increments: tried %d times, want 3; beside it %d, want 6", parts, len(bad.runs), len(good.runs))
		}
	}
}
