package data

import (
	"archive/tar"
	"context"
	"os"
	"path/filepath"
	"slices"
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

// everyTenth copies a tenth of a tar's files into another.
func everyTenth(t testing.TB, path string) (archive []byte, files int) {
	t.Helper()
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	all, err := listed(whole)
	if err != nil {
		t.Fatal(err)
	}
	var some []tarMember
	for i := 0; i < len(all); i += 10 {
		some = append(some, all[i])
	}
	return makeTar(t, tar.FormatUSTAR, some...), len(some)
}

// TestPrepareRealImages prepares originals of all sizes, one of each class.
func TestPrepareRealImages(t *testing.T) {
	names := sharedFile(t, "imagenet-classes.tsv")
	archive, files := everyTenth(t, sharedFile(t, "imagenet-sample-250.tar"))
	src := write(t, archive, t.TempDir(), "sample.tar")
	dst := t.TempDir()
	result, err := PrepareImageNet(context.Background(), src, dst, PrepareOptions{Names: names, shardImages: 10})
	if err != nil {
		t.Fatal(err)
	}
	if result.Train != files || result.Val != 0 || result.Classes != 1000 || len(result.Skipped) != 0 {
		t.Errorf("%+v, want %d training images", result, files)
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
	slices.Sort(labels)
	if distinct := slices.Compact(slices.Clone(labels)); len(distinct) != files {
		t.Errorf("%d classes have an image, want %d", len(distinct), files)
	}
	if got := s.Train.Classes()[labels[0]]; got != "tiger_shark" {
		t.Errorf("the first class that has one is %s, want tiger_shark", got)
	}
}
