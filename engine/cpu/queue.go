package cpu

import (
	"errors"
	"sync"
)

var errClosed = errors.New("cpu: the device is closed")

// queue runs operations in the order they are pushed, on a goroutine of its
// own. It grows as needed, so that pushing never blocks.
type queue struct {
	mu      sync.Mutex
	changed sync.Cond
	waiting []func()
	running bool // operations taken off waiting are not finished yet
	closed  bool
	err     error // first
	aborted bool  // skip what is left; of the queue's goroutine
}

func newQueue() *queue {
	q := &queue{}
	q.changed.L = &q.mu
	go q.work()
	return q
}

func (q *queue) work() {
	q.mu.Lock()
	var taken []func()
	for {
		for len(q.waiting) == 0 && !q.closed {
			q.changed.Wait()
		}
		if len(q.waiting) == 0 {
			q.mu.Unlock() // not deferred: an operation that panics runs unlocked
			return
		}
		taken, q.waiting = q.waiting, taken[:0]
		q.running = true
		q.mu.Unlock()
		q.runAll(taken)
		q.mu.Lock()
		q.running = false
		q.changed.Broadcast()
	}
}

// runAll drops each operation once it is done, with the buffers it holds.
func (q *queue) runAll(ops []func()) {
	for i := range ops {
		q.runEach(ops[i : i+1])
		ops[i] = nil
	}
}

// runEach runs operations until one of them aborts.
func (q *queue) runEach(ops []func()) {
	for _, op := range ops {
		if !q.aborted {
			op()
		}
	}
}

// abort is called from an operation that failed: those behind it are skipped.
func (q *queue) abort(err error) {
	q.aborted = true
	q.mu.Lock()
	defer q.mu.Unlock()
	q.fail(err)
}

func (q *queue) push(op func()) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		q.fail(errClosed)
		return
	}
	q.waiting = append(q.waiting, op)
	q.changed.Broadcast()
}

// fail keeps the first error. The caller holds mu.
func (q *queue) fail(err error) {
	if q.err == nil {
		q.err = err
	}
}

func (q *queue) idle() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return !q.closed && !q.running && len(q.waiting) == 0
}

func (q *queue) isClosed() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.closed
}

// wait returns the first error once everything pushed is done.
func (q *queue) wait() error {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.drain()
	return q.err
}

func (q *queue) drain() {
	for q.running || len(q.waiting) > 0 {
		q.changed.Wait()
	}
}

// close ends the goroutine after the last operation; from then on wait returns
// an error.
func (q *queue) close() error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return errClosed
	}
	q.drain()
	err := q.err
	q.closed = true
	q.fail(errClosed)
	q.changed.Broadcast()
	return err
}
