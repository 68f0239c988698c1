// Package curves plots how a training run went: loss and error over epochs,
// training beside validation.
package curves

import (
	"slices"

	"tandem/engine/viz/curves/series"
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

// epochs returns the times of all measurements, also of those that are not
// finite: a run often ends with one.
func (r Run) epochs() []float64 {
	steps := of(r.Steps, stepEpoch, func(Step) float64 { return 0 }, 1)
	validations := of(r.Validations, validationEpoch, func(Validation) float64 { return 0 }, 1)
	return slices.Concat(steps.Finite().X, validations.Finite().X)
}

// of collects one field of some measurements, times factor.
func of[M any](measured []M, epoch, field func(M) float64, factor float64) series.Points {
	var s series.Points
	for _, m := range measured {
		s.Add(epoch(m), factor*field(m))
	}
	return s
}

// percentage is the factor from the fractions that are measured to what is
// shown.
const percentage = 100

func stepEpoch(s Step) float64             { return s.Epoch }
func validationEpoch(v Validation) float64 { return v.Epoch }

func (r Run) trainLoss() series.Points {
	return of(r.Steps, stepEpoch, func(s Step) float64 { return s.Loss }, 1)
}

func (r Run) trainError() series.Points {
	return of(r.Steps, stepEpoch, func(s Step) float64 { return s.Error }, percentage)
}

func (r Run) validationLoss() series.Points {
	return of(r.Validations, validationEpoch, func(v Validation) float64 { return v.Loss }, 1)
}

func (r Run) top1() series.Points {
	return of(r.Validations, validationEpoch, func(v Validation) float64 { return v.Top1 }, percentage)
}

func (r Run) top5() series.Points {
	return of(r.Validations, validationEpoch, func(v Validation) float64 { return v.Top5 }, percentage)
}
