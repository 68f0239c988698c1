package main

import (
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"tandem/engine/train"
)

// endLine is the last line of `tandem train --json`.
type endLine struct {
	Event       string            `json:"event"`
	Step        int               `json:"step"`
	Interrupted bool              `json:"interrupted"`
	Test        *train.Evaluation `json:"test,omitempty"`
	BestError   *float64          `json:"best_top1_error,omitempty"`
	Seconds     float64           `json:"seconds"`
	Out         string            `json:"out"`
	Checkpoint  string            `json:"checkpoint"`
	Best        string            `json:"best,omitempty"`
	Pictures    []string          `json:"pictures,omitempty"`
	PeakBytes   int64             `json:"peak_bytes"`
}

// conclude draws the pictures of a finished run and says what came of it.
func conclude(out io.Writer, c train.Config, sum *train.Summary, s *screen, asJSON bool) error {
	var pictures []string
	if !sum.Interrupted {
		s.progress("drawing", 0, 0, "")
		drawn, failed, err := drawPictures(c, sum)
		if err != nil {
			return err
		}
		s.done()
		for _, line := range failed {
			s.note(line)
		}
		pictures = drawn
	}
	if asJSON {
		return json.NewEncoder(out).Encode(newEndLine(c, sum, pictures))
	}
	if !sum.Interrupted {
		printEnd(out, c, sum, pictures)
	}
	return nil
}

// bestOf is the checkpoint worth looking at.
func bestOf(sum *train.Summary) string {
	if sum.Best != "" {
		return sum.Best
	}
	return sum.Checkpoint
}

func newEndLine(c train.Config, sum *train.Summary, pictures []string) endLine {
	e := endLine{Event: "end", Step: sum.Step, Interrupted: sum.Interrupted, Test: sum.Last, Seconds: sum.Seconds,
		Out: c.Out, Checkpoint: sum.Checkpoint, Best: sum.Best, Pictures: pictures, PeakBytes: peakMemory()}
	if sum.Best != "" {
		e.BestError = &sum.BestError
	}
	return e
}

func printEnd(out io.Writer, c train.Config, sum *train.Summary, pictures []string) {
	if n := len(sum.Skipped); n > 0 {
		fmt.Fprintf(out, "%s could not be read and others took their place\n", plural(n, "image"))
	}
	effort := plural(sum.Step, "step") + ", " + duration(seconds(sum.Seconds)) + " of training"
	if sum.Last == nil {
		fmt.Fprintf(out, "%s; there were no test images\n", effort)
	} else {
		fmt.Fprintf(out, "test error %s (top-5 %s) after %s%s\n", percent(sum.Last.Top1Error), percent(sum.Last.Top5Error), effort, bestBefore(sum))
	}
	fmt.Fprintf(out, "the folder %s has %s\n", c.Out, strings.Join(append([]string{filepath.Base(bestOf(sum))}, pictures...), ", "))
}

// bestBefore names an earlier test error that was lower than the last.
func bestBefore(sum *train.Summary) string {
	if sum.BestError >= sum.Last.Top1Error {
		return ""
	}
	return "; the best was " + percent(sum.BestError)
}
