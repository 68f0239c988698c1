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
	e.done, e.failed, e.resting = w, err != nil, false
	if err != nil && b.ctx.Err() == nil {
		b.complain(err)
	}
}

// begin computes the first long product of that urgency, and returns false if
// there is none. Only those before a given one count, all if that is nil.
func (b *bench) begin(due urgency, before *entry) bool {
	for _, e := range b.entries {
		if e == before {
			return false
		}
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
// scene's Job, lets others go first, and waits where Options.Share says so, but not
// after the last one. Others may have used the batched model. It returns an error
// when the product is not wanted any more.
func (b *bench) pause(done, total int) error {
	b.settle()
	b.publish(func(s *scene.Scene) { s.Job = &scene.Job{Name: b.job.name(), Done: done, Total: total} })
	for breathe(); ; b.wait() {
		open := b.budget.open()
		wanted := b.attend(open)
		b.job.since = time.Now()
		switch {
		case !wanted:
			b.job.cancel()
			return errGivenUp
		case open || !b.job.paid || done >= total:
			return nil
		}
	}
}

// attend computes what goes before the long product under way, and tells whether
// that is still wanted. The budget that is open to quick products is open to the
// increment after them, too: they would leave it nothing otherwise.
func (b *bench) attend(open bool) bool {
	for b.ctx.Err() == nil && b.hear(false) {
		b.serve(open)
		if !b.overtake() {
			return b.job.wish(b).key == b.job.from.key
		}
	}
	return false
}

// overtake computes a long product that the user waits for and that comes before
// the one under way, and returns false if there is none. So what a survey has found
// can be looked at while the next is under way.
func (b *bench) overtake() bool {
	slow := b.job
	defer func() { b.job = slow }()
	return b.begin(asked, slow.entry)
}

// breathe lets messages come in. In a browser they do only while Go sleeps.
func breathe() {
	if runtime.GOOS == "js" {
		time.Sleep(time.Millisecond)
	}
}
