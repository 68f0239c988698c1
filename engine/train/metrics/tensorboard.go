package metrics

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// TensorBoard writes an event file, which TensorBoard shows as curves, pictures
// and histograms.
type TensorBoard struct{ log }

const eventFilePrefix = "events.out.tfevents."

// OpenTensorBoard begins a new event file in a folder, which it makes where it
// is missing. To go on after resumeStep it tells TensorBoard to forget what
// earlier files of the folder say of later steps. With NewRun the folder should
// hold no event files: TensorBoard would join them to this run.
func OpenTensorBoard(dir string, resumeStep int64) (*TensorBoard, error) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, err
	}
	now := time.Now()
	file, err := createEventFile(dir, now)
	if err != nil {
		return nil, err
	}
	t := &TensorBoard{log{file: file, step: NewRun}}
	err = t.append(0, appendRecord(nil, versionEvent(now)))
	if err == nil && resumeStep >= 0 {
		err = t.append(resumeStep, appendRecord(nil, startEvent(resumeStep+1, now)))
	}
	if err != nil {
		file.Close()
		return nil, err
	}
	return t, nil
}

// createEventFile names the file events.out.tfevents.SECONDS.HOST. TensorBoard
// reads the files of a folder in the order of their names, so a second that is
// taken, or a clock that went back, counts on from the newest file.
func createEventFile(dir string, now time.Time) (*os.File, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	seconds := now.Unix()
	for _, e := range entries {
		if taken, ok := secondsOf(e.Name()); ok {
			seconds = max(seconds, taken+1)
		}
	}
	name := fmt.Sprintf("%s%010d.%s", eventFilePrefix, seconds, hostname())
	return os.OpenFile(filepath.Join(dir, name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
}

func secondsOf(name string) (int64, bool) {
	rest, ok := strings.CutPrefix(name, eventFilePrefix)
	digits, _, _ := strings.Cut(rest, ".")
	seconds, err := strconv.ParseInt(digits, 10, 64)
	return seconds, ok && err == nil
}

func hostname() string {
	host, err := os.Hostname()
	if err != nil || host == "" || strings.ContainsRune(host, filepath.Separator) {
		return "localhost"
	}
	return host
}

// Scalars records all values of the step as one event, in single precision as
// the format demands.
func (t *TensorBoard) Scalars(step int64, wall time.Time, values map[string]float64) error {
	var summary []byte
	for _, tag := range slices.Sorted(maps.Keys(values)) {
		summary = appendScalar(summary, tag, float32(values[tag]))
	}
	return t.summary(step, wall, summary)
}

// Image records img as a PNG.
func (t *TensorBoard) Image(step int64, wall time.Time, tag string, img image.Image) error {
	var encoded bytes.Buffer
	if err := png.Encode(&encoded, img); err != nil {
		return fmt.Errorf("writing %s: image %q: %w", t.file.Name(), tag, err)
	}
	return t.summary(step, wall, appendImage(nil, tag, img, encoded.Bytes()))
}

// Histogram records the distribution of the finite ones among values.
func (t *TensorBoard) Histogram(step int64, wall time.Time, tag string, values []float32) error {
	return t.summary(step, wall, appendHistogram(nil, tag, newHistogram(values)))
}

func (t *TensorBoard) summary(step int64, wall time.Time, summary []byte) error {
	return t.append(step, appendRecord(nil, summaryEvent(step, wall, summary)))
}
