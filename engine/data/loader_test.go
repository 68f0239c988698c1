package data

import (
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"sync"
	"testing"
	"testing/synctest"

	"tandem/engine/tensor"
)

var everything = Augment{Crop: 5, Flip: true, ColourNoise: 0.1, Subtract: SubtractMeanImage, Scale: 1.0 / 128}

func TestEveryEpochIsAPermutation(t *testing.T) {
	r := newRand(t)
	for _, batch := range []int{1, 4, 7, 30} {
		const n = 13
		l := mustLoad(t, randomSet(r, n, 1, 4, 4), nil, Augment{}, r.Uint64(), batch, LoaderOptions{})
		var order []int
		for len(order) < 4*n {
			order = append(order, mustNext(t, l).Index...)
		}
		var epochs [][]int
		for e := range 4 {
			epochs = append(epochs, order[e*n:][:n])
			sorted := slices.Sorted(slices.Values(epochs[e]))
			for i, v := range sorted {
				if i != v {
					t.Fatalf("batch %d: epoch %d is %v", batch, e, epochs[e])
				}
			}
		}
		if slices.Equal(epochs[0], epochs[1]) || slices.Equal(epochs[1], epochs[2]) {
			t.Errorf("batch %d: epochs repeat: %v", batch, epochs)
		}
	}
}

// Any step alone, with any number of workers and any budget, is the step of the
// whole run.
func TestStepsReplay(t *testing.T) {
	r := newRand(t)
	ds := randomSet(r, 11, 3, 8, 7)
	ds.breakImages(2, 3, 9)
	stats, seed := mustStats(t, ds), r.Uint64()
	const batch, steps = 4, 9
	var run []*Batch
	whole := mustLoad(t, ds, stats, everything, seed, batch, LoaderOptions{Workers: 1})
	for range steps {
		run = append(run, mustNext(t, whole))
	}
	for step := range steps {
		l := mustLoad(t, ds, stats, everything, seed, batch, LoaderOptions{Workers: 1 + step, Budget: int64(step) << 10, FirstStep: step})
		if got := mustNext(t, l); !reflect.DeepEqual(got, run[step]) {
			t.Errorf("step %d replayed:\n%v\nin the run:\n%v", step, got, run[step])
		}
	}
	if reflect.DeepEqual(run[0].X, run[1].X) {
		t.Error("two steps are alike")
	}
}

func TestSeedsDiffer(t *testing.T) {
	r := newRand(t)
	ds := randomSet(r, 50, 3, 8, 8)
	stats := mustStats(t, ds)
	a := mustNext(t, mustLoad(t, ds, stats, everything, 1, 50, LoaderOptions{}))
	b := mustNext(t, mustLoad(t, ds, stats, everything, 2, 50, LoaderOptions{}))
	if slices.Equal(a.Index, b.Index) || slices.Equal(a.X, b.X) {
		t.Error("two seeds give the same batch")
	}
}

func TestBatchesHoldTheirImages(t *testing.T) {
	r := newRand(t)
	ds := randomSet(r, 9, 3, 5, 6)
	l := mustLoad(t, ds, nil, Augment{}, 3, 4, LoaderOptions{})
	for range 10 {
		b := mustNext(t, l)
		for row, i := range b.Index {
			if b.Labels[row] != float32(ds.labels[i]) {
				t.Fatalf("image %d has label %g, want %d", i, b.Labels[row], ds.labels[i])
			}
			for k, v := range ds.image(i) {
				if b.X[row*90+k] != float32(v) {
					t.Fatalf("image %d differs at %d", i, k)
				}
			}
		}
		for i := range b.X {
			b.X[i] = -1 // recycled storage must not shine through
		}
		l.Recycle(b)
	}
}

func TestBrokenImagesAreReplacedAndCounted(t *testing.T) {
	ds := randomSet(newRand(t), 6, 1, 2, 2)
	ds.breakImages(1, 4, 5)
	l := mustLoad(t, ds, nil, Augment{}, 3, 6, LoaderOptions{})
	b := mustNext(t, l)
	count := map[int]int{}
	for _, i := range b.Index {
		count[i]++
	}
	// 1 is replaced by 2; 4 and 5 by 0.
	if want := (map[int]int{0: 3, 2: 2, 3: 1}); !reflect.DeepEqual(count, want) {
		t.Errorf("images were used %v times, want %v", count, want)
	}
	if len(b.Skipped) != 4 { // 5 twice, on the way from 4 too
		t.Errorf("skipped %v, want four entries", b.Skipped)
	}
	mustNext(t, l)
	if s := l.Skipped(); len(s) != 3 {
		t.Errorf("the loader skipped %v, want three images", s)
	}
	l.Close()
	ds.breakImages(0, 2, 3)
	_, err := mustLoad(t, ds, nil, Augment{}, 3, 6, LoaderOptions{}).Next(context.Background())
	wantError(t, err, "no image")
}

