package metrics

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"io"
	"maps"
	"math"
	"os"
	"slices"
	"strconv"
	"time"
)

// JSONL writes scalars as JSON lines, one object for each call:
//
//	{"step":120,"time":"2026-01-02T15:04:05.678Z","train/loss":1.25,"train/rate":0.01}
//
// step and time come first, then the values by name. JSON has no NaN and no
// infinities: they are the strings "NaN", "Infinity" and "-Infinity", as in
// protobuf's JSON. Images and histograms have no place here and are passed over.
type JSONL struct{ log }

const (
	stepKey    = "step"
	timeKey    = "time"
	timeLayout = "2006-01-02T15:04:05.000Z" // always UTC
)

// OpenJSONL opens the file at path to go on after resumeStep: whole lines up to
// that step stay, all behind them is cut off, a half-written last line too. With
// NewRun the file begins empty. A damaged line within what should stay is an
// error that names path and line.
func OpenJSONL(path string, resumeStep int64) (*JSONL, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return nil, err
	}
	end, last, err := endOfStep(path, file, resumeStep)
	if err == nil {
		err = file.Truncate(end)
	}
	if err != nil {
		file.Close()
		return nil, err
	}
	return &JSONL{log{file, end, last}}, nil
}

// endOfStep returns where the lines up to a step end, and the last of their
// steps.
func endOfStep(path string, r io.Reader, step int64) (end, last int64, err error) {
	if step < 0 {
		return 0, NewRun, nil
	}
	last = NewRun
	for line, err := range lines(path, r) {
		if err != nil {
			return 0, 0, err
		}
		if line.Step > step {
			break
		}
		end, last = line.end, line.Step
	}
	return end, last, nil
}

// Scalars appends one line. The names "step" and "time" are taken and panic.
func (j *JSONL) Scalars(step int64, wall time.Time, values map[string]float64) error {
	return j.append(step, formatLine(step, wall, values))
}

// Image does nothing.
func (j *JSONL) Image(int64, time.Time, string, image.Image) error { return nil }

// Histogram does nothing.
func (j *JSONL) Histogram(int64, time.Time, string, []float32) error { return nil }

func formatLine(step int64, wall time.Time, values map[string]float64) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, `{"%s":%d,"%s":"%s"`, stepKey, step, timeKey, wall.UTC().Format(timeLayout))
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if name == stepKey || name == timeKey {
			panic(fmt.Sprintf("metrics: a value cannot be named %q", name))
		}
		fmt.Fprintf(&b, ",%s:%s", mustMarshal(name), formatNumber(values[name]))
	}
	b.WriteString("}\n")
	return b.Bytes()
}

func mustMarshal(name string) []byte {
	b, err := json.Marshal(name)
	if err != nil {
		panic(err) // strings always marshal
	}
	return b
}

func formatNumber(v float64) string {
	switch {
	case math.IsNaN(v):
		return `"NaN"`
	case math.IsInf(v, 1):
		return `"Infinity"`
	case math.IsInf(v, -1):
		return `"-Infinity"`
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}
