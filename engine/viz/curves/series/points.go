// Package series turns measurements over time into what a plot shows of them:
// axes with ticks, the band and the smoothed line of a noisy curve. It draws
// nothing, so whatever draws can use it.
package series

// Points is a curve: as many times as values, in order of time.
type Points struct {
	X, Y []float64
}

// Add appends a point.
func (p *Points) Add(x, y float64) {
	p.X = append(p.X, x)
	p.Y = append(p.Y, y)
}

// Unbounded tells NaN and infinities, which no plot can show.
func Unbounded(v float64) bool { return v-v != 0 }

// Finite returns the points that can be drawn.
func (p Points) Finite() Points {
	var kept Points
	for i, y := range p.Y {
		if !Unbounded(y) && !Unbounded(p.X[i]) {
			kept.Add(p.X[i], y)
		}
	}
	return kept
}

// At interpolates the curve; ok is false outside of it.
func (p Points) At(x float64) (y float64, ok bool) {
	for i := range p.X {
		switch {
		case p.X[i] == x:
			return p.Y[i], true
		case i > 0 && p.X[i-1] < x && x < p.X[i]:
			t := (x - p.X[i-1]) / (p.X[i] - p.X[i-1])
			return p.Y[i-1] + t*(p.Y[i]-p.Y[i-1]), true
		}
	}
	return 0, false
}

// Recent returns the mean of the last hundredth of the values, the same whatever
// axis they are drawn on. There must be a value.
func (p Points) Recent() float64 {
	last := p.Y[len(p.Y)-1-len(p.Y)/100:]
	sum := 0.0
	for _, v := range last {
		sum += v
	}
	return sum / float64(len(last))
}

// Ring goes along one curve and back along the other.
func Ring(out, back Points) Points {
	r := Points{append([]float64(nil), out.X...), append([]float64(nil), out.Y...)}
	for i := len(back.X) - 1; i >= 0; i-- {
		r.Add(back.X[i], back.Y[i])
	}
	return r
}
