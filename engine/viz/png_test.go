package viz

import (
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestWritePNG(t *testing.T) {
	img := gradient(7, 5)
	path := filepath.Join(t.TempDir(), "a.png")
	for range 2 { // the second replaces the first
		if err := WritePNG(path, img); err != nil {
			t.Fatal(err)
		}
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	back, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	if back.Bounds() != img.Bounds() || back.At(3, 4) != img.At(3, 4) {
		t.Errorf("read back %v, %v", back.Bounds(), back.At(3, 4))
	}
	if files, _ := os.ReadDir(filepath.Dir(path)); len(files) != 1 {
		t.Errorf("%d files are left, want 1", len(files))
	}
}

func TestWritePNGNamesThePath(t *testing.T) {
	path := filepath.Join(t.TempDir(), "missing", "a.png")
	if err := WritePNG(path, gradient(1, 1)); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("error %v", err)
	}
	dir := t.TempDir()
	if err := WritePNG(filepath.Join(dir, "empty.png"), gradient(0, 5)); err == nil {
		t.Error("an empty picture was written")
	}
	if files, _ := os.ReadDir(dir); len(files) != 0 {
		t.Errorf("a failed write left %v", files)
	}
}
