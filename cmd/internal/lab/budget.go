package lab

import "time"

// budget holds work to a share of the time: after work of duration t, none is due
// until t/share after its start.
type budget struct {
	share float64 // 0: no limit
	until time.Time
}

func (b *budget) open() bool { return !time.Now().Before(b.until) }

// spend accounts for work that began at start and has just ended. Work done before
// the budget was open again is waited for in addition.
func (b *budget) spend(start time.Time) {
	if b.share <= 0 {
		return
	}
	if b.until.Before(start) {
		b.until = start
	}
	b.until = b.until.Add(time.Duration(float64(time.Since(start)) / b.share))
}
