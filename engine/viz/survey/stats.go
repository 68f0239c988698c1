package survey

import "math"

// Stats describes a set of activations. NaN and infinities are counted in
// NotFinite and nowhere else.
type Stats struct {
	Count     int64   // of finite values
	NotFinite int64   // NaN and infinities
	Zeros     int64   // exactly zero
	Mean      float64 // 0 where Count is
	Min, Max  float32 // 0 where Count is

	squares float64 // sum of squared distances from the mean
}

// Std returns the standard deviation of the values as they are, not of a
// population that they stand for.
func (s Stats) Std() float64 {
	if s.Count == 0 {
		return 0
	}
	return math.Sqrt(s.squares / float64(s.Count))
}

// ZeroShare returns the share of values that are exactly zero.
func (s Stats) ZeroShare() float64 {
	if s.Count == 0 {
		return 0
	}
	return float64(s.Zeros) / float64(s.Count)
}

// statsOf also returns the place of the first largest finite value, -1 if there
// is none.
func statsOf(values []float32) (s Stats, largest int) {
	low, high := float32(math.Inf(1)), float32(math.Inf(-1))
	largest = -1
	sum := 0.0
	bad, zeros := 0, 0
	for i, v := range values {
		if v-v != 0 {
			bad++
			continue
		}
		if v > high {
			high, largest = v, i
		}
		if v < low {
			low = v
		}
		if v == 0 {
			zeros++
		}
		sum += float64(v)
	}
	s.NotFinite = int64(bad)
	if largest < 0 {
		return s, largest
	}
	s.Count, s.Zeros, s.Min, s.Max = int64(len(values)-bad), int64(zeros), low, high
	s.Mean = sum / float64(s.Count)
	s.squares = squaresAround(s.Mean, values)
	return s, largest
}

// squaresAround makes a second pass, for differences of large sums lose what is
// small beside the mean.
func squaresAround(mean float64, values []float32) float64 {
	sum := 0.0
	for _, v := range values {
		if v-v == 0 {
			d := float64(v) - mean
			sum += d * d
		}
	}
	return sum
}

// merge makes s the statistics of both sets together (Chan, Golub and LeVeque,
// "Updating formulae and a pairwise algorithm for computing sample variances",
// 1979).
func (s *Stats) merge(o Stats) {
	s.NotFinite += o.NotFinite
	if o.Count == 0 {
		return
	}
	if s.Count == 0 {
		o.NotFinite = s.NotFinite
		*s = o
		return
	}
	a, b := float64(s.Count), float64(o.Count)
	d := o.Mean - s.Mean
	s.squares += o.squares + d*d*a*b/(a+b)
	s.Mean += d * b / (a + b)
	s.Count += o.Count
	s.Zeros += o.Zeros
	s.Min, s.Max = min(s.Min, o.Min), max(s.Max, o.Max)
}
