package data

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tandem/engine/tensor"
)

// newRand returns a generator with a fresh seed, which a failing test logs.
func newRand(t testing.TB) *rand.Rand {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	return rand.New(rand.NewPCG(seed, 1))
}

// randomSet is a dataset of noise; image i has label i modulo the classes.
func randomSet(r *rand.Rand, n, channels, height, width int) *memory {
	m := &memory{shape: tensor.Shape{channels, height, width}, classes: []string{"a", "b", "c"}, broken: map[int]*BrokenImage{}}
	m.pixels = make([]byte, n*m.shape.Size())
	for i := range m.pixels {
		m.pixels[i] = byte(r.Uint32())
	}
	for i := range n {
		m.labels = append(m.labels, int32(i%3))
	}
	return m
}

func (m *memory) breakImages(indices ...int) {
	for _, i := range indices {
		m.broken[i] = &BrokenImage{Path: "image" + string(rune('A'+i)), Err: errors.New("is broken")}
	}
}

func mustStats(t testing.TB, ds Dataset) *Stats {
	t.Helper()
	s, err := ComputeStats(context.Background(), ds, nil)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// mustLoad starts a loader that the test closes.
func mustLoad(t testing.TB, ds Dataset, s *Stats, a Augment, seed uint64, batch int, o LoaderOptions) *Loader {
	t.Helper()
	l, err := NewLoader(ds, s, a, seed, batch, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Close)
	return l
}

func mustNext(t testing.TB, l *Loader) *Batch {
	t.Helper()
	b, err := l.Next(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// drain returns all batches of an evaluation.
func drain(t testing.TB, l *Loader) (all []*Batch) {
	t.Helper()
	t.Cleanup(l.Close)
	for {
		b, err := l.Next(context.Background())
		if err == io.EOF {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, b)
	}
}

// write creates a file and the folders above it.
func write(t testing.TB, content []byte, path ...string) string {
	t.Helper()
	name := filepath.Join(path...)
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, content, 0o644); err != nil {
		t.Fatal(err)
	}
	return name
}

// wantError checks for an error of one line that holds every part.
func wantError(t testing.TB, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Errorf("no error, want one with %q", parts)
		return
	}
	if strings.Contains(err.Error(), "\n") {
		t.Errorf("error of several lines: %q", err)
	}
	for _, p := range parts {
		if !strings.Contains(err.Error(), p) {
			t.Errorf("error %q does not say %q", err, p)
		}
	}
}
