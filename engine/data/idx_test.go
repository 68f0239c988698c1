package data

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"slices"
	"testing"
	"testing/iotest"

	"tandem/engine/tensor"
)

func TestReadIDX(t *testing.T) {
	r := newRand(t)
	pixels := randomSet(r, 5, 1, 3, 7).pixels
	plain := encodeIDX(pixels, 5, 3, 7)
	for name, file := range map[string][]byte{"plain": plain, "gzipped": gzipped(plain)} {
		extents, got, err := readIDX(iotest.OneByteReader(bytes.NewReader(file)), 3)
		if err != nil || !slices.Equal(extents, []int{5, 3, 7}) || !bytes.Equal(got, pixels) {
			t.Errorf("%s: %v of %d bytes, %v", name, extents, len(got), err)
		}
	}
}

func TestBadIDX(t *testing.T) {
	good := encodeIDX(make([]byte, 24), 2, 3, 4)
	zipped := gzipped(good)
	wrongSum := bytes.Clone(zipped)
	wrongSum[len(wrongSum)-6] ^= 1
	for _, c := range []struct {
		file []byte
		says string
	}{
		{nil, "is empty"},
		{good[:1], "cut short within its header"},
		{good[:9], "cut short within its header"},
		{good[:30], "cut short: 14 of 24"},
		{append(bytes.Clone(good), 1), "more than the 24"},
		{zipped[:len(zipped)-10], "cut short"},
		{zipped[:5], "cut short"},
		{wrongSum, "gzip: invalid checksum"},
		{encodeIDX(nil, 2), "is not an IDX file of bytes in 3 dimensions: it starts with 00 00 08 01"},
		{[]byte("\x00\x00\x0d\x03 and more to come"), "is not an IDX file of bytes in 3 dimensions: it starts with 00 00 0d 03"},
		{[]byte("<html>"), "is not an IDX file"},
		{encodeIDX(nil, 2, 0, 4), "asks for 0 in dimension 1"},
		{encodeIDX(nil, 1<<31, 1, 1), "asks for 2147483648 in dimension 0"},
		{encodeIDX(nil, 1<<16, 1<<16, 1<<16), "asks for 65536 in dimension 1"},
		{encodeIDX(nil, 1000, 1000, 1000), "0 of 1000000000"},
	} {
		_, _, err := readIDX(bytes.NewReader(c.file), 3)
		wantError(t, err, c.says)
	}
	fault := errors.New("input/output error")
	_, _, err := readIDX(io.MultiReader(bytes.NewReader(good[:20]), iotest.ErrReader(fault)), 3)
	if !errors.Is(err, fault) {
		t.Errorf("got %v, want the disk's error", err)
	}
}

func TestIDXPairsMustMatch(t *testing.T) {
	join := func(images, labels []byte) error {
		_, err := readIDXPair(namedReader{bytes.NewReader(images), "i.idx"}, namedReader{bytes.NewReader(labels), "l.idx"}, fashionClasses)
		return err
	}
	images := encodeIDX(make([]byte, 8), 2, 2, 2)
	if err := join(images, encodeIDX([]byte{0, 9}, 2)); err != nil {
		t.Error(err)
	}
	wantError(t, join(images, encodeIDX([]byte{0, 10}, 2)), "l.idx: label 1 is 10, outside 0 to 9")
	wantError(t, join(images, encodeIDX([]byte{0, 1, 2}, 3)), "l.idx", "3 labels for the 2 images of i.idx")
	wantError(t, join(images, images), "l.idx", "not an IDX file")
	wantError(t, join(nil, images), "i.idx: is empty")
}

func TestOpenFashion(t *testing.T) {
	dir := t.TempDir()
	open := func() (*Splits, error) { return Open("fashion-mnist:"+dir, Options{}) }
	_, err := open()
	wantError(t, err, dir, "train-images-idx3-ubyte", "tandem data get fashion-mnist")
	pixels := randomSet(newRand(t), 3, 1, 28, 28).pixels
	write(t, encodeIDX(pixels, 3, 28, 28), dir, "train-images-idx3-ubyte")
	write(t, gzipped(encodeIDX([]byte{7, 8, 9}, 3)), dir, "train-labels-idx1-ubyte.gz")
	write(t, gzipped(encodeIDX(pixels[:784], 1, 28, 28)), dir, "t10k-images-idx3-ubyte.gz")
	_, err = open()
	wantError(t, err, dir, "t10k-labels-idx1-ubyte")
	write(t, encodeIDX([]byte{4}, 1), dir, "t10k-labels-idx1-ubyte")
	s, err := open()
	if err != nil {
		t.Fatal(err)
	}
	got := make([]byte, 784)
	label, err := s.Train.Read(2, got)
	if err != nil || label != 9 || !bytes.Equal(got, pixels[2*784:]) {
		t.Errorf("label %d, %v", label, err)
	}
	if s.Train.Len() != 3 || s.Test.Len() != 1 || s.Test.Classes()[4] != "Coat" || !s.Test.Shape().Equal(tensor.Shape{1, 28, 28}) {
		t.Errorf("opened as %+v", s)
	}
	write(t, nil, dir, "t10k-labels-idx1-ubyte")
	_, err = open()
	wantError(t, err, dir, "t10k-labels-idx1-ubyte: is empty")
}

func FuzzReadIDX(f *testing.F) {
	good := encodeIDX([]byte{1, 2, 3, 4, 5, 6}, 1, 2, 3)
	f.Add(good)
	f.Add(gzipped(good))
	f.Add(good[:9])
	f.Add(encodeIDX(nil, 1<<31, 1<<31, 1<<31))
	f.Fuzz(func(t *testing.T, file []byte) {
		for dimensions := 1; dimensions <= 3; dimensions += 2 {
			extents, elements, err := readIDX(bytes.NewReader(file), dimensions)
			if err != nil {
				continue
			}
			if tensor.Shape(extents).Size() != len(elements) || len(extents) != dimensions {
				t.Fatalf("%v with %d bytes", extents, len(elements))
			}
			if file[0] == 0 && int(binary.BigEndian.Uint32(file[4:])) != extents[0] {
				t.Fatalf("%v from % x", extents, file[:8])
			}
		}
	})
}
