package curves

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// lossPanel plots the loss of training and validation.
func (d *drawing) lossPanel() *panel {
	y := axisOver(slices.Concat(d.trainLoss.values, d.validationLoss.values), d.o.LogLoss, true)
	p := newPanel("loss (nats)", d.x, y)
	d.training(p, "training loss", "%.3g", d.trainLoss)
	validation(p, "validation loss", "%.3g", d.validationLoss, stroke(orange, 1.5), draw.CircleGlyph{})
	d.warn(p, d.run.trainLoss())
	return p
}

// errorPanel plots the errors in percent, the gap between training and
// validation, and published results.
func (d *drawing) errorPanel() *panel {
	values := slices.Concat(d.trainError.values, d.top1.values, d.top5.values)
	references := d.o.references()
	for _, r := range references {
		values = append(values, percentage*r.Error)
	}
	p := newPanel("error (%)", d.x, axisOver(values, false, true))
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

// training draws the band and the smoothed line of a noisy curve.
func (d *drawing) training(p *panel, name, format string, s series) {
	if len(s.values) == 0 {
		return
	}
	n, window := d.o.columns()
	e := newEnvelope(s, d.x, n, window)
	if len(s.values) > len(e.epochs) {
		p.band("smallest to largest", e.outline(), blue)
	}
	p.line(fmt.Sprintf("%s, last "+format, name, s.recent()), e.smoothed(), stroke(blue, 1.5), nil)
}

// validation draws a curve of few points, and tells its best.
func validation(p *panel, name, format string, s series, style draw.LineStyle, mark draw.GlyphDrawer) {
	if len(s.values) == 0 {
		return
	}
	last := s.values[len(s.values)-1]
	best := 0
	for i, v := range s.values {
		if v < s.values[best] {
			best = i
		}
	}
	p.line(fmt.Sprintf("%s, last "+format, name, last), s, style, mark)
	p.remark("best "+format+" at epoch %.3g", s.values[best], s.epochs[best])
}

// gap shows how far validation lies above training.
func (d *drawing) gap(p *panel) {
	n, window := d.o.columns()
	stems, last := gaps(newEnvelope(d.trainError, d.x, n, window).smoothed(), d.top1)
	if len(stems) > 0 {
		p.stems(fmt.Sprintf("gap, last %+.1f points", last), stems, stroke(withAlpha(orange, 110), 1))
	}
}

// gaps joins each validation error with the training error below it, the room
// that overfitting has taken, and returns the last one's signed height.
func gaps(train, validation series) (stems []series, last float64) {
	for i, epoch := range validation.epochs {
		if t, ok := train.at(epoch); ok {
			v := validation.values[i]
			stems = append(stems, series{[]float64{epoch, epoch}, []float64{t, v}})
			last = v - t
		}
	}
	return stems, last
}

// ring goes along one curve and back along the other.
func ring(out, back series) series {
	r := series{slices.Clone(out.epochs), slices.Clone(out.values)}
	for i := len(back.epochs) - 1; i >= 0; i-- {
		r.add(back.epochs[i], back.values[i])
	}
	return r
}

// warn marks where the raw loss stops being a number.
func (d *drawing) warn(p *panel, raw series) {
	first, n := math.NaN(), 0
	for i, v := range raw.values {
		if unbounded(v) {
			if n == 0 {
				first = raw.epochs[i]
			}
			n++
		}
	}
	if n == 0 || unbounded(first) {
		return
	}
	p.moment(fmt.Sprintf("NaN or infinite losses: %d,", n), first, stroke(alarm, 1.5, vg.Points(4), vg.Points(3)))
	p.remark("from epoch %.3g", first)
}