func TestEvaluationVisitsEachImageOnce(t *testing.T) {
	ds := randomSet(newRand(t), 10, 1, 6, 6)
	ds.breakImages(0, 1, 2, 3, 8)
	for _, c := range []struct{ batch, views int }{{1, 1}, {4, 1}, {4, 2}, {100, 5}, {25, 10}} {
		l, err := NewEvalLoader(ds, nil, Augment{Crop: 4, Flip: true, ColourNoise: 3}, c.batch, c.views, LoaderOptions{})
		if err != nil {
			t.Fatal(err)
		}
		var seen []int
		for _, b := range drain(t, l) {
			if b.N > c.batch || b.N%c.views != 0 || len(b.X) != b.N*16 || len(b.Labels) != b.N || len(b.Index) != b.N || b.Views != c.views {
				t.Fatalf("%+v: ill-formed batch %+v", c, b)
			}
			for row := 0; row < b.N; row++ {
				i := b.Index[row]
				if row%c.views == 0 {
					seen = append(seen, i)
				}
				if i != seen[len(seen)-1] || b.Labels[row] != float32(ds.labels[i]) {
					t.Errorf("%+v: row %d is of image %d, label %g", c, row, i, b.Labels[row])
				}
			}
		}
		if want := []int{4, 5, 6, 7, 9}; !slices.Equal(seen, want) {
			t.Errorf("%+v: saw images %v, want %v", c, seen, want)
		}
		if len(l.Skipped()) != 5 {
			t.Errorf("%+v: skipped %v, want five", c, l.Skipped())
		}
		if _, err := l.Next(context.Background()); err != io.EOF {
			t.Errorf("after the end: %v, want EOF again", err)
		}
	}
}

// failing is a dataset whose disk fails at one image.
type failing struct {
	*memory
	at int
}

func (f failing) Read(i int, dst []byte) (int, error) {
	if i == f.at {
		return 0, fmt.Errorf("photo%d.jpg: input/output error", i)
	}
	return f.memory.Read(i, dst)
}

func TestReadErrorsSurface(t *testing.T) {
	ds := failing{randomSet(newRand(t), 40, 1, 3, 3), 17}
	l := mustLoad(t, ds, nil, Augment{}, 5, 8, LoaderOptions{})
	for step := 0; ; step++ {
		b, err := l.Next(context.Background())
		if err != nil {
			wantError(t, err, "photo17.jpg")
			break
		}
		if slices.Contains(b.Index, 17) || step > 5 {
			t.Fatalf("step %d passed with images %v", step, b.Index)
		}
	}
	_, err := l.Next(context.Background())
	wantError(t, err, "photo17.jpg")
}

// stuck is a dataset that counts its readers and holds them up.
type stuck struct {
	*memory
	release chan struct{}
	mu      *sync.Mutex
	reads   *int
}

func newStuck(t *testing.T) stuck {
	return stuck{randomSet(newRand(t), 50, 1, 10, 10), make(chan struct{}), new(sync.Mutex), new(int)}
}

func (s stuck) Read(i int, dst []byte) (int, error) {
	<-s.release
	s.mu.Lock()
	*s.reads++
	s.mu.Unlock()
	return s.memory.Read(i, dst)
}

func TestNextHeedsItsContextAndLosesNothing(t *testing.T) {
	ds := newStuck(t)
	l := mustLoad(t, ds, nil, Augment{}, 5, 8, LoaderOptions{})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for range 3 {
		if _, err := l.Next(ctx); !errors.Is(err, context.Canceled) {
			t.Fatalf("got %v, want a cancellation", err)
		}
	}
	close(ds.release)
	for step := range 3 {
		if b := mustNext(t, l); b.Step != step {
			t.Errorf("got step %d, want %d", b.Step, step)
		}
	}
}

