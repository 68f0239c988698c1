package main

import (
	"context"
	"errors"
	"image"
	"path/filepath"

	"tandem/engine/nn"
	"tandem/engine/train"
	"tandem/engine/train/metrics"
)

// recordRun trains, writing figures and pictures to the run's folder on the way.
func recordRun(ctx context.Context, c train.Config) (*train.Summary, error) {
	c.Metrics = func() (metrics.Writer, error) { return openMetrics(c) }
	c.Pictures = func(m *nn.Model) (map[string]image.Image, error) {
		p, err := filters(m)
		if err != nil {
			return nil, nil // a picture is no reason to end a run; conclude says what is missing
		}
		return map[string]image.Image{"filters": p}, nil
	}
	return train.Run(ctx, c)
}

// openMetrics begins the record of a run, or takes it up where the checkpoint
// was written.
func openMetrics(c train.Config) (metrics.Writer, error) {
	after, events := metrics.NewRun, metrics.NewRun
	if c.Resume != nil {
		after = int64(c.Resume.State.Step)
		events = after
	} else if left, _ := filepath.Glob(filepath.Join(c.Out, "events.out.tfevents.*")); len(left) > 0 {
		events = 0 // what a run wrote that ended before its first checkpoint is void
	}
	lines, err := metrics.OpenJSONL(filepath.Join(c.Out, metrics.FileName), after)
	if err != nil {
		return nil, err
	}
	board, err := metrics.OpenTensorBoard(c.Out, events)
	if err != nil {
		return nil, errors.Join(err, lines.Close())
	}
	return metrics.Multi{lines, board}, nil
}
