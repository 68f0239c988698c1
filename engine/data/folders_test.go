package data

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"tandem/engine/tensor"
)

// fillClasses fills dir/split/CLASS with n noise images of each class.
func fillClasses(t *testing.T, r *rand.Rand, dir, split string, n, w, h int, classes ...string) {
	for _, c := range classes {
		for i := range n {
			write(t, encodedPNG(noisePicture(r, w, h)), dir, split, c, fmt.Sprintf("%d.jpg", i))
		}
	}
}

func TestOpenImages(t *testing.T) {
	r := newRand(t)
	dir := t.TempDir()
	fillClasses(t, r, dir, "train", 3, 6, 5, "dog", "cat", "eel")
	fillClasses(t, r, dir, "val", 2, 6, 5, "eel", "cat")
	write(t, []byte("x"), dir, "train", ".DS_Store")
	write(t, []byte("x"), dir, "train", "cat", ".hidden.jpg")
	write(t, []byte("x"), dir, "train", "notes.txt")
	if err := os.MkdirAll(filepath.Join(dir, "train", ".cache"), 0o755); err != nil {
		t.Fatal(err)
	}
	s, err := Open("images:"+dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := s.Train.Classes(), []string{"cat", "dog", "eel"}; !slices.Equal(got, want) || !slices.Equal(s.Test.Classes(), want) {
		t.Errorf("classes %v and %v, want %v", got, s.Test.Classes(), want)
	}
	if s.Train.Len() != 9 || s.Test.Len() != 4 || len(s.Skipped) != 0 || !s.Train.Shape().Equal(tensor.Shape{3, 5, 6}) {
		t.Errorf("%d and %d images of %v, skipped %v", s.Train.Len(), s.Test.Len(), s.Train.Shape(), s.Skipped)
	}
	dst := make([]byte, 90)
	if label, err := s.Test.Read(3, dst); err != nil || label != 2 {
		t.Errorf("the last test image has label %d, %v; want 2 (eel)", label, err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// Decoded once or at every read, resized or not, grey or not: the same images.
func TestFoldersInMemoryAndOnDemand(t *testing.T) {
	r := newRand(t)
	dir := t.TempDir()
	fillClasses(t, r, dir, "train", 5, 9, 9, "a", "b")
	fillClasses(t, r, dir, "test", 1, 9, 9, "a")
	broken := write(t, []byte("GIF89a?"), dir, "train", "a", "2.jpg")
	for _, o := range []Options{{}, {Size: 4}, {Channels: 1}} {
		kept, err := Open("images:"+dir, o)
		if err != nil {
			t.Fatal(err)
		}
		o.MemoryBudget = 1
		loose, err := Open("images:"+dir, o)
		if err != nil {
			t.Fatal(err)
		}
		if _, inMemory := loose.Train.(*memory); inMemory {
			t.Error("the budget did not count")
		}
		if len(kept.Skipped) != 1 || kept.Skipped[0].Path != broken {
			t.Errorf("skipped %v, want %s", kept.Skipped, broken)
		}
		a, b := make([]byte, kept.Train.Shape().Size()), make([]byte, loose.Train.Shape().Size())
		for i := range kept.Train.Len() {
			la, ea := kept.Train.Read(i, a)
			lb, eb := loose.Train.Read(i, b)
			if la != lb || !bytes.Equal(a, b) || !reflect.DeepEqual(ea, eb) || (ea != nil) != (i == 2) {
				t.Errorf("%+v: image %d: %d, %v in memory, %d, %v on demand", o, i, la, ea, lb, eb)
			}
		}
	}
}

func TestEvaluationOnlyFolders(t *testing.T) {
	dir := t.TempDir()
	fillClasses(t, newRand(t), dir, "test", 1, 3, 3, "a", "b")
	s, err := Open("images:"+dir, Options{})
	if err != nil || s.Train != nil || s.Test.Len() != 2 {
		t.Errorf("%+v, %v", s, err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func TestBadFolders(t *testing.T) {
	r := newRand(t)
	for name, c := range map[string]struct {
		spoil func(dir string)
		o     Options
		says  []string
	}{
		"no split": {func(dir string) {
			os.RemoveAll(filepath.Join(dir, "test"))
		}, Options{}, []string{"neither test nor val"}},
		"no classes": {func(dir string) {
			os.RemoveAll(filepath.Join(dir, "train"))
			write(t, nil, dir, "train", "picture.jpg")
		}, Options{}, []string{"train", "no class folders"}},
		"no images": {func(dir string) {
			write(t, nil, dir, "train", "empty", ".nothing")
		}, Options{}, []string{filepath.Join("train", "empty"), "no images"}},
		"unknown class": {func(dir string) {
			fillClasses(t, r, dir, "test", 1, 4, 4, "zebra")
		}, Options{}, []string{filepath.Join("test", "zebra"), "no class of this name"}},
		"sizes": {func(dir string) {
			write(t, encodedPNG(noisePicture(r, 4, 5)), dir, "train", "b", "1.jpg")
		}, Options{}, []string{filepath.Join("b", "1.jpg"), "4x5", "4x4", "give a size"}},
		"sizes on demand": {func(dir string) {
			os.RemoveAll(filepath.Join(dir, "test"))
			fillClasses(t, r, dir, "test", 1, 5, 4, "a")
		}, Options{MemoryBudget: 1}, []string{"3x4x4", "3x4x5", "give a size"}},
		"all broken": {func(dir string) {
			os.RemoveAll(filepath.Join(dir, "test"))
			write(t, []byte("x"), dir, "test", "a", "1.jpg")
		}, Options{}, []string{"none of the 1 files"}},
		"all broken, resized": {func(dir string) {
			os.RemoveAll(filepath.Join(dir, "test"))
			write(t, []byte("x"), dir, "test", "a", "1.jpg")
		}, Options{Size: 4}, []string{"none of the 1 files"}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			fillClasses(t, r, dir, "train", 2, 4, 4, "a", "b")
			fillClasses(t, r, dir, "test", 2, 4, 4, "a", "b")
			c.spoil(dir)
			_, err := Open("images:"+dir, c.o)
			wantError(t, err, append(c.says, dir)...)
		})
	}
}

// A file that vanishes is a disk error, not a broken image.
func TestVanishedFile(t *testing.T) {
	dir := t.TempDir()
	fillClasses(t, newRand(t), dir, "test", 2, 4, 4, "a")
	s, err := Open("images:"+dir, Options{MemoryBudget: 1})
	if err != nil {
		t.Fatal(err)
	}
	gone := filepath.Join(dir, "test", "a", "1.jpg")
	if err := os.Remove(gone); err != nil {
		t.Fatal(err)
	}
	_, err = s.Test.Read(1, make([]byte, 48))
	wantError(t, err, gone)
	if asBroken(err) != nil {
		t.Error("it is called broken")
	}
}

func TestLinkedClassFolder(t *testing.T) {
	dir := t.TempDir()
	fillClasses(t, newRand(t), dir, "elsewhere", 2, 4, 4, "a")
	if err := os.Mkdir(filepath.Join(dir, "test"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(dir, "elsewhere", "a"), filepath.Join(dir, "test", "linked")); err != nil {
		t.Skip("no links here: ", err)
	}
	s, err := Open("images:"+dir, Options{})
	if err != nil || s.Test.Len() != 2 || s.Test.Classes()[0] != "linked" {
		t.Errorf("%+v, %v", s, err)
	}
}

func TestProgressOfOpening(t *testing.T) {
	dir := t.TempDir()
	fillClasses(t, newRand(t), dir, "test", 40, 4, 4, "a")
	var calls []int
	_, err := Open("images:"+dir, Options{Progress: func(done, total int) { calls = append(calls, done) }})
	if err != nil || len(calls) == 0 || !slices.IsSorted(calls) || calls[len(calls)-1] != 40 {
		t.Errorf("progress %v, %v", calls, err)
	}
}

func TestOpenRefusals(t *testing.T) {
	file := write(t, nil, t.TempDir(), "file")
	for spec, says := range map[string]string{
		"":                      "known are fashion-mnist, fashion-mnist:DIR, cifar10:DIR, images:DIR",
		"cifar10":               `unknown data "cifar10"`,
		"cifar10:":              "known are",
		"CIFAR10:x":             "known are",
		"images:/no/such/place": "/no/such/place: there is no such folder",
		"images:" + file:        "is a file",
	} {
		_, err := Open(spec, Options{})
		wantError(t, err, says)
	}
	_, err := Open("fashion-mnist", Options{Channels: 2})
	wantError(t, err, "2 channels")
	_, err = Open("fashion-mnist", Options{Size: -1})
	wantError(t, err, "size -1")
}

func TestOpenResizes(t *testing.T) {
	s, err := Open("fashion-mnist", Options{Size: 40, Channels: 3})
	if err != nil || !s.Train.Shape().Equal(tensor.Shape{3, 40, 40}) || !s.Test.Shape().Equal(s.Train.Shape()) {
		t.Fatalf("%+v, %v", s, err)
	}
	dst := make([]byte, 3*40*40)
	if _, err := s.Test.Read(5, dst); err != nil || !bytes.Equal(dst[:1600], dst[3200:]) {
		t.Errorf("not three equal planes: %v", err)
	}
}

func FuzzParseSpec(f *testing.F) {
	for _, s := range []string{"fashion-mnist", "cifar10:x", "images:C:\\x", ":", "imagenet:", "fashion-mnist:a:b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, spec string) {
		source, dir, err := parseSpec(spec)
		if err != nil {
			return
		}
		if got := strings.Replace(source.Spec, "DIR", dir, 1); got != spec {
			t.Errorf("%q was taken for %q", spec, got)
		}
	})
}
