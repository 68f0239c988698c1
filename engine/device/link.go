package device

import (
	"errors"
	"fmt"
	"sync"
	"time"
)

// Link carries messages through host memory from one device to another: one at
// a time, in order, from one sender to one receiver. Devices use it in Send and
// Receive; a backend calls Put and Take, each from a goroutine that may wait.
type Link struct {
	words   []float32
	mu      sync.Mutex
	changed sync.Cond
	state   linkState
	n       int       // elements of the message
	ready   time.Time // when the sender had the message ready
	err     error
	stats   LinkStats
}

type linkState int

// A message's life; the sender owns the words while filling, the receiver while
// reading.
const (
	empty linkState = iota
	filling
	full
	reading
)

// LinkStats is what a link has carried.
type LinkStats struct {
	Messages int64
	Bytes    int64
	Copying  time.Duration // spent writing to and reading from host memory
	Transit  time.Duration // from ready to send until received, with what the receiver comes late
}

// Add adds o to s.
func (s *LinkStats) Add(o LinkStats) {
	s.Messages += o.Messages
	s.Bytes += o.Bytes
	s.Copying += o.Copying
	s.Transit += o.Transit
}

// NewLink returns a link for messages of up to n elements.
func NewLink(n int) *Link {
	l := &Link{words: make([]float32, n)}
	l.changed.L = &l.mu
	return l
}

// Len returns how many elements a message may have.
func (l *Link) Len() int { return len(l.words) }

// Put sends n elements, which fill writes. It waits until the message before has
// been received, and returns the error that the link failed with.
func (l *Link) Put(n int, fill func(words []float32)) error {
	ready := time.Now()
	if err := l.turn(empty, filling); err != nil {
		return err
	}
	began := time.Now()
	fill(l.words[:n])
	l.mu.Lock()
	defer l.mu.Unlock()
	l.n, l.ready = n, ready
	l.stats.Copying += time.Since(began)
	l.enter(full)
	return nil
}

// Take receives n elements, which use reads. It waits until they are there. A
// message that was sent before the link failed is still received.
func (l *Link) Take(n int, use func(words []float32)) error {
	if err := l.turn(full, reading); err != nil {
		return err
	}
	if l.n != n {
		l.Fail(fmt.Errorf("device: a message of %d elements was sent where %d are received", l.n, n))
		return l.failure()
	}
	began := time.Now()
	use(l.words[:n])
	l.mu.Lock()
	defer l.mu.Unlock()
	l.stats.Add(LinkStats{Messages: 1, Bytes: 4 * int64(n), Copying: time.Since(began), Transit: time.Since(l.ready)})
	l.enter(empty)
	return nil
}

// turn waits for one state and enters the next.
func (l *Link) turn(from, to linkState) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	for l.state != from && l.err == nil {
		l.changed.Wait()
	}
	if l.state != from || l.err != nil && from == empty {
		return &PartnerError{l.err}
	}
	l.enter(to)
	return nil
}

// enter changes the state. The caller holds mu.
func (l *Link) enter(s linkState) {
	l.state = s
	l.changed.Broadcast()
}

// Fail ends the link: whoever waits on it, and whoever comes, gets a
// *PartnerError with err. The first failure counts.
func (l *Link) Fail(err error) {
	var partner *PartnerError
	if errors.As(err, &partner) {
		err = partner.Err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err == nil {
		l.err = err
		l.changed.Broadcast()
	}
}

func (l *Link) failure() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return &PartnerError{l.err}
}

// Stats says what the link has carried so far.
func (l *Link) Stats() LinkStats {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.stats
}

// PartnerError is the error of a device that was to exchange data with one that
// has failed.
type PartnerError struct{ Err error }

func (e *PartnerError) Error() string { return "the other device failed: " + e.Err.Error() }

func (e *PartnerError) Unwrap() error { return e.Err }
