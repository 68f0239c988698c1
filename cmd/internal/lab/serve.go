package lab

import (
	"context"
	"errors"
	"runtime"
	"time"

	"tandem/cmd/internal/scene"
)

// errGivenUp ends a long product that nobody wants any more.
var errGivenUp = errors.New("given up")

// job is a long product under way.
type job struct {
	*entry
	from   wish
	paid   bool      // by the budget: new weights alone caused it
	since  time.Time // start of the increment
	cancel context.CancelFunc
}

// serve computes the quick products that are due: what the user waits for, and
// with an open budget what is behind.
func (b *bench) serve(open bool) {
	for _, e := range b.entries {
		if e.long() {
			continue
		}
		switch w, u := e.look(b); {
		case u == asked:
			b.finish(e, w, e.compute(b.ctx, b, w.weights))
		case u == lagging && open:
			start := time.Now()
			b.finish(e, w, e.compute(b.ctx, b, w.weights))
			b.budget.spend(start)
		}
	}
}

// finish notes that a product was computed.
func (b *bench) finish(e *entry, w wish, err error) {
	e.done, e.failed = w, err != nil
	if err != nil && b.ctx.Err() == nil {
		b.complain(err)
	}
}

// begin computes the first long product of that urgency, and returns false if
// there is none.
func (b *bench) begin(due urgency) bool {
	for _, e := range b.entries {
		if !e.long() {
			continue
		}
		if w, u := e.look(b); u == due {
			b.do(e, w, u == lagging)
			return true
		}
	}
	return false
}

// do computes a long product, or as much as is wanted.
func (b *bench) do(e *entry, w wish, paid bool) {
	ctx, cancel := context.WithCancel(b.ctx)
	defer cancel()
	b.job = &job{e, w, paid, time.Now(), cancel}
	err := e.compute(ctx, b, w.weights)
	b.settle()
	b.job = nil
	b.publish(func(s *scene.Scene) { s.Job = nil })
	if err == nil || ctx.Err() == nil {
		b.finish(e, w, err)
	}
}

// settle accounts for the increment that has just ended.
func (b *bench) settle() {
	if b.job.paid {
		b.budget.spend(b.job.since)
	}
}

// pause is called by long products between increments. It reports progress as the
// scene's Job, lets quick products go first, and waits where Options.Share says so.
// It returns an error when the product is not wanted any more.
func (b *bench) pause(done, total int) error {
	b.settle()
	b.publish(func(s *scene.Scene) { s.Job = &scene.Job{Name: b.job.name(), Done: done, Total: total} })
	for breathe(); ; b.wait() {
		wanted := b.hear(false)
		open := b.budget.open()
		if wanted {
			b.serve(open)
			wanted = b.job.wish(b).key == b.job.from.key && b.ctx.Err() == nil
		}
		if !wanted {
			b.job.cancel()
			b.job.since = time.Now()
			return errGivenUp
		}
		if open || !b.job.paid {
			b.job.since = time.Now()
			return nil
		}
	}
}

// breathe lets messages come in. In a browser they do only while Go sleeps.
func breathe() {
	if runtime.GOOS == "js" {
		time.Sleep(time.Millisecond)
	}
}
