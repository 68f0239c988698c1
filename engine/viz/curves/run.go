// Package curves plots how a training run went: loss and error over epochs,
// training beside validation.
package curves

import (
	"math"
	"slices"
)

// Run is what one training run measured.
type Run struct {
	Title       string       // e.g. the network, the data and the recipe
	Steps       []Step       // in order of time
	Validations []Validation // in order of time
}

// Step is one measurement on training images, usually one mini-batch.
type Step struct {
	Epoch float64 // passes over the training set so far, fractions included
	Loss  float64 // mean cross-entropy, in nats
	Error float64 // top-1 error as a fraction; NaN where it was not measured
}

// Validation is one pass over the validation images.
type Validation struct {
	Epoch float64
	Loss  float64 // NaN where it was not measured, as for the errors
	Top1  float64 // top-1 error as a fraction
	Top5  float64 // top-5 error as a fraction
}

// series is one curve's points. Times and values are as many.
type series struct {
	epochs, values []float64
}

func (s *series) add(epoch, value float64) {
	s.epochs = append(s.epochs, epoch)
	s.values = append(s.values, value)
}

// finite returns the points that can be drawn.
func (s series) finite() series {
	var kept series
	for i, v := range s.values {
		if !unbounded(v) && !unbounded(s.epochs[i]) {
			kept.add(s.epochs[i], v)
		}
	}
	return kept
}

// epochs returns the times of all measurements, also of those that are not
// finite: a run often ends with one.
func (r Run) epochs() []float64 {
	steps := of(r.Steps, stepEpoch, func(Step) float64 { return 0 }, 1)
	validations := of(r.Validations, validationEpoch, func(Validation) float64 { return 0 }, 1)
	return slices.Concat(steps.finite().epochs, validations.finite().epochs)
}

// recent returns the mean of the last hundredth of the values, the same
// whatever axis they are drawn on.
func (s series) recent() float64 {
	last := s.values[len(s.values)-1-len(s.values)/100:]
	sum := 0.0
	for _, v := range last {
		sum += v
	}
	return sum / float64(len(last))
}

func unbounded(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) }

// of collects one field of some measurements, times factor.
func of[M any](measured []M, epoch, field func(M) float64, factor float64) series {
	var s series
	for _, m := range measured {
		s.add(epoch(m), factor*field(m))
	}
	return s
}

// percentage is the factor from the fractions that are measured to what is
// shown.
const percentage = 100

func stepEpoch(s Step) float64             { return s.Epoch }
func validationEpoch(v Validation) float64 { return v.Epoch }

func (r Run) trainLoss() series {
	return of(r.Steps, stepEpoch, func(s Step) float64 { return s.Loss }, 1)
}

func (r Run) trainError() series {
	return of(r.Steps, stepEpoch, func(s Step) float64 { return s.Error }, percentage)
}

func (r Run) validationLoss() series {
	return of(r.Validations, validationEpoch, func(v Validation) float64 { return v.Loss }, 1)
}

func (r Run) top1() series {
	return of(r.Validations, validationEpoch, func(v Validation) float64 { return v.Top1 }, percentage)
}

func (r Run) top5() series {
	return of(r.Validations, validationEpoch, func(v Validation) float64 { return v.Top5 }, percentage)
}
