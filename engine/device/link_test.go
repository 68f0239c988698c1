package device

import (
	"errors"
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"
	"time"
)

var errLost = errors.New("vulkan:1: device lost")

// pause now and then lets the other end go first.
func pause(r *rand.Rand) {
	switch r.IntN(20) {
	case 0:
		time.Sleep(time.Duration(r.IntN(100)) * time.Microsecond)
	case 1, 2, 3:
		runtime.Gosched()
	}
}

// However the two ends interleave, messages arrive whole, once and in order.
func TestLinkKeepsOrder(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	const longest, messages = 50, 3000
	l := NewLink(longest)
	sizes := rand.New(rand.NewPCG(seed, 0))
	length := make([]int, messages)
	bytes := int64(0)
	for i := range length {
		length[i] = 1 + sizes.IntN(longest)
		bytes += 4 * int64(length[i])
	}
	var sender sync.WaitGroup
	sender.Go(func() {
		r := rand.New(rand.NewPCG(seed, 1))
		for i, n := range length {
			pause(r)
			if err := l.Put(n, func(words []float32) { number(words, i) }); err != nil {
				t.Error(err)
			}
		}
	})
	r := rand.New(rand.NewPCG(seed, 2))
	got, want := make([]float32, longest), make([]float32, longest)
	for i, n := range length {
		pause(r)
		clear(got)
		if err := l.Take(n, func(words []float32) { copy(got, words) }); err != nil {
			t.Fatal(err)
		}
		clear(want)
		number(want[:n], i)
		for j := range want {
			if got[j] != want[j] {
				t.Fatalf("message %d, element %d is %g, want %g", i, j, got[j], want[j])
			}
		}
	}
	sender.Wait()
	if s := l.Stats(); s.Messages != messages || s.Bytes != bytes || s.Copying <= 0 || s.Transit < s.Copying/2 {
		t.Errorf("%+v of %d messages, %d bytes", s, messages, bytes)
	}
}

func number(words []float32, message int) {
	for j := range words {
		words[j] = float32(message*100 + j + 1)
	}
}

func nothing([]float32) {}

// lost demands the other end's error, and its text.
func lost(t *testing.T, err error) {
	t.Helper()
	var partner *PartnerError
	if !errors.As(err, &partner) || partner.Err != errLost || err.Error() != "the other device failed: "+errLost.Error() {
		t.Errorf("got %v", err)
	}
}

// Whenever Fail comes, neither end stays waiting, and no message is received
// that was not sent.
func TestFailWakesBothEnds(t *testing.T) {
	for i := range 300 {
		l := NewLink(4)
		r := rand.New(rand.NewPCG(uint64(i), 7))
		var ends sync.WaitGroup
		sent, received := 0, 0
		ends.Go(func() {
			var err error
			for err == nil {
				if err = l.Put(4, nothing); err == nil {
					sent++
				}
			}
			lost(t, err)
		})
		ends.Go(func() {
			var err error
			for err == nil {
				if err = l.Take(4, nothing); err == nil {
					received++
				}
			}
			lost(t, err)
		})
		time.Sleep(time.Duration(r.IntN(200)) * time.Microsecond)
		l.Fail(errLost)
		ends.Wait()
		if received > sent || int64(received) != l.Stats().Messages {
			t.Fatalf("%d sent, %d received, %+v", sent, received, l.Stats())
		}
	}
}

func TestFailWakesWhoWaits(t *testing.T) {
	for name, wait := range map[string]func(l *Link) error{
		"Take of nothing":    func(l *Link) error { return l.Take(1, nothing) },
		"Put behind another": func(l *Link) error { _ = l.Put(1, nothing); return l.Put(1, nothing) },
	} {
		l := NewLink(1)
		done := make(chan error)
		go func() { done <- wait(l) }()
		time.Sleep(5 * time.Millisecond) // most often enough to be waiting
		l.Fail(errLost)
		select {
		case err := <-done:
			lost(t, err)
		case <-time.After(time.Minute):
			t.Fatalf("%s waits for ever", name)
		}
	}
}

// What was sent before a failure arrives; then both ends get the first error.
func TestLastMessageBeforeAFailure(t *testing.T) {
	l := NewLink(2)
	if err := l.Put(2, func(w []float32) { w[0], w[1] = 5, 6 }); err != nil {
		t.Fatal(err)
	}
	l.Fail(&PartnerError{errLost}) // passed on from another link
	l.Fail(errors.New("later"))
	lost(t, l.Put(2, nothing))
	sum := float32(0)
	if err := l.Take(2, func(w []float32) { sum = w[0] + w[1] }); err != nil || sum != 11 {
		t.Errorf("sum %g, %v", sum, err)
	}
	lost(t, l.Take(2, nothing))
	lost(t, l.Put(2, nothing))
}

func TestMessageOfAnotherLengthFailsTheLink(t *testing.T) {
	l := NewLink(5)
	if err := l.Put(4, nothing); err != nil {
		t.Fatal(err)
	}
	used := false
	err := l.Take(5, func([]float32) { used = true })
	if err == nil || used || l.Put(1, nothing) == nil {
		t.Errorf("used %v, %v", used, err)
	}
}

func TestMessagesAllocateNothing(t *testing.T) {
	l := NewLink(100)
	if n := testing.AllocsPerRun(100, func() {
		if l.Put(100, nothing) != nil || l.Take(100, nothing) != nil {
			t.Fatal("failed")
		}
	}); n != 0 {
		t.Errorf("%g allocations a message", n)
	}
}

func TestLinksFailTogether(t *testing.T) {
	var s Links
	a, b, late := NewLink(1), NewLink(1), NewLink(1)
	s.Add(a)
	s.Add(b)
	s.Add(a)
	s.Fail(errLost)
	s.Fail(errors.New("later"))
	s.Add(late)
	for _, l := range []*Link{a, b, late} {
		lost(t, l.Put(1, nothing))
	}
}

// A device that lives long does not pile up the links of models that are gone.
func TestLinksForgetThoseThatAreGone(t *testing.T) {
	var s Links
	kept := NewLink(1)
	s.Add(kept)
	for range 1000 {
		s.Add(NewLink(1 << 10))
		if len(s.all) > 500 {
			runtime.GC()
		}
	}
	runtime.GC()
	s.Add(kept)
	if len(s.all) > 500 {
		t.Errorf("%d links are held", len(s.all))
	}
	s.Fail(errLost)
	lost(t, kept.Put(1, nothing))
}
