package series

import (
	"math"
	"strconv"
)

// Extent is what values span. Its zero value spans nothing yet.
type Extent struct {
	Low, High float64
	Positive  float64 // the least value above zero, 0 where there is none
	some      bool
}

// Over returns the extent of values.
func Over(values ...[]float64) Extent {
	var e Extent
	for _, list := range values {
		for _, v := range list {
			e.Include(v)
		}
	}
	return e
}

// Include widens the extent to v, if v is finite.
func (e *Extent) Include(v float64) {
	if Unbounded(v) {
		return
	}
	if !e.some {
		e.Low, e.High, e.some = v, v, true
	}
	e.Low, e.High = min(e.Low, v), max(e.High, v)
	if v > 0 && (e.Positive == 0 || v < e.Positive) {
		e.Positive = v
	}
}

// Merge widens the extent to all that another spans.
func (e *Extent) Merge(o Extent) {
	if !o.some {
		return
	}
	e.Include(o.Low)
	e.Include(o.High)
	if o.Positive > 0 {
		e.Include(o.Positive)
	}
}

// Axis is a range of values on a linear or logarithmic scale. It is comparable:
// equal axes put every value in the same place.
type Axis struct {
	Log      bool
	Min, Max float64 // Min < Max; both positive when Log
}

// Axis returns an axis that covers the extent, and zero when it is linear and
// fromZero. A logarithmic axis begins at the least positive value; without any
// it is linear.
func (e Extent) Axis(log, fromZero bool) Axis {
	low, high := e.Low, e.High
	switch {
	case !e.some:
		low, high = 0, 1
	case log && e.Positive > 0:
		return logAxis(e.Positive, high)
	case fromZero:
		low, high = min(low, 0), max(high, 0)
	}
	if high-low <= narrowest*max(math.Abs(low), math.Abs(high)) {
		high = low + max(math.Abs(low)/10, 0.5)
	}
	return Axis{Min: low, Max: high}
}

// narrowest is the least width of an axis relative to its values: below it the
// labels of ticks, six digits, would not be distinct.
const narrowest = 1e-4

func logAxis(low, high float64) Axis {
	if high-low <= narrowest*high {
		low, high = low/2, high*2
	}
	return Axis{Log: true, Min: low, Max: high}
}

// At returns where v lies, from 0 at Min to 1 at Max. Values that a logarithm
// does not have lie at the beginning.
func (a Axis) At(v float64) float64 {
	if !a.Log {
		return (v - a.Min) / (a.Max - a.Min)
	}
	return math.Log(max(v, a.Min)/a.Min) / math.Log(a.Max/a.Min)
}

// Value is the inverse of At.
func (a Axis) Value(share float64) float64 {
	if !a.Log {
		return a.Min + share*(a.Max-a.Min)
	}
	return a.Min * math.Pow(a.Max/a.Min, share)
}

// Tick is a mark on an axis; those in between have no label.
type Tick struct {
	Value float64
	Label string
}

// Ticks returns about as many labelled ticks as wanted at 1, 2 or 5 times a power
// of ten, or at powers of ten on long logarithmic axes, and smaller ones between.
func (a Axis) Ticks(wanted int) []Tick {
	decades := math.Log10(a.Max / a.Min)
	if !a.Log || decades < 0.7 {
		return a.evenTicks(wanted)
	}
	every := math.Ceil(decades * 3 / 4 / float64(wanted))
	between := 2*decades <= float64(wanted)
	var ticks []Tick
	for e := math.Floor(math.Log10(a.Min)); e <= math.Log10(a.Max); e++ {
		for m := 1.0; m < 10; m++ {
			labelled := m == 1 && math.Mod(e, every) == 0 || (m == 2 || m == 5) && between
			ticks = a.appendTick(ticks, m*math.Pow(10, e), labelled)
		}
	}
	return ticks
}

// evenTicks has four unlabelled ticks between labelled ones.
func (a Axis) evenTicks(wanted int) []Tick {
	step := niceStep((a.Max - a.Min) / float64(wanted))
	var ticks []Tick
	first, last := math.Ceil(a.Min/step*5-slack), math.Floor(a.Max/step*5+slack)
	for i := int(first); i <= int(last); i++ {
		ticks = a.appendTick(ticks, float64(i)*step/5, i%5 == 0)
	}
	return ticks
}

// slack keeps rounding from losing the ticks at an axis's ends.
const slack = 1e-9

func (a Axis) appendTick(ticks []Tick, v float64, labelled bool) []Tick {
	if p := a.At(v); p < -slack || p > 1+slack || a.Log && v < a.Min*(1-slack) {
		return ticks
	}
	t := Tick{Value: v}
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
