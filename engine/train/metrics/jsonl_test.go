package metrics

import (
	"bytes"
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

func newRand(t testing.TB) *rand.Rand {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	return rand.New(rand.NewPCG(seed, 0))
}

var noon = time.Date(2026, 1, 2, 12, 0, 0, 250e6, time.UTC)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func open(t testing.TB, path string, resumeStep int64) *JSONL {
	t.Helper()
	j, err := OpenJSONL(path, resumeStep)
	must(t, err)
	return j
}

func content(t testing.TB, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	must(t, err)
	return string(b)
}

func TestLineIsAsDocumented(t *testing.T) {
	path := filepath.Join(t.TempDir(), "metrics.jsonl")
	j := open(t, path, NewRun)
	east := time.FixedZone("", 3600)
	must(t, j.Scalars(120, noon.In(east), map[string]float64{"train/rate": 0.01, "train/loss": 1.25, "a \"b\"": 1e300}))
	must(t, j.Close())
	want := `{"step":120,"time":"2026-01-02T12:00:00.250Z","a \"b\"":1e+300,"train/loss":1.25,"train/rate":0.01}` + "\n"
	if got := content(t, path); got != want {
		t.Errorf("wrote %s want %s", got, want)
	}
}

func TestEveryNumberComesBack(t *testing.T) {
	rng := newRand(t)
	values := map[string]float64{
		"nan": math.NaN(), "inf": math.Inf(1), "-inf": math.Inf(-1), "zero": 0, "-zero": math.Copysign(0, -1),
		"max": math.MaxFloat64, "min": math.SmallestNonzeroFloat64,
	}
	for range 1000 {
		v := math.Float64frombits(rng.Uint64())
		if !math.IsNaN(v) { // which NaN it was is not kept
			values[string(rune(0x4e00+len(values)))] = v
		}
	}
	path := filepath.Join(t.TempDir(), "metrics.jsonl")
	j := open(t, path, NewRun)
	must(t, j.Scalars(7, noon, values))
	must(t, j.Close())
	if !json.Valid([]byte(content(t, path))) {
		t.Fatal("not JSON")
	}
	points, err := ReadJSONL(path)
	must(t, err)
	if len(points) != 1 || points[0].Step != 7 || !points[0].Wall.Equal(noon) || len(points[0].Values) != len(values) {
		t.Fatalf("read %v", points)
	}
	for name, want := range values {
		got := points[0].Values[name]
		if math.Float64bits(got) != math.Float64bits(want) && !(math.IsNaN(got) && math.IsNaN(want)) {
			t.Errorf("%s: %g, want %g", name, got, want)
		}
	}
}

// record plays a run from a step on, with two lines for every tenth step.
func record(t *testing.T, w Writer, from, to int64) {
	t.Helper()
	for step := from; step <= to; step++ {
		must(t, w.Scalars(step, noon, map[string]float64{"loss": math.Sqrt(float64(step))}))
		if step%10 == 0 {
			must(t, w.Scalars(step, noon, map[string]float64{"error": 1 / float64(step)}))
		}
	}
}

func TestResumedRunLeavesTheSameFile(t *testing.T) {
	dir := t.TempDir()
	whole, broken := filepath.Join(dir, "whole"), filepath.Join(dir, "broken")
	j := open(t, whole, NewRun)
	record(t, j, 1, 60)
	must(t, j.Close())
	for _, halfLine := range []string{"", `{"step":4`, `{"step":47,"time":"2026-01-02T12:00:00.250Z","loss":1}`, "\x00\x00\x00"} {
		j = open(t, broken, NewRun)
		record(t, j, 1, 46)
		must(t, j.Close())
		must(t, os.WriteFile(broken, []byte(content(t, broken)+halfLine), 0o666))
		j = open(t, broken, 30)
		record(t, j, 31, 60)
		must(t, j.Close())
		if content(t, broken) != content(t, whole) {
			t.Errorf("after %q the resumed file differs from the uninterrupted one", halfLine)
		}
	}
}

func TestResumeAfterTheEnd(t *testing.T) {
	path := filepath.Join(t.TempDir(), "metrics.jsonl")
	for from := int64(1); from <= 20; from += 5 {
		j := open(t, path, from-1) // 0 where there is no file yet
		record(t, j, from, from+4)
		must(t, j.Close())
	}
	points, err := ReadJSONL(path)
	must(t, err)
	if len(points) != 22 || points[21].Step != 20 {
		t.Errorf("%d points", len(points))
	}
}

func TestNewRunBeginsEmpty(t *testing.T) {
	path := filepath.Join(t.TempDir(), "metrics.jsonl")
	must(t, os.WriteFile(path, []byte("anything"), 0o666))
	must(t, open(t, path, NewRun).Close())
	if got := content(t, path); got != "" {
		t.Errorf("left %q", got)
	}
}

func TestHalfWrittenLastLineIsPassedOver(t *testing.T) {
	j := bytes.Join([][]byte{formatLine(1, noon, nil), formatLine(2, noon, nil)}, nil)
	for n := range j {
		points, err := readPoints("m", bytes.NewReader(j[:n]))
		if want := bytes.Count(j[:n], []byte("\n")); err != nil || len(points) != want {
			t.Errorf("%d bytes: %d points, %v", n, len(points), err)
		}
	}
}

func TestDamagedLinesAreNamed(t *testing.T) {
	good := string(formatLine(5, noon, map[string]float64{"loss": 1}))
	for text, why := range map[string]string{
		"\n": "line 2", "{}\n": "no step", "[]\n": "line 2", "null\n": "no step", "x\n": "line 2",
		strings.Replace(good, `"step"`, `"stop"`, 1):                   "no step",
		strings.Replace(good, `"time"`, `"tide"`, 1):                   "tide",
		strings.Replace(good, `"step":5`, `"step":4`, 1):               "step 4 after step 5",
		strings.Replace(good, `"step":5`, `"step":5.5`, 1):             "step",
		strings.Replace(good, `"loss":1`, `"loss":null`, 1):            "loss",
		strings.Replace(good, `"loss":1`, `"loss":"1"`, 1):             "loss",
		strings.Replace(good, `"loss":1`, `"loss":[1]`, 1):             "loss",
		strings.Replace(good, `"loss":1`, `"loss":1e999`, 1):           "loss",
		strings.Replace(good, "2026-01-02T12", "2026-13-02T12", 1):     "time",
		strings.TrimSuffix(good, "\n") + strings.TrimSuffix(good, "}"): "line 2",
	} {
		path := filepath.Join(t.TempDir(), "metrics.jsonl")
		must(t, os.WriteFile(path, []byte(good+text+good), 0o666))
		_, err := ReadJSONL(path)
		_, openErr := OpenJSONL(path, 9)
		for _, err := range []error{err, openErr} {
			if err == nil || !strings.HasPrefix(err.Error(), path+": line 2: ") || !strings.Contains(err.Error(), why) || strings.Contains(err.Error(), "\n") {
				t.Errorf("%q: error %v", text, err)
			}
		}
		if content(t, path) != good+text+good {
			t.Errorf("%q: the file was changed", text)
		}
	}
}

func TestMissingAndUnwritable(t *testing.T) {
	dir := t.TempDir()
	for _, path := range []string{filepath.Join(dir, "missing", "m.jsonl"), dir} {
		if _, err := OpenJSONL(path, NewRun); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("OpenJSONL: %v", err)
		}
		if _, err := ReadJSONL(path); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("ReadJSONL: %v", err)
		}
	}
}

