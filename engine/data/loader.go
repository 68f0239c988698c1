package data

import (
	"context"
	"errors"
	"io"
	"runtime"
	"slices"
	"sync"
)

// Batch is a set of views ready to be uploaded.
type Batch struct {
	Step   int       // training: the step of the run; evaluation: counts from 0
	N      int       // rows; in evaluation they can be fewer than the batch size
	Views  int       // rows per image, which follow each other; 1 in training
	X      []float32 // N x C x h x w
	Labels []float32 // N
	Index  []int     // N: the image of each row, by its index in the dataset
	// Skipped lists the broken images met in this batch. In training the next
	// good image of the dataset stands in; in evaluation they have no rows.
	Skipped []Skipped
}

// resize makes room for rows of n floats each, keeping storage where it can.
func (b *Batch) resize(rows, n int) {
	b.N = rows
	b.X = grow(b.X, rows*n)
	b.Labels = grow(b.Labels, rows)
	b.Index = grow(b.Index, rows)
	b.Skipped = nil
}

func grow[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}

// LoaderOptions tune a loader. None of them changes what the batches hold.
type LoaderOptions struct {
	Workers   int   // goroutines that read and decode; 0: one per core
	Budget    int64 // bytes of batches in memory, at least two batches; 0: DefaultPrefetch
	FirstStep int   // where a resumed run goes on
}

// DefaultPrefetch holds three batches of 128 colour images of 224 x 224.
const DefaultPrefetch = 256 << 20

// Loader prepares batches ahead of their use, several images at a time.
type Loader struct {
	sampler sampler
	ctx     context.Context // ends with Close
	cancel  context.CancelFunc
	crew    sync.WaitGroup
	slots   chan struct{} // a token for every batch prepared ahead
	ordered chan *job     // by step; closed after the last
	items   chan item
	free    chan *Batch // recycled
	waiting *job        // taken from ordered and not delivered yet
	skipped []Skipped   // without repetition
	err     error       // what ended the sequence
}

// start sets a loader's goroutines to work.
func start(s sampler, o LoaderOptions) *Loader {
	raw, batch := s.sizes()
	ahead := batchesAhead(o.Budget, batch)
	l := &Loader{
		sampler: s,
		slots:   make(chan struct{}, ahead),
		ordered: make(chan *job, ahead),
		items:   make(chan item),
		free:    make(chan *Batch, ahead+1),
	}
	l.ctx, l.cancel = context.WithCancel(context.Background())
	l.crew.Go(func() { l.schedule(o.FirstStep) })
	workers := o.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	for range workers {
		l.crew.Go(func() { l.work(make([]byte, raw)) })
	}
	return l
}

// batchesAhead divides the budget, leaving one batch for whoever is using it.
func batchesAhead(budget, batch int64) int {
	const most = 16 // more would only use memory
	if budget <= 0 {
		budget = DefaultPrefetch
	}
	return int(min(max(budget/batch-1, 1), most))
}

var errClosed = errors.New("data: the loader is closed")

// Next returns the next batch, which is the caller's until Recycle. It waits
// for it if need be, until ctx or the loader ends. After the last batch of an
// evaluation it returns io.EOF; an image that cannot be read (a disk error, not
// a broken image) is an error that names the file and ends the sequence.
// One goroutine at a time may call Next, Recycle and Skipped.
func (l *Loader) Next(ctx context.Context) (*Batch, error) {
	for l.err == nil {
		if err := l.await(ctx); err != nil {
			return nil, err
		}
		batch := l.deliver()
		if batch != nil && batch.N > 0 {
			return batch, nil
		}
		l.Recycle(batch) // an evaluation met broken images only
	}
	return nil, l.err
}

// await waits until l.waiting is done or the sequence has ended.
func (l *Loader) await(ctx context.Context) error {
	if l.ctx.Err() != nil {
		return errClosed
	}
	if l.waiting == nil {
		select {
		case l.waiting = <-l.ordered:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if l.waiting == nil {
		return l.ended()
	}
	select {
	case <-l.waiting.done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-l.ctx.Done():
		return errClosed
	}
}

// ended tells the end of an evaluation from a loader closed meanwhile.
func (l *Loader) ended() error {
	if l.ctx.Err() != nil {
		return errClosed
	}
	return io.EOF
}

// deliver takes over the waiting batch and lets another one be prepared. It
// returns nil and sets l.err if the batch failed.
func (l *Loader) deliver() *Batch {
	j := l.waiting
	l.waiting = nil
	<-l.slots
	l.err = j.conclude()
	if l.err != nil {
		return nil
	}
	for _, skip := range j.batch.Skipped {
		if !slices.Contains(l.skipped, skip) {
			l.skipped = append(l.skipped, skip)
		}
	}
	return j.batch
}

// Skipped lists each broken image met so far once.
func (l *Loader) Skipped() []Skipped { return slices.Clone(l.skipped) }

// Recycle hands a batch's storage back, to be filled again.
func (l *Loader) Recycle(b *Batch) {
	if b == nil {
		return
	}
	select {
	case l.free <- b:
	default: // enough of them
	}
}

// Close stops the loader's goroutines and waits for them. It may be called
// while Next waits, and more than once. The dataset stays open.
func (l *Loader) Close() {
	l.cancel()
	l.crew.Wait()
}
