package nn

import (
	"slices"
	"time"
)

// Busy returns how long each device computed; sending, receiving and waiting do
// not count.
func (p *Profile) Busy() []time.Duration {
	var busy []time.Duration
	for _, s := range p.Spans {
		for len(busy) <= s.Device {
			busy = append(busy, 0)
		}
		if s.computes() {
			busy[s.Device] += s.End.Sub(s.Start)
		}
	}
	return busy
}

// Wall returns the time from the first start to the last end.
func (p *Profile) Wall() time.Duration {
	if len(p.Spans) == 0 {
		return 0
	}
	first, last := p.Spans[0].Start, p.Spans[0].End
	for _, s := range p.Spans {
		if s.Start.Before(first) {
			first = s.Start
		}
		if s.End.After(last) {
			last = s.End
		}
	}
	return last.Sub(first)
}

// Overlap returns the share of Wall in which two devices computed at once; 0 of
// one device.
func (p *Profile) Overlap() float64 {
	if len(p.Busy()) < 2 || p.Wall() == 0 {
		return 0
	}
	return float64(p.both()) / float64(p.Wall())
}

// both sweeps over the starts and ends of all computations.
func (p *Profile) both() time.Duration {
	type edge struct {
		at   time.Time
		more int
	}
	var edges []edge
	for _, s := range p.Spans {
		if s.computes() {
			edges = append(edges, edge{s.Start, 1}, edge{s.End, -1})
		}
	}
	slices.SortFunc(edges, func(a, b edge) int { return a.at.Compare(b.at) })
	var sum time.Duration
	busy := 0
	for i, e := range edges {
		if busy == 2 {
			sum += e.at.Sub(edges[i-1].at)
		}
		busy += e.more
	}
	return sum
}
