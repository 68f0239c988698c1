package main

import (
	"path/filepath"
	"syscall"
	"testing"
)

// mount puts a small file system on a folder, which needs root.
func mount(t *testing.T, flags uintptr) string {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", flags, "size=32k"); err != nil {
		t.Skipf("cannot mount a small file system: %v", err)
	}
	t.Cleanup(func() { syscall.Unmount(dir, syscall.MNT_DETACH) })
	return dir
}

func TestFullDisk(t *testing.T) {
	unraced(t)
	dir := filepath.Join(mount(t, 0), "run")
	bad{"train --data fashion-mnist --net " + write(t, "tiny.json", tinyNet) + " --steps 21 --json --out " + dir, 1, dir}.try(t)
}

func TestReadOnlyDisk(t *testing.T) {
	dir := mount(t, syscall.MS_RDONLY)
	for _, out := range []string{dir, filepath.Join(dir, "run")} {
		bad{"train --data fashion-mnist --steps 1 --out " + out, 1, out}.try(t)
	}
}
