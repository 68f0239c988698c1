package metrics

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// follower keeps points as a viewer would.
type follower struct {
	*Tail
	points   []Point
	restarts int
}

func follow(path string) *follower { return &follower{Tail: NewTail(path)} }

func (f *follower) read(t testing.TB) {
	t.Helper()
	points, restarted, err := f.Read()
	must(t, err)
	if restarted {
		f.restarts++
		f.points = nil
	}
	f.points = append(f.points, points...)
}

// agrees demands that what was followed is what the file says.
func (f *follower) agrees(t testing.TB, path string) {
	t.Helper()
	want, err := ReadJSONL(path)
	must(t, err)
	if len(f.points) != len(want) {
		t.Fatalf("followed %d points, the file has %d", len(f.points), len(want))
	}
	for i, p := range f.points {
		if fmt.Sprint(p) != fmt.Sprint(want[i]) {
			t.Fatalf("point %d is %v, the file says %v", i, p, want[i])
		}
	}
}

// clock gives each line a time of its own, as a run does.
type clock struct{ ticks int }

func (c *clock) line(step int64) []byte {
	c.ticks++
	return formatLine(step, noon.Add(time.Duration(c.ticks)*time.Millisecond), map[string]float64{"loss": math.Sqrt(float64(step))})
}

// However a line comes in pieces, it is returned once, when it is whole.
func TestTailWaitsForWholeLines(t *testing.T) {
	path := filepath.Join(t.TempDir(), "metrics.jsonl")
	f := follow(path)
	if _, _, err := f.Read(); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), path) {
		t.Fatalf("no file yet: %v", err)
	}
	var c clock
	text := append(c.line(1), c.line(2)...)
	for n := range len(text) + 1 {
		must(t, os.WriteFile(path, text[:n], 0o666))
		f.read(t)
		if want := bytes.Count(text[:n], []byte("\n")); len(f.points) != want {
			t.Fatalf("%d points after %d bytes, want %d", len(f.points), n, want)
		}
	}
	if f.restarts > 0 {
		t.Errorf("%d restarts", f.restarts)
	}
}

// A resumed run cuts the file off, and has often written more than before by the
// time somebody looks.
func TestTailStartsOverWhenARunIsResumed(t *testing.T) {
	for name, c := range map[string]struct{ after, to int64 }{
		"cut off": {20, 20}, "shorter": {20, 30}, "longer": {20, 90}, "emptied": {0, 0}, "anew": {0, 99},
	} {
		path := filepath.Join(t.TempDir(), "metrics.jsonl")
		var clock clock
		write := func(after, to int64) {
			j := open(t, path, after)
			for step := after + 1; step <= to; step++ {
				clock.ticks++
				must(t, j.Scalars(step, noon.Add(time.Duration(clock.ticks)*time.Millisecond), map[string]float64{"loss": float64(step % 7)}))
			}
			must(t, j.Close())
		}
		f := follow(path)
		write(0, 50)
		f.read(t)
		write(c.after, c.to)
		f.read(t)
		f.agrees(t, path)
		write(c.to, c.to+5)
		f.read(t)
		f.agrees(t, path)
		if f.restarts != 1 {
			t.Errorf("%s: %d restarts", name, f.restarts)
		}
	}
}

// Going on where the file ended, or putting a longer copy in its place, starts
// nothing over.
func TestTailGoesOn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "metrics.jsonl")
	f := follow(path)
	record(t, open(t, path, NewRun), 1, 12)
	f.read(t)
	record(t, open(t, path, 12), 13, 20)
	f.read(t)
	must(t, os.WriteFile(path+".new", append([]byte(content(t, path)), formatLine(21, noon, nil)...), 0o666))
	must(t, os.Rename(path+".new", path))
	f.read(t)
	f.read(t)
	f.agrees(t, path)
	if len(f.points) != 23 || f.restarts != 0 {
		t.Errorf("%d points, %d restarts", len(f.points), f.restarts)
	}
}

// A damaged line is named at each read; once it is mended, all is read again.
func TestTailAfterDamage(t *testing.T) {
	path := filepath.Join(t.TempDir(), "metrics.jsonl")
	var c clock
	good := append(c.line(1), c.line(2)...)
	must(t, os.WriteFile(path, good, 0o666))
	f := follow(path)
	f.read(t)
	must(t, os.WriteFile(path, append(good, "nonsense\n"...), 0o666))
	for range 2 {
		points, restarted, err := f.Read()
		if err == nil || !strings.HasPrefix(err.Error(), path+": line 3: ") || points != nil || restarted {
			t.Errorf("got %v, %v, %v", points, restarted, err)
		}
	}
	must(t, os.WriteFile(path, append(c.line(1), c.line(4)...), 0o666))
	f.read(t)
	f.agrees(t, path)
	if f.restarts != 1 {
		t.Errorf("%d restarts", f.restarts)
	}
}

// A run that is stopped and taken up again and again is followed while it writes.
// What is read in the very moment of a cut may be torn, and is read again.
func TestTailBesideAWriter(t *testing.T) {
	path := filepath.Join(t.TempDir(), "metrics.jsonl")
	must(t, os.WriteFile(path, nil, 0o666))
	done := make(chan error)
	go func() {
		var c clock
		for run := range int64(20) {
			j, err := OpenJSONL(path, 15*run)
			for step := 15*run + 1; err == nil && step <= 15*run+100; step++ {
				c.ticks++
				err = j.Scalars(step, noon.Add(time.Duration(c.ticks)*time.Millisecond), map[string]float64{"loss": 1 / float64(step)})
			}
			if err == nil {
				err = j.file.Close()
			}
			if err != nil {
				done <- err
				return
			}
		}
		done <- nil
	}()
	f := follow(path)
	for writing := true; writing; {
		select {
		case err := <-done:
			must(t, err)
			writing = false
		default:
			points, restarted, err := f.Read()
			if restarted {
				f.points = nil
			}
			if err == nil {
				f.points = append(f.points, points...)
			}
		}
	}
	f.read(t)
	f.agrees(t, path)
}

// Whatever a writer does between two reads, what was followed is what the file
// says in the end. Each byte is a deed: a whole line, a part of one, its
// completion, a cut after one of the lines, or a look.
func FuzzTail(f *testing.F) {
	f.Add([]byte{0, 1, 5, 2, 5, 0, 0, 5, 131, 0, 5})
	f.Add([]byte{0, 0, 0, 5, 3, 0, 0, 0, 5, 1, 4, 5, 2})
	f.Add([]byte{4, 5, 1, 5, 4, 0, 5})
	f.Fuzz(func(t *testing.T, deeds []byte) {
		path := filepath.Join(t.TempDir(), "metrics.jsonl")
		must(t, os.WriteFile(path, nil, 0o666))
		var c clock
		var lines [][]byte
		var half []byte
		fol := follow(path)
		for _, d := range append(deeds[:min(len(deeds), 200)], 5) {
			switch d % 6 {
			case 0:
				lines, half = append(lines, c.line(int64(len(lines)))), nil
			case 1:
				half = c.line(int64(len(lines)))[:int(d)%40]
			case 2:
				half = nil
			case 3:
				lines = lines[:len(lines)*int(d)/256]
			case 4:
				half = []byte("\x00")
			}
			must(t, os.WriteFile(path, append(bytes.Join(lines, nil), half...), 0o666))
			if d%6 == 5 {
				fol.read(t)
			}
		}
		fol.agrees(t, path)
	})
}
