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

func writeClassFolders(t testing.TB, dir string, images []testImage) {
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
