package live

import "time"

// budget lets work happen only so often that it takes no more than a share of the
// time.
type budget struct {
	share float64
	next  time.Time
	now   func() time.Time
}

func newBudget(share float64) *budget { return &budget{share: share, now: time.Now} }

// do does the work if it is due, and notes what it took.
func (b *budget) do(force bool, work func() error) error {
	began := b.now()
	if !force && began.Before(b.next) {
		return nil
	}
	err := work()
	end := b.now()
	b.next = end.Add(time.Duration(float64(end.Sub(began)) / b.share))
	return err
}

// smooth is an exponential mean.
type smooth struct {
	value float64
	n     int
}

// settled is about how many values the mean is over.
const settled = 20

func (s *smooth) add(v float64) float64 {
	s.n++
	s.value += (v - s.value) / float64(min(s.n, settled))
	return s.value
}
