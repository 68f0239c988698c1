package data

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"tandem/engine/tensor"
)

// encodeCIFAR writes records of the binary version.
func encodeCIFAR(m *memory) (file []byte) {
	for i, label := range labelBytes(m) {
		file = append(append(file, label), m.image(i)...)
	}
	return file
}

func writeCIFAR(t *testing.T, r *rand.Rand, dir string) (files []*memory) {
	for i := range 6 {
		name := fmt.Sprintf("data_batch_%d.bin", i+1)
		if i == 5 {
			name = "test_batch.bin"
		}
		m := randomSet(r, 2+i, 3, 32, 32)
		write(t, encodeCIFAR(m), dir, name)
		files = append(files, m)
	}
	return files
}

func TestOpenCIFAR(t *testing.T) {
	r := newRand(t)
	dir := t.TempDir()
	files := writeCIFAR(t, r, filepath.Join(dir, "cifar-10-batches-bin"))
	for _, spec := range []string{"cifar10:" + dir, "cifar10:" + filepath.Join(dir, "cifar-10-batches-bin")} {
		s, err := Open(spec, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if s.Train.Len() != 2+3+4+5+6 || s.Test.Len() != 7 || s.Name != spec || s.Train.Classes()[9] != "truck" {
			t.Errorf("%s: %d and %d images of %v", s.Name, s.Train.Len(), s.Test.Len(), s.Train.Classes())
		}
		got := make([]byte, 3072)
		label, err := s.Train.Read(2+3+1, got) // the second image of the third file
		if err != nil || label != 1 || !bytes.Equal(got, files[2].image(1)) {
			t.Errorf("label %d, %v", label, err)
		}
	}
	write(t, []byte("red\ngreen\nblue\n"), dir, "cifar-10-batches-bin", "batches.meta.txt")
	_, err := Open("cifar10:"+dir, Options{})
	wantError(t, err, "batches.meta.txt", "names 3 classes, not 10")
	write(t, []byte(strings.Repeat("name\n", 10)+"\n"), dir, "cifar-10-batches-bin", "batches.meta.txt")
	s, err := Open("cifar10:"+dir, Options{})
	if err != nil || s.Train.Classes()[3] != "name" {
		t.Errorf("named classes: %v", err)
	}
}

func TestBadCIFAR(t *testing.T) {
	r := newRand(t)
	dir := t.TempDir()
	file := filepath.Join(dir, "data_batch_4.bin")
	writeCIFAR(t, r, dir)
	good := encodeCIFAR(randomSet(r, 2, 3, 32, 32))
	wrongLabel := bytes.Clone(good)
	wrongLabel[3073] = 10
	for _, c := range []struct {
		content []byte
		says    string
	}{
		{nil, "is empty"},
		{good[:3072], "cut short: image 0 has 3072 of its 3073 bytes"},
		{good[:3074], "cut short: image 1 has 1 of its 3073 bytes"},
		{wrongLabel, "image 1 has label 10, outside 0 to 9"},
	} {
		write(t, c.content, file)
		_, err := Open("cifar10:"+dir, Options{})
		wantError(t, err, file, c.says)
	}
	_, err := Open("cifar10:"+t.TempDir(), Options{})
	wantError(t, err, "data_batch_1.bin", "tandem data get cifar10")
	python := t.TempDir()
	write(t, nil, python, "cifar-10-batches-py", "data_batch_1")
	_, err = Open("cifar10:"+python, Options{})
	wantError(t, err, "CIFAR-10 for Python")
}

// Images of 2 x 2 pixels, so that mutations are spread over several records.
func FuzzCIFAR(f *testing.F) {
	shape := tensor.Shape{3, 2, 2}
	good := encodeCIFAR(randomSet(rand.New(rand.NewPCG(1, 1)), 3, 3, 2, 2))
	f.Add(good)
	f.Add(good[:14])
	f.Add([]byte{200})
	f.Fuzz(func(t *testing.T, file []byte) {
		m := &memory{shape: shape, classes: cifarClasses}
		if err := appendCIFAR(m, namedReader{bytes.NewReader(file), "fuzz"}); err != nil {
			return
		}
		if !bytes.Equal(encodeCIFAR(m), file) {
			t.Fatal("what was read is not what was there")
		}
	})
}