func TestBudgetBoundsWhatIsPreparedAhead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ds := newStuck(t)
		close(ds.release)
		const batch = 4
		l, err := NewLoader(ds, nil, Augment{}, 5, batch, LoaderOptions{Budget: 4 * batch * 400})
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		synctest.Wait() // until every goroutine waits
		if want := 3 * batch; *ds.reads != want {
			t.Errorf("%d images were read ahead, want %d", *ds.reads, want)
		}
		l.Recycle(mustNext(t, l))
		synctest.Wait()
		if want := 4 * batch; *ds.reads != want {
			t.Errorf("%d images were read after one batch, want %d", *ds.reads, want)
		}
	})
}

func TestRecyclingReusesStorage(t *testing.T) {
	ds := randomSet(newRand(t), 50, 1, 10, 10)
	l := mustLoad(t, ds, nil, Augment{}, 5, 8, LoaderOptions{Budget: 1})
	storage := map[*float32]bool{}
	for range 50 {
		b := mustNext(t, l)
		storage[&b.X[0]] = true
		l.Recycle(b)
	}
	if len(storage) > 3 {
		t.Errorf("%d buffers came into use, want at most 3", len(storage))
	}
}

// One image looks different at every step of the run, epochs included.
func TestStepsDrawAnew(t *testing.T) {
	ds := randomSet(newRand(t), 1, 3, 9, 9)
	l := mustLoad(t, ds, mustStats(t, ds), everything, 1, 2, LoaderOptions{})
	seen := map[float32]bool{}
	for range 20 {
		b := mustNext(t, l)
		seen[b.X[0]], seen[b.X[b.N*75-75]] = true, true
	}
	if len(seen) < 39 { // 24 bits of noise hardly ever meet
		t.Errorf("40 views of one image start with %d values", len(seen))
	}
}

// Closing ends every goroutine, which synctest checks, and waits for the reads
// under way, so that the dataset may be closed next.
func TestCloseLeavesNothingBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ds := newStuck(t)
		l, err := NewLoader(ds, nil, Augment{}, 5, 8, LoaderOptions{Workers: 3})
		if err != nil {
			t.Fatal(err)
		}
		result := make(chan error)
		go func() {
			_, err := l.Next(context.Background())
			result <- err
		}()
		synctest.Wait() // until reads are under way
		closed := make(chan struct{})
		go func() {
			l.Close()
			close(closed)
		}()
		synctest.Wait()
		select {
		case <-closed:
			t.Error("Close did not wait for reads")
		default:
		}
		close(ds.release)
		<-closed
		l.Close()
		if err := <-result; err != nil && err != errClosed {
			t.Errorf("the waiting call got %v", err)
		}
		if _, err := l.Next(context.Background()); err != errClosed {
			t.Errorf("after Close: %v, want %v", err, errClosed)
		}
	})
}

func TestLoaderRefusals(t *testing.T) {
	r := newRand(t)
	ds := randomSet(r, 5, 3, 8, 8)
	stats := mustStats(t, ds)
	try := func(a Augment, s *Stats, ds Dataset, parts ...string) {
		t.Helper()
		_, err := NewLoader(ds, s, a, 1, 4, LoaderOptions{})
		wantError(t, err, parts...)
	}
	try(Augment{Crop: 9}, nil, ds, "crop of 9", "8 x 8")
	try(Augment{Crop: -1}, nil, ds, "crop of -1")
	try(Augment{Subtract: SubtractMeanRGB}, nil, ds, "statistics")
	try(Augment{ColourNoise: 0.1}, nil, ds, "statistics")
	try(Augment{Subtract: "mean"}, stats, ds, `"mean"`, "mean-rgb")
	try(Augment{Subtract: SubtractMeanRGB}, stats, randomSet(r, 5, 1, 8, 8), "3", "1")
	try(Augment{Subtract: SubtractMeanImage}, stats, randomSet(r, 5, 3, 9, 8), "3x8x8", "3x9x8")
	try(Augment{}, nil, &memory{shape: tensor.Shape{1, 2, 2}}, "no images")
	_, err := NewEvalLoader(ds, nil, Augment{}, 4, 10, LoaderOptions{})
	wantError(t, err, "batch of 4", "10 views")
	_, err = NewEvalLoader(ds, nil, Augment{}, 4, 3, LoaderOptions{})
	wantError(t, err, "3 views")
}
