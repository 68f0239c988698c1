package metrics

import (
	"errors"
	"image"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// broken is a writer that counts its calls and fails them all.
type broken struct {
	err   error
	calls int
}

func (b *broken) fail() error { b.calls++; return b.err }

func (b *broken) Scalars(int64, time.Time, map[string]float64) error  { return b.fail() }
func (b *broken) Image(int64, time.Time, string, image.Image) error   { return b.fail() }
func (b *broken) Histogram(int64, time.Time, string, []float32) error { return b.fail() }
func (b *broken) Flush() error                                        { return b.fail() }
func (b *broken) Close() error                                        { return b.fail() }

// everything makes one call of each kind.
func everything(w Writer) []error {
	return []error{
		w.Scalars(1, noon, map[string]float64{"loss": 1}),
		w.Image(1, noon, "filters", image.NewGray(image.Rect(0, 0, 2, 2))),
		w.Histogram(1, noon, "weights", []float32{1, 2}),
		w.Flush(),
		w.Close(),
	}
}

func TestMultiCallsEveryWriter(t *testing.T) {
	first, second := &broken{err: errors.New("first")}, &broken{err: errors.New("second")}
	for i, err := range everything(Multi{first, &broken{}, second}) {
		if !errors.Is(err, first.err) || !errors.Is(err, second.err) || strings.Contains(err.Error(), "\n") {
			t.Errorf("call %d: error %v", i, err)
		}
	}
	if first.calls != 5 || second.calls != 5 {
		t.Errorf("%d and %d calls, want 5 each", first.calls, second.calls)
	}
}

func TestMultiOfBothKinds(t *testing.T) {
	dir := t.TempDir()
	board, err := OpenTensorBoard(dir, NewRun)
	must(t, err)
	lines := open(t, filepath.Join(dir, "metrics.jsonl"), NewRun)
	for i, err := range everything(Multi{lines, board}) {
		if err != nil {
			t.Errorf("call %d: %v", i, err)
		}
	}
	if n := len(events(t, eventFiles(t, dir)[0])); n != 4 {
		t.Errorf("%d events, want 4", n)
	}
	if points, err := ReadJSONL(filepath.Join(dir, "metrics.jsonl")); err != nil || len(points) != 1 {
		t.Errorf("%d points, %v", len(points), err)
	}
}
