package weights

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"tandem/engine/tensor"
)

// TestMain becomes the process to be killed where a test asks for one.
func TestMain(m *testing.M) {
	if dir := os.Getenv("TANDEM_TEST_SAVE_FOREVER"); dir != "" {
		saveForever(Store{dir})
	}
	os.Exit(m.Run())
}

// saveForever goes on after the newest checkpoint.
func saveForever(s Store) {
	steps, err := s.Steps()
	step := int64(0)
	if len(steps) > 0 {
		step = steps[len(steps)-1]
	}
	for err == nil {
		step++
		f := numbered(step)
		f.Tensors["large"] = tensor.New(1 << 18)
		err = s.Save(step, f, 2, step%3 == 0)
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func TestKilledAtAnyInstant(t *testing.T) {
	rng := newRand(t)
	s := Store{t.TempDir()}
	for range 12 {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "TANDEM_TEST_SAVE_FOREVER="+s.Dir)
		cmd.Stderr = os.Stderr
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(20*time.Millisecond + time.Duration(rng.IntN(100_000))*time.Microsecond)
		cmd.Process.Kill()
		if err := cmd.Wait(); cmd.ProcessState.ExitCode() != -1 {
			t.Fatalf("it ended by itself: %v", err)
		}
		wantWholeFiles(t, s)
	}
	save(t, s, 1_000_000, 1, true)
	wantFolder(t, s, "best step-01000000")
}

// wantWholeFiles reads every checkpoint that can be seen.
func wantWholeFiles(t *testing.T, s Store) {
	paths, err := filepath.Glob(filepath.Join(s.Dir, "*.safetensors"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		if _, err := Read(path); err != nil {
			t.Error(err)
		}
	}
	t.Logf("%d whole files", len(paths))
}

func TestSaveOnAFullDisk(t *testing.T) {
	s := Store{t.TempDir()}
	if err := syscall.Mount("tmpfs", s.Dir, "tmpfs", 0, "size=64k"); err != nil {
		t.Skipf("cannot mount a small file system: %v", err)
	}
	defer syscall.Unmount(s.Dir, syscall.MNT_DETACH)
	save(t, s, 1, 3, true)
	large := numbered(2)
	large.Tensors["large"] = tensor.New(1 << 18)
	err := s.Save(2, large, 3, false)
	if err == nil || !strings.Contains(err.Error(), s.StepPath(2)) || !strings.Contains(err.Error(), "no space") {
		t.Errorf("unclear error %v", err)
	}
	wantFolder(t, s, "best step-00000001")
	wantLatest(t, s, 1)
}
