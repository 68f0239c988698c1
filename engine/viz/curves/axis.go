package curves

import (
	"math"
	"strconv"

	"gonum.org/v1/plot"
)

// axis is a range of values on a linear or logarithmic scale. It is what
// gonum/plot calls a Normalizer and a Ticker, without the panics for values
// that a logarithm does not have.
type axis struct {
	log      bool
	min, max float64 // min < max; both positive when log
}

// axisOver returns an axis that covers the values, and zero when it is linear
// and fromZero. A logarithmic axis begins at the least positive value; without
// any it is linear.
func axisOver(values []float64, log, fromZero bool) axis {
	low, high, positive := math.Inf(1), math.Inf(-1), math.Inf(1)
	for _, v := range values {
		low, high = min(low, v), max(high, v)
		if v > 0 {
			positive = min(positive, v)
		}
	}
	switch {
	case len(values) == 0:
		low, high = 0, 1
	case log && !math.IsInf(positive, 1):
		return logAxis(positive, high)
	case fromZero:
		low, high = min(low, 0), max(high, 0)
	}
	if high-low <= narrowest*max(math.Abs(low), math.Abs(high)) {
		high = low + max(math.Abs(low)/10, 0.5)
	}
	return axis{min: low, max: high}
}

// narrowest is the least width of an axis relative to its values: below it the
// labels of ticks, six digits, would not be distinct.
const narrowest = 1e-4

func logAxis(low, high float64) axis {
	if high-low <= narrowest*high {
		low, high = low/2, high*2
	}
	return axis{log: true, min: low, max: high}
}

// at returns where v lies, from 0 at min to 1 at max. Values that a logarithm
// does not have lie at the beginning.
func (a axis) at(v float64) float64 {
	if !a.log {
		return (v - a.min) / (a.max - a.min)
	}
	return math.Log(max(v, a.min)/a.min) / math.Log(a.max/a.min)
}

// Normalize implements plot.Normalizer for this axis alone.
func (a axis) Normalize(_, _, v float64) float64 { return a.at(v) }

// Ticks implements plot.Ticker: about six labelled ticks at 1, 2 or 5 times a
// power of ten, or at every power of ten on long logarithmic axes.
func (a axis) Ticks(_, _ float64) []plot.Tick {
	decades := math.Log10(a.max / a.min)
	if !a.log || decades < 0.7 {
		return a.evenTicks()
	}
	every := math.Ceil(decades / 8)
	var ticks []plot.Tick
	for e := math.Floor(math.Log10(a.min)); e <= math.Log10(a.max); e++ {
		for m := 1.0; m < 10; m++ {
			labelled := m == 1 && math.Mod(e, every) == 0 || (m == 2 || m == 5) && decades <= 3
			ticks = a.appendTick(ticks, m*math.Pow(10, e), labelled)
		}
	}
	return ticks
}

// evenTicks has four unlabelled ticks between labelled ones.
func (a axis) evenTicks() []plot.Tick {
	const wanted = 6
	step := niceStep((a.max - a.min) / wanted)
	var ticks []plot.Tick
	first, last := math.Ceil(a.min/step*5-slack), math.Floor(a.max/step*5+slack)
	for i := int(first); i <= int(last); i++ {
		ticks = a.appendTick(ticks, float64(i)*step/5, i%5 == 0)
	}
	return ticks
}

// slack keeps rounding from losing the ticks at an axis's ends.
const slack = 1e-9

func (a axis) appendTick(ticks []plot.Tick, v float64, labelled bool) []plot.Tick {
	if p := a.at(v); p < -slack || p > 1+slack || a.log && v < a.min*(1-slack) {
		return ticks
	}
	t := plot.Tick{Value: v}
	if labelled {
		t.Label = strconv.FormatFloat(v, 'g', 6, 64)
	}
	return append(ticks, t)
}

// niceStep returns the 1, 2 or 5 times a power of ten next above x.
func niceStep(x float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(x)))
	for _, m := range []float64{1, 2, 5} {
		if m*power >= x {
			return m * power
		}
	}
	return 10 * power
}
