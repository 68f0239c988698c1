package metrics

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func smallDisk(t *testing.T) (dir string) {
	dir = t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=64k"); err != nil {
		t.Skipf("cannot mount a small file system: %v", err)
	}
	t.Cleanup(func() { syscall.Unmount(dir, syscall.MNT_DETACH) })
	return dir
}

// fill writes until the disk is full, frees some space, and writes once more.
func fill(t *testing.T, dir string, open func() (Writer, error)) (records int) {
	ballast := filepath.Join(dir, "ballast")
	must(t, os.WriteFile(ballast, make([]byte, 1<<14), 0o666))
	w, err := open()
	must(t, err)
	values := map[string]float64{strings.Repeat("x", 5000): 1} // more than a page: some of it fits
	for err == nil {
		records++
		err = w.Scalars(int64(records), noon, values)
	}
	if !strings.Contains(err.Error(), dir) || !strings.Contains(err.Error(), "free some space") || strings.Contains(err.Error(), "\n") {
		t.Errorf("unclear error %v", err)
	}
	must(t, os.Remove(ballast))
	must(t, w.Scalars(int64(records), noon, map[string]float64{"short": 1}))
	must(t, w.Close())
	return records
}

func TestFullDiskLeavesWholeLines(t *testing.T) {
	dir := smallDisk(t)
	path := filepath.Join(dir, "metrics.jsonl")
	want := fill(t, dir, func() (Writer, error) { return OpenJSONL(path, NewRun) })
	points, err := ReadJSONL(path)
	must(t, err)
	if len(points) != want || points[want-1].Step != int64(want) {
		t.Errorf("%d points, want %d", len(points), want)
	}
}

func TestFullDiskLeavesWholeEvents(t *testing.T) {
	dir := smallDisk(t)
	want := fill(t, dir, func() (Writer, error) { return OpenTensorBoard(dir, NewRun) })
	if got := len(events(t, eventFiles(t, dir)[0])); got != want+1 {
		t.Errorf("%d events, want %d", got, want+1)
	}
}
