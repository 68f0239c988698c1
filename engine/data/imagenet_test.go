package data

import (
	"archive/tar"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestPrepareFromEveryLayout(t *testing.T) {
	r := newRand(t)
	train, val := trainImages(t, r, 6), valImages(t, r, 11)
	pax := func(m ...tarMember) []byte { return makeTar(t, tar.FormatPAX, m...) }
	bySynset := truthLines(val, func(m testImage) string { return m.name + " " + m.synset })
	byIndex := truthLines(val, func(m testImage) string { return fmt.Sprintf("%s %d", m.name, testLabel(m.synset)) })
	byID := truthLines(val, func(m testImage) string { return fmt.Sprint(100 - testLabel(m.synset)) })
	ids := []byte("98 n00000003\n99 n00000002 a name\n100 n00000001\n")
	names := []byte("n00000002\ttwo\nn00000001\tone\nn00000003\tthree\n")

	for layout, make := range map[string]func(dir string) (src string, o PrepareOptions){
		"folders": func(dir string) (string, PrepareOptions) {
			writeClassFolders(t, filepath.Join(dir, "train"), train)
			writeClassFolders(t, filepath.Join(dir, "val"), val)
			write(t, nil, dir, "train", ".DS_Store")
			write(t, nil, dir, "train", "n00000001", "._hidden.JPEG")
			return dir, PrepareOptions{}
		},
		"original tars, val.txt": func(dir string) (string, PrepareOptions) {
			write(t, pax(classTars(t, train)...), dir, "ILSVRC2012_img_train.tar")
			write(t, pax(members("", false, val)...), dir, "ILSVRC2012_img_val.tar")
			write(t, byIndex, dir, "val.txt")
			return dir, PrepareOptions{}
		},
		"original tars, devkit": func(dir string) (string, PrepareOptions) {
			write(t, pax(classTars(t, train)...), dir, "ILSVRC2012_img_train.tar")
			write(t, pax(members("./", false, val)...), dir, "ILSVRC2012_img_val.tar")
			write(t, ids, dir, "meta.txt")
			write(t, byID, dir, "ILSVRC2012_validation_ground_truth.txt")
			return dir, PrepareOptions{}
		},
		"class tars, flat folder, named lists": func(dir string) (string, PrepareOptions) {
			for _, m := range classTars(t, train) {
				write(t, m.content, dir, "train", m.name)
			}
			writeFlat(t, filepath.Join(dir, "val"), val)
			return dir, PrepareOptions{
				Labels: write(t, byID, t.TempDir(), "a list"),
				IDs:    write(t, ids, t.TempDir(), "ids"),
				Names:  write(t, names, t.TempDir(), "names.tsv"),
			}
		},
		"one tar": func(dir string) (string, PrepareOptions) {
			all := append(members("imagenet/train/", true, train), members("imagenet/val/", true, val)...)
			r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
			return write(t, pax(all...), dir, "all.tar"), PrepareOptions{}
		},
		"one tar, flat val, list inside the folder": func(dir string) (string, PrepareOptions) {
			all := append(members("train/", true, train), members("val/", false, val)...)
			write(t, bySynset, dir, "val.txt")
			return write(t, pax(append(all, tarMember{"README", nil}, tarMember{"train/n00000001/._a.JPEG", nil})...), dir, "all.tar"), PrepareOptions{}
		},
	} {
		t.Run(layout, func(t *testing.T) {
			src, o := make(filepath.Join(t.TempDir(), "[src]*"))
			result, s := prepare(t, src, o)
			wantSplit(t, s.Train, 16, train)
			wantSplit(t, s.Test, 16, val)
			if result.Train != len(train) || result.Val != len(val) || result.Classes != 3 || len(result.Skipped) != 0 {
				t.Errorf("result %+v", result)
			}
			want := []string{"n00000001", "n00000002", "n00000003"}
			if o.Names != "" {
				want = []string{"one", "two", "three"}
			}
			if got := s.Train.Classes(); !slices.Equal(got, want) {
				t.Errorf("classes %q, want %q", got, want)
			}
		})
	}
}

func TestPrepareOneSplitOnly(t *testing.T) {
	r := newRand(t)
	images := trainImages(t, r, 2)
	dir := t.TempDir()
	writeClassFolders(t, filepath.Join(dir, "train"), images)
	_, s := prepare(t, dir, PrepareOptions{})
	wantSplit(t, s.Train, 16, images)
	wantSplit(t, s.Test, 16, nil)

	dir = t.TempDir()
	writeClassFolders(t, filepath.Join(dir, "val"), images)
	_, s = prepare(t, dir, PrepareOptions{})
	wantSplit(t, s.Train, 16, nil)
	wantSplit(t, s.Test, 16, images)
}

func TestAListOfNamesSetsTheClasses(t *testing.T) {
	r := newRand(t)
	dir := t.TempDir()
	writeClassFolders(t, filepath.Join(dir, "train"), trainImages(t, r, 1))
	names := write(t, []byte("n00000000 zero\nn00000003 three\nn00000002 two\nn00000001 one\nn09999999 none\n"), dir, "names")
	result, s := prepare(t, dir, PrepareOptions{Names: names})
	if got := strings.Join(s.Train.Classes(), " "); got != "zero one two three none" || result.Classes != 5 {
		t.Errorf("classes %q, %d", got, result.Classes)
	}
	_, labels, err := readAll(s.Train)
	if err != nil || !slices.Equal(labels, []int{1, 2, 3}) {
		t.Errorf("labels %v, error %v; want 1 2 3", labels, err)
	}
}

func TestPrepareSkipsBrokenImages(t *testing.T) {
	r := newRand(t)
	train := trainImages(t, r, 5)
	dir := t.TempDir()
	writeClassFolders(t, filepath.Join(dir, "train"), train)
	good := randomPicture(t, r)
	write(t, nil, dir, "train", "n00000001", "empty.JPEG")
	write(t, []byte("<html>"), dir, "train", "n00000002", "page.JPEG")
	write(t, good[:len(good)/2], dir, "train", "n00000003", "z\ncut.JPEG")
	write(t, makeTar(t, tar.FormatGNU, tarMember{"n00000001/a.JPEG", good}, tarMember{"n00000001/b.JPEG", good[:20]}), dir, "val.tar")

	var last int
	dst := t.TempDir()
	result, err := PrepareImageNet(context.Background(), dir, dst, PrepareOptions{Size: 16, shardImages: 4, Progress: func(done, total int) {
		last = done
		if total != len(train)+5 {
			t.Errorf("total %d, want %d", total, len(train)+5)
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	if last != len(train)+5 {
		t.Errorf("progress ended at %d of %d", last, len(train)+5)
	}
	s, err := openImageNet(dst)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	wantSplit(t, s.Train, 16, train)
	wantSplit(t, s.Test, 16, []testImage{{"n00000001", "a.JPEG", good}})
	if result.Train != len(train) || result.Val != 1 || len(result.Skipped) != 4 {
		t.Errorf("result %+v", result)
	}
	text, err := os.ReadFile(filepath.Join(dst, skippedFile))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	if len(lines) != 4 {
		t.Fatalf("%s has %d lines, want 4:\n%s", skippedFile, len(lines), text)
	}
	for i, want := range []string{"train/n00000001/empty.JPEG: ", "train/n00000002/page.JPEG: ", "train/n00000003/z cut.JPEG: ", "val.tar/n00000001/b.JPEG: "} {
		if !strings.HasPrefix(lines[i], want) {
			t.Errorf("line %d is %q, want %q...", i, lines[i], want)
		}
	}
}

func TestPrepareErrors(t *testing.T) {
	r := newRand(t)
	picture := randomPicture(t, r)
	flat := "ILSVRC2012_val_00000001.JPEG"
	for name, c := range map[string]struct {
		make func(dir string) (string, PrepareOptions)
		want []string
	}{
		"nothing there": {func(dir string) (string, PrepareOptions) { return filepath.Join(dir, "nowhere"), PrepareOptions{} },
			[]string{"nowhere: ", "such file or directory"}},
		"empty folder": {func(dir string) (string, PrepareOptions) { return dir, PrepareOptions{} },
			[]string{"has neither train/ and val/", "ILSVRC2012_img_train.tar"}},
		"no images": {func(dir string) (string, PrepareOptions) {
			write(t, nil, dir, "train", "notes.txt")
			return dir, PrepareOptions{}
		}, []string{"has no images"}},
		"classes by name": {func(dir string) (string, PrepareOptions) {
			write(t, picture, dir, "train", "tench", "a.JPEG")
			return dir, PrepareOptions{}
		}, []string{"train/tench", "no synset id", "images:DIR"}},
		"flat train": {func(dir string) (string, PrepareOptions) {
			write(t, picture, dir, "train", "a.JPEG")
			return dir, PrepareOptions{}
		}, []string{"train/a.JPEG", "lies in no class folder"}},
		"no ground truth": {func(dir string) (string, PrepareOptions) {
			write(t, picture, dir, "val", flat)
			return dir, PrepareOptions{}
		}, []string{"val/" + flat, "val.txt", "NAME SYNSET", "NAME INDEX", "ILSVRC id"}},
		"ids without meaning": {func(dir string) (string, PrepareOptions) {
			write(t, picture, dir, "val", flat)
			write(t, []byte("490\n"), dir, "ILSVRC2012_validation_ground_truth.txt")
			return dir, PrepareOptions{}
		}, []string{"ILSVRC2012_validation_ground_truth.txt: line 1", "meta.txt"}},
		"index out of range": {func(dir string) (string, PrepareOptions) {
			write(t, picture, dir, "train", "n00000001", "a.JPEG")
			write(t, picture, dir, "val", flat)
			write(t, []byte(flat+" 1\n"), dir, "val.txt")
			return dir, PrepareOptions{}
		}, []string{"val.txt", flat, "index 1", "1 classes"}},
		"class only in val": {func(dir string) (string, PrepareOptions) {
			write(t, picture, dir, "train", "n00000001", "a.JPEG")
			write(t, picture, dir, "val", "n00000002", "b.JPEG")
			return dir, PrepareOptions{}
		}, []string{"val/n00000002/b.JPEG", "no training image"}},
		"class not in the names": {func(dir string) (string, PrepareOptions) {
			write(t, picture, dir, "train", "n00000001", "a.JPEG")
			return dir, PrepareOptions{Names: write(t, []byte("n00000002 x\n"), dir, "names.tsv")}
		}, []string{"names.tsv", "has no n00000001"}},
		"missing list": {func(dir string) (string, PrepareOptions) {
			write(t, picture, dir, "train", "n00000001", "a.JPEG")
			return dir, PrepareOptions{Names: filepath.Join(dir, "names.tsv")}
		}, []string{"names.tsv: ", "such file or directory"}},
		"cut tar": {func(dir string) (string, PrepareOptions) {
			whole := makeTar(t, tar.FormatGNU, classTars(t, trainImages(t, r, 2))...)
			return write(t, whole[:len(whole)*2/3], dir, "train.tar"), PrepareOptions{}
		}, []string{"train.tar", "is cut short"}},
		"cut class tar": {func(dir string) (string, PrepareOptions) {
			inner := makeTar(t, tar.FormatGNU, tarMember{"a.JPEG", picture})
			outer := makeTar(t, tar.FormatGNU, tarMember{"n00000001.tar", inner[:len(inner)-1024]})
			return write(t, outer, dir, "train.tar"), PrepareOptions{}
		}, []string{"train.tar: n00000001.tar: is cut short"}},
		"two tars": {func(dir string) (string, PrepareOptions) {
			write(t, nil, dir, "train1.tar")
			write(t, nil, dir, "train2.tar")
			return dir, PrepareOptions{}
		}, []string{"train1.tar", "train2.tar"}},
		"compressed": {func(dir string) (string, PrepareOptions) {
			return write(t, gzipped([]byte("x")), dir, "all.tar.gz"), PrepareOptions{}
		}, []string{"all.tar.gz", "gunzip"}},
		"nothing readable": {func(dir string) (string, PrepareOptions) {
			write(t, []byte("x"), dir, "train", "n00000001", "a.JPEG")
			return dir, PrepareOptions{}
		}, []string{"none of the 1 images of train", "a.JPEG"}},
		"size": {func(dir string) (string, PrepareOptions) { return dir, PrepareOptions{Size: -3} }, []string{"size -3"}},
	} {
		t.Run(name, func(t *testing.T) {
			src, o := c.make(t.TempDir())
			_, err := PrepareImageNet(context.Background(), src, t.TempDir(), o)
			wantError(t, err, c.want...)
		})
	}
}

func TestPrepareIntoAFile(t *testing.T) {
	r := newRand(t)
	dir := t.TempDir()
	writeClassFolders(t, filepath.Join(dir, "train"), trainImages(t, r, 1))
	dst := write(t, nil, dir, "file")
	_, err := PrepareImageNet(context.Background(), dir, dst, PrepareOptions{})
	wantError(t, err, dst)
}
