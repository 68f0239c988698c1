package data

import (
	"context"
	"os"
	"path/filepath"
	"testing"
)

// sharedFile returns a file of real data that lies beside the checkout, or
// skips the test. TANDEM_SHARED_DATA names another folder.
func sharedFile(t testing.TB, name string) string {
	t.Helper()
	dir := os.Getenv("TANDEM_SHARED_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "data")
	}
	path := filepath.Join(dir, name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("%s is not here; TANDEM_SHARED_DATA names the folder it is in", path)
	}
	return path
}

// TestPrepareRealImages prepares 250 originals: all sizes, grey ones, some under
// 256 pixels.
func TestPrepareRealImages(t *testing.T) {
	src, names := sharedFile(t, "imagenet-sample-250.tar"), sharedFile(t, "imagenet-classes.tsv")
	o := PrepareOptions{Names: names, shardImages: 100}
	if testing.Short() {
		o.Size = 32
	}
	dst := t.TempDir()
	result, err := PrepareImageNet(context.Background(), src, dst, o)
	if err != nil {
		t.Fatal(err)
	}
	if result.Train != 250 || result.Val != 0 || result.Classes != 1000 || len(result.Skipped) != 0 {
		t.Errorf("%+v", result)
	}
	s, err := openImageNet(dst)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	_, labels, err := readAll(s.Train)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[int]bool{}
	for _, l := range labels {
		seen[l] = true
	}
	if len(seen) != 250 {
		t.Errorf("%d classes have an image, want 250 (the sample has one of each)", len(seen))
	}
	if got := s.Train.Classes()[labels[0]]; got != "tiger_shark" {
		t.Errorf("the first image is a %s, want tiger_shark", got)
	}
}
