package curves

import (
	"gonum.org/v1/plot"

	"tandem/engine/viz/curves/series"
)

// scale is an axis as gonum/plot's Normalizer and Ticker, without the panics of
// its own for values that a logarithm does not have.
type scale struct{ axis series.Axis }

// Normalize implements plot.Normalizer for this axis alone.
func (s scale) Normalize(_, _, v float64) float64 { return s.axis.At(v) }

// Ticks implements plot.Ticker.
func (s scale) Ticks(_, _ float64) []plot.Tick {
	const wanted = 6
	var ticks []plot.Tick
	for _, t := range s.axis.Ticks(wanted) {
		ticks = append(ticks, plot.Tick{Value: t.Value, Label: t.Label})
	}
	return ticks
}
