package atomicfile

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// mount puts a file system of 64 KiB on a folder, which needs root.
func mount(t *testing.T) string {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=64k"); err != nil {
		t.Skipf("cannot mount a small file system: %v", err)
	}
	t.Cleanup(func() { syscall.Unmount(dir, syscall.MNT_DETACH) })
	return dir
}

func TestFullDiskLeavesTheOldFile(t *testing.T) {
	dir := mount(t)
	path := filepath.Join(dir, "a")
	if err := Write(path, put("old")); err != nil {
		t.Fatal(err)
	}
	err := Write(path, put(strings.Repeat("x", 1<<20)))
	if err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "free some space") {
		t.Errorf("unclear error %v", err)
	}
	wantContent(t, path, "old")
	wantNames(t, dir, "a")
}

func TestReadOnlyFolder(t *testing.T) {
	dir := mount(t)
	if err := syscall.Mount("", dir, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		t.Skipf("cannot remount: %v", err)
	}
	path := filepath.Join(dir, "a")
	if err := Write(path, put("x")); err == nil || !strings.Contains(err.Error(), "may write to") {
		t.Errorf("unclear error %v", err)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("the file exists")
	}
}
