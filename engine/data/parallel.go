package data

import (
	"context"
	"runtime"
	"sync"
)

// parallel visits 0..n-1 on all cores. Each core gets its own visitor from
// newVisitor, which is called by one goroutine at a time. The first failure
// stops it; of several the one with the lowest index is returned. Calls of
// progress do not overlap.
func parallel(ctx context.Context, n int, progress func(done, total int), newVisitor func() func(i int) error) error {
	p := &progressiveRange{total: n, progress: progress}
	var crew sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		visit := newVisitor()
		crew.Go(func() {
			for ctx.Err() == nil {
				first, last := p.take()
				if first == last {
					return
				}
				p.finish(last-first, visitRange(first, last, visit))
			}
		})
	}
	crew.Wait()
	if p.err != nil {
		return p.err.error
	}
	return ctx.Err()
}

// indexedError is the failure of one visit.
type indexedError struct {
	index int
	error
}

func visitRange(first, last int, visit func(i int) error) *indexedError {
	for i := first; i < last; i++ {
		if err := visit(i); err != nil {
			return &indexedError{i, err}
		}
	}
	return nil
}

// progressiveRange hands out 0..total-1 piece by piece and counts what is done.
type progressiveRange struct {
	mu          sync.Mutex
	total       int
	taken, done int
	err         *indexedError
	progress    func(done, total int)
}

// take returns the next piece, empty if none is left or something failed.
func (p *progressiveRange) take() (first, last int) {
	const piece = 32 // few enough to share evenly, enough to make locking cheap
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.err != nil {
		return 0, 0
	}
	first = p.taken
	p.taken = min(p.total, first+piece)
	return first, p.taken
}

func (p *progressiveRange) finish(count int, err *indexedError) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err != nil && (p.err == nil || err.index < p.err.index) {
		p.err = err
	}
	p.done += count
	if p.progress != nil {
		p.progress(p.done, p.total)
	}
}
