package data

import (
	"archive/tar"
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A small imitation of ImageNet: pictures of all sizes in three classes.
var testSynsets = []string{"n00000003", "n00000001", "n00000002"}

type testImage struct {
	synset, name string
	content      []byte
}

// randomPicture encodes a picture of blocks of colours as a JPEG, or now and
// then as a PNG by the wrong name, as one of ImageNet's is.
func randomPicture(t testing.TB, r *rand.Rand) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 1+r.IntN(60), 1+r.IntN(60)))
	for i := range img.Rect.Dx() {
		for j := range img.Rect.Dy() {
			img.SetRGBA(i, j, color.RGBA{byte(i * 7), byte(j * 5), byte(r.IntN(256)), 255})
		}
	}
	var b bytes.Buffer
	var err error
	if r.IntN(8) == 0 {
		err = png.Encode(&b, img)
	} else {
		err = jpeg.Encode(&b, img, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// trainImages returns perClass images of each class, class by class.
func trainImages(t testing.TB, r *rand.Rand, perClass int) (images []testImage) {
	for _, synset := range testSynsets {
		for i := range perClass {
			images = append(images, testImage{synset, fmt.Sprintf("%s_%d.JPEG", synset, i), randomPicture(t, r)})
		}
	}
	return images
}

// valImages returns images of random classes under the names of the original.
func valImages(t testing.TB, r *rand.Rand, n int) (images []testImage) {
	for i := range n {
		synset := testSynsets[r.IntN(len(testSynsets))]
		images = append(images, testImage{synset, fmt.Sprintf("ILSVRC2012_val_%08d.JPEG", i+1), randomPicture(t, r)})
	}
	return images
}

func writeFolders(t testing.TB, dir string, images []testImage) {
	t.Helper()
	for _, m := range images {
		write(t, m.content, dir, m.synset, m.name)
	}
}

func writeFlat(t testing.TB, dir string, images []testImage) {
	t.Helper()
	for _, m := range images {
		write(t, m.content, dir, m.name)
	}
}

// members puts images into a tar under prefix, in folders of their classes or
// not.
func members(prefix string, inFolders bool, images []testImage) (m []tarMember) {
	for _, i := range images {
		folder := ""
		if inFolders {
			folder = i.synset + "/"
		}
		m = append(m, tarMember{prefix + folder + i.name, i.content})
	}
	return m
}

// classTars makes a tar of each class, as in ILSVRC2012_img_train.tar.
func classTars(t testing.TB, images []testImage) (m []tarMember) {
	t.Helper()
	for _, synset := range testSynsets {
		of := slices.DeleteFunc(slices.Clone(images), func(i testImage) bool { return i.synset != synset })
		m = append(m, tarMember{synset + ".tar", makeTar(t, tar.FormatGNU, members("", false, of)...)})
	}
	return m
}

// truthLines writes a ground-truth list with one line per image.
func truthLines(images []testImage, line func(m testImage) string) []byte {
	var b strings.Builder
	for _, m := range images {
		fmt.Fprintln(&b, line(m))
	}
	return []byte(b.String())
}

// label is the place of a synset in sorted order.
func testLabel(synset string) int { return int(synset[len(synset)-1] - '1') }

// wantSplit checks that a prepared split holds exactly the images, in any order.
func wantSplit(t *testing.T, ds Dataset, size int, images []testImage) {
	t.Helper()
	if ds == nil {
		if len(images) > 0 {
			t.Fatal("the split is missing")
		}
		return
	}
	var want, got []string
	for _, m := range images {
		img, err := DecodeImage(bytes.NewReader(m.content), m.name)
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, fmt.Sprintf("%d %x", testLabel(m.synset), ToCHW(img, size, 3)))
	}
	pixels, labels, err := readAll(ds)
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range pixels {
		got = append(got, fmt.Sprintf("%d %x", labels[i], p))
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("%d images, want %d, or others than those", len(got), len(want))
	}
}

// prepare runs PrepareImageNet with small shards and opens the result.
func prepare(t *testing.T, src string, o PrepareOptions) (*Prepared, *Splits) {
	t.Helper()
	dst := t.TempDir()
	if o.shardImages == 0 {
		o.shardImages = 4
	}
	if o.Size == 0 {
		o.Size = 16
	}
	result, err := PrepareImageNet(context.Background(), src, dst, o)
	if err != nil {
		t.Fatal(err)
	}
	s, err := openImageNet(dst)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return result, s
}

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
			writeFolders(t, filepath.Join(dir, "train"), train)
			writeFolders(t, filepath.Join(dir, "val"), val)
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
			return write(t, pax(append(all, tarMember{"README", nil})...), dir, "all.tar"), PrepareOptions{}
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
	writeFolders(t, filepath.Join(dir, "train"), images)
	_, s := prepare(t, dir, PrepareOptions{})
	wantSplit(t, s.Train, 16, images)
	wantSplit(t, s.Test, 16, nil)

	dir = t.TempDir()
	writeFolders(t, filepath.Join(dir, "val"), images)
	_, s = prepare(t, dir, PrepareOptions{})
	wantSplit(t, s.Train, 16, nil)
	wantSplit(t, s.Test, 16, images)
}

func TestAListOfNamesSetsTheClasses(t *testing.T) {
	r := newRand(t)
	dir := t.TempDir()
	writeFolders(t, filepath.Join(dir, "train"), trainImages(t, r, 1))
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
	writeFolders(t, filepath.Join(dir, "train"), train)
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
	for i, want := range []string{"train/n00000001/empty.JPEG: ", "train/n00000002/page.JPEG: ", "train/n00000003/z cut.JPEG: is cut", "val.tar/n00000001/b.JPEG: "} {
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
			[]string{"nowhere: no such file"}},
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
		}, []string{"names.tsv: no such file"}},
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
	writeFolders(t, filepath.Join(dir, "train"), trainImages(t, r, 1))
	dst := write(t, nil, dir, "file")
	_, err := PrepareImageNet(context.Background(), dir, dst, PrepareOptions{})
	wantError(t, err, dst)
}
