package data

import (
	"context"
	"sync/atomic"
)

// sampler decides what goes into batches.
type sampler interface {
	// layout sizes a batch for its step and returns how many images it takes,
	// 0 after the last batch. One goroutine calls it, step by step.
	layout(b *Batch, step int) int
	// fill prepares image i of a batch. raw has room for a stored image.
	fill(b *Batch, i int, raw []byte) outcome
	// sizes returns the bytes of a stored image and of a batch.
	sizes() (raw int, batch int64)
}

// outcome is what became of one image.
type outcome struct {
	skipped []Skipped
	omit    bool // there is nothing in its rows
	err     error
}

// job is a batch in the making.
type job struct {
	batch    *Batch
	outcomes []outcome // by image
	pending  atomic.Int64
	done     chan struct{} // closed when every image is there
}

// item is one image of a job.
type item struct {
	*job
	image int
}

// schedule lays batches out in order and deals their images to the workers.
func (l *Loader) schedule(step int) {
	defer close(l.ordered)
	defer close(l.items)
	for ; send(l.ctx, l.slots, struct{}{}); step++ {
		j := &job{batch: l.storage(), done: make(chan struct{})}
		images := l.sampler.layout(j.batch, step)
		if images == 0 {
			return
		}
		j.outcomes = make([]outcome, images)
		j.pending.Store(int64(images))
		l.ordered <- j // has room for as many as there are slots
		for i := range images {
			if !send(l.ctx, l.items, item{j, i}) {
				return
			}
		}
	}
}

// send reports false if ctx ended first.
func send[T any](ctx context.Context, c chan<- T, v T) bool {
	select {
	case c <- v:
		return ctx.Err() == nil
	case <-ctx.Done():
		return false
	}
}

func (l *Loader) storage() *Batch {
	select {
	case b := <-l.free:
		return b
	default:
		return new(Batch)
	}
}

func (l *Loader) work(raw []byte) {
	for it := range l.items {
		it.outcomes[it.image] = l.sampler.fill(it.batch, it.image, raw)
		if it.pending.Add(-1) == 0 {
			close(it.done)
		}
	}
}

// conclude gathers the outcomes of a finished job in the order of its images
// and closes the gaps of those left out.
func (j *job) conclude() error {
	b := j.batch
	rows := b.N / len(j.outcomes) // per image
	perRow := len(b.X) / b.N
	kept := 0
	for i, o := range j.outcomes {
		if o.err != nil {
			return o.err
		}
		b.Skipped = append(b.Skipped, o.skipped...)
		if o.omit {
			continue
		}
		b.move(kept*rows, i*rows, rows, perRow)
		kept++
	}
	b.truncate(kept*rows, perRow)
	return nil
}

// move copies n rows to an earlier place.
func (b *Batch) move(to, from, n, perRow int) {
	if to == from {
		return
	}
	copy(b.X[to*perRow:], b.X[from*perRow:(from+n)*perRow])
	copy(b.Labels[to:], b.Labels[from:from+n])
	copy(b.Index[to:], b.Index[from:from+n])
}

// truncate keeps the first rows only.
func (b *Batch) truncate(rows, perRow int) {
	b.N = rows
	b.X = b.X[:rows*perRow]
	b.Labels = b.Labels[:rows]
	b.Index = b.Index[:rows]
}
