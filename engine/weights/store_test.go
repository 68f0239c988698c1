package weights

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tandem/engine/tensor"
)

// numbered is a checkpoint that says which one it is.
func numbered(step int64) *File {
	t := tensor.New(300)
	t.Data[0] = float32(step)
	return &File{Tensors: map[string]*tensor.Tensor{"w": t}, Meta: map[string]string{"step": fmt.Sprint(step)}}
}

func save(t *testing.T, s Store, step int64, keepLast int, isBest bool) {
	t.Helper()
	if err := s.Save(step, numbered(step), keepLast, isBest); err != nil {
		t.Fatal(err)
	}
}

func wantFolder(t *testing.T, s Store, want string) {
	t.Helper()
	entries, err := os.ReadDir(s.Dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, strings.TrimSuffix(e.Name(), ".safetensors"))
	}
	if got := strings.Join(names, " "); got != want {
		t.Errorf("the folder holds %q, want %q", got, want)
	}
}

// wantLatest expects the checkpoint of a step after refusals that name their
// files.
func wantLatest(t *testing.T, s Store, step int64, refused ...string) {
	t.Helper()
	got, err := s.Latest()
	if err != nil {
		t.Fatal(err)
	}
	if got.File.Meta["step"] != fmt.Sprint(step) || len(got.Refused) != len(refused) {
		t.Fatalf("Latest is step %s at %s after %v", got.File.Meta["step"], got.Path, got.Refused)
	}
	if again, err := Read(got.Path); err != nil || again.Meta["step"] != fmt.Sprint(step) {
		t.Errorf("%s: %v", got.Path, err)
	}
	for i, path := range refused {
		if !strings.HasPrefix(got.Refused[i].Error(), path+": ") {
			t.Errorf("refusal %q does not name %s", got.Refused[i], path)
		}
	}
}

// damage flips one bit in the middle of a file.
func damage(t *testing.T, path string) string {
	t.Helper()
	raw := mustReadFile(t, path)
	raw[len(raw)/2] ^= 4
	if err := os.WriteFile(path, raw, 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestSaveKeepsTheLastFewAndTheBest(t *testing.T) {
	s := Store{filepath.Join(t.TempDir(), "run", "checkpoints")}
	for step := int64(0); step <= 40; step += 10 {
		save(t, s, step, 3, step == 10)
		wantLatest(t, s, step)
	}
	wantFolder(t, s, "best step-00000020 step-00000030 step-00000040")
	if best, err := Read(s.BestPath()); err != nil || best.Meta["step"] != "10" {
		t.Errorf("best: %v", err)
	}
	save(t, s, 50, 0, false)
	wantFolder(t, s, "best step-00000020 step-00000030 step-00000040 step-00000050")
	save(t, s, 123456789, 1, true)
	wantFolder(t, s, "best step-123456789")
	wantLatest(t, s, 123456789)
}

func TestDamagedCheckpointsAreRefusedByName(t *testing.T) {
	s := Store{t.TempDir()}
	for step := int64(1); step <= 4; step++ {
		save(t, s, step, 0, step == 2)
	}
	path4 := damage(t, s.StepPath(4))
	wantLatest(t, s, 3, path4)
	path3 := s.StepPath(3)
	if err := os.Truncate(path3, 900); err != nil {
		t.Fatal(err)
	}
	wantLatest(t, s, 2, path4, path3)
	path2, path1 := damage(t, s.StepPath(2)), damage(t, s.StepPath(1))
	wantLatest(t, s, 2, path4, path3, path2, path1) // the best

	best := damage(t, s.BestPath())
	_, err := s.Latest()
	for _, path := range []string{s.Dir, path1, path2, path3, path4, best} {
		if err == nil || !strings.Contains(err.Error(), path) || strings.Contains(err.Error(), "\n") {
			t.Errorf("error %q does not name %s in one line", err, path)
		}
	}
}

func TestSaveAfterGoingBackDropsTheAbandonedSteps(t *testing.T) {
	s := Store{t.TempDir()}
	for _, step := range []int64{100, 200, 300} {
		save(t, s, step, 0, false)
	}
	damage(t, s.StepPath(300))
	save(t, s, 150, 1, false)
	wantFolder(t, s, "step-00000150")
	wantLatest(t, s, 150)
}

func TestNoCheckpoint(t *testing.T) {
	dir := t.TempDir()
	for _, s := range []Store{{dir}, {filepath.Join(dir, "missing")}} {
		if _, err := s.Latest(); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), s.Dir) {
			t.Errorf("Latest of %s: %v", s.Dir, err)
		}
		if steps, err := s.Steps(); len(steps) != 0 || err != nil {
			t.Errorf("Steps of %s: %v, %v", s.Dir, steps, err)
		}
	}
}

func TestOtherNamesAreNoCheckpoints(t *testing.T) {
	s := Store{t.TempDir()}
	for _, name := range []string{"step-1.safetensors", "step-0000000x.safetensors", "step-00000001.safetensors.bak", "xstep-00000001.safetensors", "step--0000001.safetensors", "step-000000001.safetensors"} {
		os.WriteFile(filepath.Join(s.Dir, name), nil, 0o666)
	}
	if steps, err := s.Steps(); len(steps) != 0 || err != nil {
		t.Errorf("Steps: %v, %v", steps, err)
	}
}

func TestSaveClearsWhatKilledWritersLeft(t *testing.T) {
	s := Store{t.TempDir()}
	for _, name := range []string{".step-00000007.safetensors.99-1.tmp", ".best.safetensors.99-2.tmp"} {
		os.WriteFile(filepath.Join(s.Dir, name), nil, 0o666)
	}
	save(t, s, 8, 1, false)
	wantFolder(t, s, "step-00000008")
}

func TestSaveWhereAFileStands(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	os.WriteFile(path, nil, 0o666)
	for _, dir := range []string{path, filepath.Join(path, "below")} {
		if err := (Store{dir}).Save(1, numbered(1), 1, true); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("Save in %s: %v", dir, err)
		}
	}
}
