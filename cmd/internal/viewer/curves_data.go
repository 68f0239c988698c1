package viewer

import (
	"math"

	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer/plot"
	"tandem/engine/viz/curves/series"
)

// measure is one of the things that a plot shows of runs.
type measure int

const (
	lossMeasure  measure = iota // in nats
	errorMeasure                // in percent
)

func (m measure) train(p scene.CurvePoint) float64 {
	if m == lossMeasure {
		return p.Loss
	}
	return 100 * p.Error
}

// tests returns what was measured on test images; top-5 errors come last, NaN for
// losses.
func (m measure) tests(p scene.Validation) (first, top5 float64) {
	if m == lossMeasure {
		return p.Loss, math.NaN()
	}
	return 100 * p.Top1, 100 * p.Top5
}

// condensed is a run as a plot of some width shows it.
type condensed struct {
	dense     bool // more points than columns, so that there is a band
	low, high series.Points
	line      series.Points
	test      series.Points
	top5      series.Points
}

// condensedKey is all that a condensed run depends on.
type condensedKey struct {
	curve     *scene.Curve
	measure   measure
	x         series.Axis
	columns   int
	smoothing float64
}

// condense makes a run's curves once for each new scene.Curve. It goes through all
// points again, for the axis of time changes with each new one: a millisecond for
// 100,000.
func (v *Viewer) condense(c *scene.Curve, m measure, x series.Axis, columns int) *condensed {
	key := condensedKey{c, m, x, columns, v.State.Smoothing}
	return memo(v, key, func() *condensed {
		e := series.NewEnvelope(x, columns)
		for i := range c.Steps {
			e.Add(c.Steps[i].Epoch, m.train(c.Steps[i]))
		}
		d := &condensed{line: e.Smoothed(series.Window(columns, v.State.Smoothing))}
		d.low, d.high = e.Band()
		d.dense = e.Len() > len(d.line.X)
		for _, p := range c.Validations {
			first, top5 := m.tests(p)
			d.test.Add(p.Epoch, first)
			d.top5.Add(p.Epoch, top5)
		}
		d.test, d.top5 = d.test.Finite(), d.top5.Finite()
		return d
	})
}

// epochs returns what of time some runs span.
func (v *Viewer) epochs(runs []run) series.Axis {
	var all series.Extent
	for _, r := range runs {
		e := memo(v, epochsKey{r.curve}, func() series.Extent { return epochsOf(r.curve) })
		all.Merge(e)
	}
	return all.Axis(v.State.LogEpochs, false)
}

type epochsKey struct{ curve *scene.Curve }

func epochsOf(c *scene.Curve) series.Extent {
	var e series.Extent
	for i := range c.Steps {
		e.Include(c.Steps[i].Epoch)
	}
	for _, p := range c.Validations {
		e.Include(p.Epoch)
	}
	return e
}

// stepAt returns the measurement nearest to an epoch, nil where the run has none
// there: it ended before or began later.
func stepAt(c *scene.Curve, epoch float64) *scene.CurvePoint {
	n := len(c.Steps)
	if n == 0 || epoch < c.Steps[0].Epoch || epoch > c.Steps[n-1].Epoch {
		return nil
	}
	return &c.Steps[plot.Nearest(n, func(i int) float64 { return c.Steps[i].Epoch }, epoch)]
}

// testBefore returns the newest validation at an epoch, nil before the first.
func testBefore(c *scene.Curve, epoch float64) *scene.Validation {
	var found *scene.Validation
	for i := range c.Validations {
		if c.Validations[i].Epoch <= epoch {
			found = &c.Validations[i]
		}
	}
	return found
}
