//go:build cgo

package vulkan

import (
	"runtime"
	"sync"
)

// worker does jobs one after the other on an OS thread of its own: it spends
// its life waiting in C.
type worker[J any] struct {
	do      func(J)
	mu      sync.Mutex
	changed sync.Cond
	jobs    []J
	given   uint64 // jobs so far
	done    uint64
	stopped bool
	ended   sync.WaitGroup
}

func newWorker[J any](do func(J)) *worker[J] {
	w := &worker[J]{do: do}
	w.changed.L = &w.mu
	w.ended.Go(w.work)
	return w
}

// give queues a job and returns its number.
func (w *worker[J]) give(j J) uint64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.jobs = append(w.jobs, j)
	w.given++
	w.changed.Broadcast()
	return w.given
}

// wait returns when job number n is done.
func (w *worker[J]) wait(n uint64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for w.done < n {
		w.changed.Wait()
	}
}

// has tells whether job number n is done.
func (w *worker[J]) has(n uint64) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.done >= n
}

// drain returns when every job given so far is done.
func (w *worker[J]) drain() {
	w.mu.Lock()
	n := w.given
	w.mu.Unlock()
	w.wait(n)
}

func (w *worker[J]) work() {
	runtime.LockOSThread()
	w.mu.Lock()
	defer w.mu.Unlock()
	for {
		for len(w.jobs) == 0 && !w.stopped {
			w.changed.Wait()
		}
		if len(w.jobs) == 0 {
			return
		}
		j := w.jobs[0]
		w.jobs = append(w.jobs[:0], w.jobs[1:]...)
		w.mu.Unlock()
		w.do(j)
		w.mu.Lock()
		w.done++
		w.changed.Broadcast()
	}
}

// stop ends the worker after its last job.
func (w *worker[J]) stop() {
	w.mu.Lock()
	w.stopped = true
	w.changed.Broadcast()
	w.mu.Unlock()
	w.ended.Wait()
}
