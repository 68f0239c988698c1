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
	words []float32
}

// take returns n words of unspecified content, valid until the next take.
func (s *scratch) take(n int) []float32 {
	if cap(s.words) < n {
		s.words = make([]float32, n)
	}
	return s.words[:n]
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

func (c *crew) stop() { close(c.jobs) }

// run calls f(s, i) for i from 0 to n-1, s being the worker's own.
func (c *crew) run(n int, f func(s *scratch, i int)) {
	j := &job{n: n, f: f}
	helpers := min(len(c.scratch), n) - 1
	for range helpers {
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