func TestMisusePanics(t *testing.T) {
	for what, misuse := range map[string]func(*JSONL){
		"step goes back": func(j *JSONL) { j.Scalars(4, noon, nil) },
		"step as name":   func(j *JSONL) { j.Scalars(6, noon, map[string]float64{"step": 1}) },
		"time as name":   func(j *JSONL) { j.Scalars(6, noon, map[string]float64{"time": 1}) },
	} {
		j := open(t, filepath.Join(t.TempDir(), "m.jsonl"), NewRun)
		must(t, j.Scalars(5, noon, nil))
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", what)
				}
			}()
			misuse(j)
		}()
		j.Close()
	}
}

// Whatever the bytes, reading gives points or an error of one line, and points
// survive being written and read again.
func FuzzReadJSONL(f *testing.F) {
	f.Add([]byte(""))
	f.Add(formatLine(5, noon, map[string]float64{"loss": 1.5, "x": math.Inf(-1), "y": 1e-9}))
	f.Add(append(formatLine(1, noon, map[string]float64{"a": 0}), formatLine(2, noon, nil)[:20]...))
	f.Add([]byte("{\"step\":1,\"time\":\"2026-01-02T12:00:00+01:00\"}\n{}\n"))
	f.Add([]byte("{\"step\":0,\"time\":\"0000-01-01T00:00:00.000+01:00\"}\n"))
	f.Add([]byte("null\n[]\n\x00\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		points, err := readPoints("m.jsonl", bytes.NewReader(b))
		if err != nil {
			if !strings.HasPrefix(err.Error(), "m.jsonl: line ") || strings.Contains(err.Error(), "\n") {
				t.Fatalf("unclear error %q", err)
			}
			return
		}
		var again bytes.Buffer
		for _, p := range points {
			for name, v := range p.Values {
				if math.IsNaN(v) { // DeepEqual would not find it equal to itself
					p.Values[name] = 0
				}
			}
			again.Write(formatLine(p.Step, p.Wall, p.Values))
		}
		got, err := readPoints("m.jsonl", &again)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, points) {
			t.Fatalf("%v became %v", points, got)
		}
	})
}
