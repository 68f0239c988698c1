package cpu

import (
	"errors"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestOperationsRunInOrder(t *testing.T) {
	d := New(3)
	defer d.Close()
	var order []int
	for i := range 1000 {
		d.enqueue(func() {
			d.parallel(i%7, func(int) {})
			order = append(order, i)
		})
	}
	if err := d.Sync(); err != nil {
		t.Fatal(err)
	}
	for i, got := range order {
		if got != i {
			t.Fatalf("operation %d ran in place %d", got, i)
		}
	}
	if len(order) != 1000 {
		t.Fatalf("%d operations ran", len(order))
	}
}

// Neither enqueueing nor uploading waits, and the upload's source is free at
// once, even while an earlier operation holds the device up.
func TestUploadBehindBusyQueue(t *testing.T) {
	d := New(2)
	defer d.Close()
	b, err := d.Alloc(3)
	if err != nil {
		t.Fatal(err)
	}
	d.Upload(b, 0, []float32{7, 8, 9})
	hold := make(chan struct{})
	var before, after []float32
	d.enqueue(func() {
		<-hold
		before = append(before, data(b)...)
	})
	src := []float32{1, 2}
	d.Upload(b, 1, src)
	src[0], src[1] = 9, 9
	d.enqueue(func() { after = append(after, data(b)...) })
	close(hold)
	got := make([]float32, 3)
	if err := d.Download(b, 0, got); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ got, want []float32 }{
		"the operation before": {before, []float32{7, 8, 9}},
		"the operation after":  {after, []float32{7, 1, 2}},
		"Download":             {got, []float32{7, 1, 2}},
	} {
		if !slices.Equal(c.got, c.want) {
			t.Errorf("%s saw %v, want %v", name, c.got, c.want)
		}
	}
}

// Two devices work at the same time: each waits for the other.
func TestDevicesOverlap(t *testing.T) {
	a, b := New(1), New(1)
	defer a.Close()
	defer b.Close()
	ping, pong := make(chan struct{}), make(chan struct{})
	a.enqueue(func() { ping <- struct{}{}; <-pong })
	b.enqueue(func() { <-ping; pong <- struct{}{} })
	done := make(chan error, 2)
	go func() { done <- a.Sync() }()
	go func() { done <- b.Sync() }()
	for range 2 {
		select {
		case err := <-done:
			if err != nil {
				t.Fatal(err)
			}
		case <-time.After(time.Minute):
			t.Fatal("the devices wait for each other for ever")
		}
	}
}

func TestClose(t *testing.T) {
	d := New(2)
	ran := false
	d.enqueue(func() { ran = true })
	for range 2 {
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if !ran {
		t.Error("Close did not finish what was enqueued")
	}
	d.enqueue(func() { t.Error("ran after Close") })
	if err := d.Sync(); !errors.Is(err, errClosed) {
		t.Errorf("Sync after Close returns %v", err)
	}
	if _, err := d.Alloc(1); !errors.Is(err, errClosed) {
		t.Errorf("Alloc after Close returns %v", err)
	}
}

func TestAllocKeepsToTheBudget(t *testing.T) {
	d := New(1)
	defer d.Close()
	d.budget = 4 << 20
	b, err := d.Alloc(1 << 20)
	if err != nil {
		t.Fatal(err)
	}
	_, err = d.Alloc(1)
	if err == nil || !strings.HasPrefix(err.Error(), "cpu: out of memory") {
		t.Fatalf("Alloc beyond the budget returns %v", err)
	}
	d.Free(b)
	if _, err = d.Alloc(1); err != nil {
		t.Fatalf("after Free: %v", err)
	}
	whole := New(1)
	defer whole.Close()
	if _, err = whole.Alloc(math.MaxInt / 8); err == nil {
		t.Fatal("more was handed out than any machine has")
	}
}

func TestCrewDoesEachTaskOnce(t *testing.T) {
	for _, workers := range []int{1, 2, 3, 7} {
		c := newCrew(workers)
		for n := range 40 {
			var mu sync.Mutex
			times := make([]int, n)
			c.run(n, func(s *scratch, i int) {
				s.image.take(i)
				mu.Lock()
				defer mu.Unlock()
				times[i]++
			})
			for i, k := range times {
				if k != 1 {
					t.Fatalf("%d workers: task %d of %d ran %d times", workers, i, n, k)
				}
			}
		}
		c.stop()
	}
}
