package data

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// prepared returns a prepared folder of a few images and its source.
func prepared(t *testing.T) (src, dst string) {
	t.Helper()
	r := newRand(t)
	src, dst = t.TempDir(), t.TempDir()
	writeClassFolders(t, filepath.Join(src, "train"), trainImages(t, r, 3))
	writeClassFolders(t, filepath.Join(src, "val"), trainImages(t, r, 1))
	if _, err := PrepareImageNet(context.Background(), src, dst, smallShards()); err != nil {
		t.Fatal(err)
	}
	return src, dst
}

func smallShards() PrepareOptions { return PrepareOptions{Size: 16, shardImages: 4} }

func TestOpenImageNetErrors(t *testing.T) {
	for name, c := range map[string]struct {
		harm func(dst string) error
		want []string
	}{
		"not prepared": {func(dst string) error { return os.RemoveAll(dst) },
			[]string{"no prepared ImageNet", "data prepare imagenet"}},
		"not finished": {func(dst string) error { return os.Remove(filepath.Join(dst, manifestFile)) },
			[]string{"was not finished", "goes on where it stopped"}},
		"cut manifest": {func(dst string) error { return os.Truncate(filepath.Join(dst, manifestFile), 30) },
			[]string{manifestFile, "is damaged", "data prepare imagenet"}},
		"other version": {func(dst string) error {
			return os.WriteFile(filepath.Join(dst, manifestFile), []byte(`{"version":7}`), 0o666)
		}, []string{manifestFile, "version 7"}},
		"no classes": {func(dst string) error {
			return os.WriteFile(filepath.Join(dst, manifestFile), []byte(`{"version":1}`), 0o666)
		}, []string{manifestFile, "no classes"}},
		"no images": {func(dst string) error {
			return os.WriteFile(filepath.Join(dst, manifestFile), []byte(`{"version":1,"classes":[{"synset":"n00000001"}]}`), 0o666)
		}, []string{manifestFile, "no images"}},
		"missing shard": {func(dst string) error { return os.Remove(shardPath(dst, "train", 1)) },
			[]string{"train/00001.shard", "such file or directory", "repairs it"}},
		"cut shard": {func(dst string) error { return os.Truncate(shardPath(dst, "val", 0), 1000) },
			[]string{"val/00000.shard", "is cut short", "repairs it"}},
		"exchanged shards": {func(dst string) error {
			return os.Rename(shardPath(dst, "val", 0), shardPath(dst, "train", 0))
		}, []string{"00000.shard"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, dst := prepared(t)
			if err := c.harm(dst); err != nil {
				t.Fatal(err)
			}
			_, err := openImageNet(dst)
			wantError(t, err, c.want...)
		})
	}
}

func TestOpenPreparedByItsSpec(t *testing.T) {
	src, dst := prepared(t)
	s, err := Open("imagenet:"+dst, Options{Size: 8, Channels: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for split, ds := range map[string]Dataset{"train": s.Train, "test": s.Test} {
		if _, _, err := readAll(ds); err != nil || ds.Shape().String() != "1x8x8" {
			t.Errorf("%s: images of %v, error %v", split, ds.Shape(), err)
		}
	}
	if err := os.RemoveAll(filepath.Join(src, "val")); err != nil {
		t.Fatal(err)
	}
	dst = t.TempDir()
	if _, err := PrepareImageNet(context.Background(), src, dst, smallShards()); err != nil {
		t.Fatal(err)
	}
	s, err = Open("imagenet:"+dst, Options{Size: 8})
	if err != nil || s.Test != nil || s.Train.Len() != 9 {
		t.Fatalf("without validation images: %+v, error %v", s, err)
	}
	s.Close()
}

func TestAForeignShardIsNoticed(t *testing.T) {
	_, one := prepared(t)
	_, other := prepared(t)
	if err := os.Rename(shardPath(one, "train", 0), shardPath(other, "train", 0)); err != nil {
		t.Fatal(err)
	}
	_, err := openImageNet(other)
	wantError(t, err, "train/00000.shard", "another preparation")
}

func TestPrepareRepairsDamage(t *testing.T) {
	src, dst := prepared(t)
	want := readFolder(t, dst)
	for name, harm := range map[string]func(path string) error{
		"cut":     func(path string) error { return os.Truncate(path, 500) },
		"removed": os.Remove,
		"flipped": func(path string) error {
			b, err := os.ReadFile(path)
			if err == nil {
				b[77] ^= 4
				err = os.WriteFile(path, b, 0o666)
			}
			return err
		},
	} {
		if err := harm(shardPath(dst, "train", 1)); err != nil {
			t.Fatal(err)
		}
		result, err := PrepareImageNet(context.Background(), src, dst, smallShards())
		if err != nil {
			t.Fatal(err)
		}
		if shards := 3 + 1; result.Kept != shards-1 {
			t.Errorf("%s: %d shards kept, want all but one of %d", name, result.Kept, shards)
		}
		wantSameFolder(t, dst, want)
	}
}

func TestPrepareLeavesAnotherSetAlone(t *testing.T) {
	src, dst := prepared(t)
	want := readFolder(t, dst)
	otherSize := smallShards()
	otherSize.Size++
	_, err := PrepareImageNet(context.Background(), src, dst, otherSize)
	wantError(t, err, dst, "other images or with other settings")
	class := filepath.Join(src, "train", "n00000001")
	if err := os.Rename(filepath.Join(class, "n00000001_0.JPEG"), filepath.Join(class, "another.JPEG")); err != nil {
		t.Fatal(err)
	}
	_, err = PrepareImageNet(context.Background(), src, dst, smallShards())
	wantError(t, err, dst, "other images or with other settings")
	wantSameFolder(t, dst, want)
}

// readFolder returns the content of all files below dir.
func readFolder(t testing.TB, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		files[strings.TrimPrefix(path, dir)] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func wantSameFolder(t testing.TB, dir string, want map[string]string) {
	t.Helper()
	got := readFolder(t, dir)
	for name, content := range want {
		if c, ok := got[name]; !ok || c != content {
			t.Errorf("%s differs or is missing (%d bytes, want %d)", name, len(c), len(content))
		}
	}
	for name := range got {
		if _, ok := want[name]; !ok {
			t.Errorf("%s was left behind", name)
		}
	}
}

func FuzzManifest(f *testing.F) {
	f.Add([]byte(`{"version":1,"shape":[3,1,1],"classes":[{"synset":"n00000001","name":"a"}],"train":[{"images":1,"index_crc32c":5}]}`))
	f.Add([]byte(`{"version":1,"shape":[-3],"classes":[{}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		dir := t.TempDir()
		write(t, text, dir, manifestFile)
		if s, err := openImageNet(dir); err == nil {
			s.Close()
		}
	})
}
