// Package metrics keeps what a training run measures: as JSON lines for scripts
// and curves, and as event files for TensorBoard.
//
// A run that is taken up again must leave the same record as one that was never
// interrupted. Two rules see to that: every value of a step is written before
// the checkpoint of that step, and a writer opened to resume after a step drops
// what lies behind it. Each call is one write to the operating system, so a
// killed process loses nothing that it had reported.
package metrics

import (
	"fmt"
	"image"
	"time"
)

// Writer records values. Steps never decrease; one that does is a programmer's
// error and panics. Errors name the file. A Writer is used by one goroutine at
// a time.
type Writer interface {
	// Scalars records named numbers, NaN and infinities included.
	Scalars(step int64, wall time.Time, values map[string]float64) error
	// Image records a picture, such as a network's filters.
	Image(step int64, wall time.Time, tag string, img image.Image) error
	// Histogram records how values, such as weights, are distributed.
	Histogram(step int64, wall time.Time, tag string, values []float32) error
	// Flush makes all that was recorded survive a power cut.
	Flush() error
	Close() error
}

// FileName is what JSON lines are called in a run's folder.
const FileName = "metrics.jsonl"

// NewRun in place of the step to resume after begins a record.
const NewRun int64 = -1

// Multi records everything with each of its writers, also when one of them
// fails, and returns their errors.
type Multi []Writer

func (m Multi) each(do func(Writer) error) error {
	var all error
	for _, w := range m {
		err := do(w)
		switch {
		case all == nil:
			all = err
		case err != nil:
			all = fmt.Errorf("%w; %w", all, err)
		}
	}
	return all
}

// Scalars implements Writer.
func (m Multi) Scalars(step int64, wall time.Time, values map[string]float64) error {
	return m.each(func(w Writer) error { return w.Scalars(step, wall, values) })
}

// Image implements Writer.
func (m Multi) Image(step int64, wall time.Time, tag string, img image.Image) error {
	return m.each(func(w Writer) error { return w.Image(step, wall, tag, img) })
}

// Histogram implements Writer.
func (m Multi) Histogram(step int64, wall time.Time, tag string, values []float32) error {
	return m.each(func(w Writer) error { return w.Histogram(step, wall, tag, values) })
}

// Flush implements Writer.
func (m Multi) Flush() error { return m.each(Writer.Flush) }

// Close implements Writer.
func (m Multi) Close() error { return m.each(Writer.Close) }
