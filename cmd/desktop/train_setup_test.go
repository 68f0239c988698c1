package main

import (
	"image"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"tandem/engine/data"
	"tandem/engine/viz"
)

// Data to test on alone is refused before anything counts its training images.
func TestNothingToTrainOn(t *testing.T) {
	dir := t.TempDir()
	if err := makeFolder(filepath.Join(dir, "test", "cat")); err != nil {
		t.Fatal(err)
	}
	if err := viz.WritePNG(filepath.Join(dir, "test", "cat", "a.png"), image.NewRGBA(image.Rect(0, 0, 9, 9))); err != nil {
		t.Fatal(err)
	}
	_, err := openToTrain("images:"+dir, data.Options{Size: 8}, &screen{w: io.Discard})
	if err == nil || !strings.Contains(err.Error(), "no training images") {
		t.Errorf("error %v", err)
	}
}
