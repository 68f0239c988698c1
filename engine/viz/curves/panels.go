package curves

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"tandem/engine/viz/curves/series"
)

// lossPanel plots the loss of training and validation.
func (d *drawing) lossPanel() *panel {
	y := series.Over(d.trainLoss.Y, d.validationLoss.Y).Axis(d.o.LogLoss, true)
	p := newPanel("loss (nats)", d.x, y)
	d.training(p, "training loss", "%.3g", d.trainLoss)
	validation(p, "validation loss", "%.3g", d.validationLoss, stroke(orange, 1.5), draw.CircleGlyph{})
	d.warn(p, d.run.trainLoss())
	return p
}

// errorPanel plots the errors in percent, the gap between training and
// validation, and published results.
func (d *drawing) errorPanel() *panel {
	values := slices.Concat(d.trainError.Y, d.top1.Y, d.top5.Y)
	references := d.o.references()
	for _, r := range references {
		values = append(values, percentage*r.Error)
	}
	p := newPanel("error (%)", d.x, series.Over(values).Axis(false, true))
	d.training(p, "training top-1", "%.1f %%", d.trainError)
	d.gap(p)
	validation(p, "validation top-1", "%.1f %%", d.top1, stroke(orange, 1.5), draw.CircleGlyph{})
	validation(p, "validation top-5", "%.1f %%", d.top5, stroke(green, 1.5, vg.Points(5), vg.Points(2)), draw.PyramidGlyph{})
	for i, r := range references {
		dash := vg.Points(1.5 + 3*float64(i%3))
		p.level(fmt.Sprintf("%s: %.1f %%", r.Name, percentage*r.Error), percentage*r.Error, stroke(grey, 1, dash, vg.Points(2)))
	}
	return p
}

// envelope condenses a curve to n columns.
func (d *drawing) envelope(s series.Points, n int) *series.Envelope {
	e := series.NewEnvelope(d.x, n)
	for i, y := range s.Y {
		e.Add(s.X[i], y)
	}
	return e
}

// training draws the band and the smoothed line of a noisy curve.
func (d *drawing) training(p *panel, name, format string, s series.Points) {
	if len(s.Y) == 0 {
		return
	}
	n, window := d.o.columns()
	e := d.envelope(s, n)
	line := e.Smoothed(window)
	if e.Len() > len(line.X) {
		low, high := e.Band()
		p.band("smallest to largest", series.Ring(high, low), blue)
	}
	p.line(fmt.Sprintf("%s, last "+format, name, s.Recent()), line, stroke(blue, 1.5), nil)
}

// validation draws a curve of few points, and tells its best.
func validation(p *panel, name, format string, s series.Points, style draw.LineStyle, mark draw.GlyphDrawer) {
	if len(s.Y) == 0 {
		return
	}
	last := s.Y[len(s.Y)-1]
	best := 0
	for i, v := range s.Y {
		if v < s.Y[best] {
			best = i
		}
	}
	p.line(fmt.Sprintf("%s, last "+format, name, last), s, style, mark)
	p.remark("best "+format+" at epoch %.3g", s.Y[best], s.X[best])
}

// gap shows how far validation lies above training.
func (d *drawing) gap(p *panel) {
	n, window := d.o.columns()
	stems, last := gaps(d.envelope(d.trainError, n).Smoothed(window), d.top1)
	if len(stems) > 0 {
		p.stems(fmt.Sprintf("gap, last %+.1f points", last), stems, stroke(withAlpha(orange, 110), 1))
	}
}

// gaps joins each validation error with the training error below it, the room
// that overfitting has taken, and returns the last one's signed height.
func gaps(train, validation series.Points) (stems []series.Points, last float64) {
	for i, epoch := range validation.X {
		if t, ok := train.At(epoch); ok {
			v := validation.Y[i]
			stems = append(stems, series.Points{X: []float64{epoch, epoch}, Y: []float64{t, v}})
			last = v - t
		}
	}
	return stems, last
}

// warn marks where the raw loss stops being a number.
func (d *drawing) warn(p *panel, raw series.Points) {
	first, n := math.NaN(), 0
	for i, v := range raw.Y {
		if series.Unbounded(v) {
			if n == 0 {
				first = raw.X[i]
			}
			n++
		}
	}
	if n == 0 || series.Unbounded(first) {
		return
	}
	p.moment(fmt.Sprintf("NaN or infinite losses: %d,", n), first, stroke(alarm, 1.5, vg.Points(4), vg.Points(3)))
	p.remark("from epoch %.3g", first)
}
