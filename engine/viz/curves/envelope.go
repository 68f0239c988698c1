package curves

import "math"

// envelope condenses a noisy curve to what a screen can show, without losing
// its extremes: the plot's width is cut into columns, and each column that has
// points keeps their smallest and largest value and the mean around it. Columns
// are even on the axis, logarithmic or not, so smoothing looks the same
// everywhere.
type envelope struct {
	epochs           []float64 // mean time of each column's points
	lows, highs, mid []float64
}

// column sums up the points that fall on it.
type column struct {
	n           int
	epochs, sum float64
	low, high   float64
}

// newEnvelope cuts x into n columns; window is how many of them to either side
// the mean takes in. Near the beginning the window shrinks on both sides alike,
// so that the first steep fall is not flattened.
func newEnvelope(s series, x axis, n, window int) envelope {
	columns := make([]column, n)
	for i, v := range s.values {
		at := int(x.at(s.epochs[i]) * float64(n))
		columns[min(max(at, 0), n-1)].add(s.epochs[i], v)
	}
	var e envelope
	for i, c := range columns {
		if c.n == 0 {
			continue
		}
		w := min(window, i)
		e.epochs = append(e.epochs, c.epochs/float64(c.n))
		e.lows = append(e.lows, c.low)
		e.highs = append(e.highs, c.high)
		e.mid = append(e.mid, mean(columns[i-w:min(i+w+1, n)]))
	}
	return e
}

func (c *column) add(epoch, v float64) {
	if c.n == 0 {
		c.low, c.high = math.Inf(1), math.Inf(-1)
	}
	c.n++
	c.epochs += epoch
	c.sum += v
	c.low, c.high = min(c.low, v), max(c.high, v)
}

// mean averages the points of some columns.
func mean(columns []column) float64 {
	n, sum := 0, 0.0
	for _, c := range columns {
		n += c.n
		sum += c.sum
	}
	return sum / float64(n)
}

// smoothed returns the middle line.
func (e envelope) smoothed() series { return series{e.epochs, e.mid} }

// outline returns the area between the extremes as one ring of points.
func (e envelope) outline() series {
	return ring(series{e.epochs, e.highs}, series{e.epochs, e.lows})
}

// at interpolates the curve at an epoch; ok is false outside of it.
func (s series) at(epoch float64) (value float64, ok bool) {
	for i := range s.epochs {
		switch {
		case s.epochs[i] == epoch:
			return s.values[i], true
		case i > 0 && s.epochs[i-1] < epoch && epoch < s.epochs[i]:
			t := (epoch - s.epochs[i-1]) / (s.epochs[i] - s.epochs[i-1])
			return s.values[i-1] + t*(s.values[i]-s.values[i-1]), true
		}
	}
	return 0, false
}
