package cpu

import (
	"sync"
	"sync/atomic"
)

// crew is a fixed set of workers. The goroutine that calls run is one of them,
// so a crew of one needs no goroutine at all (as in the browser).
type crew struct {
	jobs    chan *job
	scratch []*scratch // of each worker, the caller's first
}

// scratch is memory that one worker keeps from one operation to the next.
type scratch struct {
	left, right, product area // the factors' panels and the tiles of a product
	image                area // a piece of the input, see layout
}

// area is memory that grows to the largest size asked of it.
type area struct{ words []float32 }

// take returns n words of unspecified content, valid until the next take.
func (a *area) take(n int) []float32 {
	if cap(a.words) < n {
		a.words = make([]float32, n)
	}
	return a.words[:n:n]
}

type job struct {
	n    int
	next atomic.Int64
	f    func(s *scratch, i int)
	done sync.WaitGroup
}

func newCrew(workers int) *crew {
	c := &crew{jobs: make(chan *job, workers), scratch: make([]*scratch, workers)}
	for i := range c.scratch {
		c.scratch[i] = &scratch{}
	}
	for _, s := range c.scratch[1:] {
		go func() {
			for j := range c.jobs {
				j.work(s)
				j.done.Done()
			}
		}()
	}
	return c
}

func (c *crew) size() int { return len(c.scratch) }

func (c *crew) stop() { close(c.jobs) }

// run calls f(s, i) for i from 0 to n-1, s being the worker's own.
func (c *crew) run(n int, f func(s *scratch, i int)) {
	j := &job{n: n, f: f}
	for range min(c.size(), n) - 1 {
		j.done.Add(1)
		c.jobs <- j
	}
	j.work(c.scratch[0])
	j.done.Wait()
}

func (j *job) work(s *scratch) {
	for i := int(j.next.Add(1)) - 1; i < j.n; i = int(j.next.Add(1)) - 1 {
		j.f(s, i)
	}
}
