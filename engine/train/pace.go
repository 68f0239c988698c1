package train

import "time"

// pace estimates how long the rest of a run takes, from an exponential mean of
// the seconds a step takes.
type pace struct {
	mean    float64
	steps   int
	seconds float64 // since the last lap
	laps    int     // steps since the last lap
}

func (p *pace) add(seconds float64) {
	p.steps++
	weight := max(0.02, 1/float64(p.steps))
	p.mean += weight * (seconds - p.mean)
	p.seconds += seconds
	p.laps++
}

func (p *pace) remaining(steps int) time.Duration {
	return time.Duration(p.mean * float64(steps) * float64(time.Second))
}

// lap returns the seconds and steps since the last call.
func (p *pace) lap() (seconds float64, steps int) {
	seconds, steps = p.seconds, p.laps
	p.seconds, p.laps = 0, 0
	return seconds, steps
}
