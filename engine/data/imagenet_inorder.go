package data

import (
	"context"
	"sync"
)

// inOrder calls work(0) to work(n-1) on several goroutines and use on each
// result, one after another in order. At most 2*workers results wait at a time.
// It returns the first error of use, or that of ctx.
func inOrder[T any](ctx context.Context, n, workers int, work func(i int) T, use func(i int, result T) error) error {
	ctx, cancel := context.WithCancel(ctx)
	var crew sync.WaitGroup
	defer crew.Wait()
	defer cancel()

	type task struct {
		i      int
		result chan T
	}
	tasks := make(chan task)
	ordered := make(chan task, 2*workers)
	crew.Go(func() {
		defer close(tasks)
		defer close(ordered)
		for i := range n {
			t := task{i, make(chan T, 1)}
			if !send(ctx, ordered, t) || !send(ctx, tasks, t) {
				return
			}
		}
	})
	for range workers {
		crew.Go(func() {
			for t := range tasks {
				t.result <- work(t.i)
			}
		})
	}
	for t := range ordered {
		select {
		case result := <-t.result:
			if err := use(t.i, result); err != nil {
				return err
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return ctx.Err()
}
