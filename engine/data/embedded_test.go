package data

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"flag"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "write the embedded part of Fashion-MNIST anew")

// debianFashion is where Debian's dataset-fashion-mnist puts the whole set.
const debianFashion = "/usr/share/datasets/fashion-mnist"

// The committed files are the first images of every class of the whole set, in
// their order. With -update they are written.
func TestEmbedded(t *testing.T) {
	if !isDir(debianFashion) {
		t.Skipf("%s is not here (Debian's dataset-fashion-mnist)", debianFashion)
	}
	whole, err := openFashion(debianFashion)
	if err != nil {
		t.Fatal(err)
	}
	checkEmbedded(t, "train", whole.Train.(*memory), 1000)
	checkEmbedded(t, "t10k", whole.Test.(*memory), 200)
}

func checkEmbedded(t *testing.T, prefix string, whole *memory, perClass int) {
	part := firstOfEachClass(whole, perClass)
	for name, content := range map[string][]byte{
		prefix + "-images-idx3-ubyte.gz": encodeIDX(part.pixels, len(part.labels), 28, 28),
		prefix + "-labels-idx1-ubyte.gz": encodeIDX(labelBytes(part), len(part.labels)),
	} {
		path := filepath.Join("embedded", name)
		if *update {
			if err := os.WriteFile(path, gzipped(content), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if got, err := gunzipFile(path); err != nil || !bytes.Equal(got, content) {
			t.Errorf("%s is stale (%v): run go test ./engine/data -run TestEmbedded -update", path, err)
		}
	}
}

func firstOfEachClass(whole *memory, perClass int) *memory {
	part := &memory{shape: whole.shape, classes: whole.classes}
	count := make([]int, len(whole.classes))
	for i, label := range whole.labels {
		if count[label]++; count[label] <= perClass {
			part.labels = append(part.labels, label)
			part.pixels = append(part.pixels, whole.image(i)...)
		}
	}
	return part
}

// labelBytes are the labels as IDX and CIFAR files store them.
func labelBytes(m *memory) (b []byte) {
	for _, l := range m.labels {
		b = append(b, byte(l))
	}
	return b
}

// encodeIDX writes an IDX file of bytes.
func encodeIDX(elements []byte, extents ...int) []byte {
	file := []byte{0, 0, 8, byte(len(extents))}
	for _, e := range extents {
		file = binary.BigEndian.AppendUint32(file, uint32(e))
	}
	return append(file, elements...)
}

func gzipped(content []byte) []byte {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		panic(err)
	}
	w.Write(content)
	w.Close()
	return b.Bytes()
}

func gunzipFile(path string) ([]byte, error) {
	file, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	r, err := gzip.NewReader(bytes.NewReader(file))
	if err != nil {
		return nil, err
	}
	var content bytes.Buffer
	_, err = content.ReadFrom(r)
	return content.Bytes(), err
}

func TestEmbeddedIsBalanced(t *testing.T) {
	s, err := Open("fashion-mnist", Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		split    Dataset
		perClass int
	}{{s.Train, 1000}, {s.Test, 200}} {
		count := make([]int, len(c.split.Classes()))
		image := make([]byte, c.split.Shape().Size())
		for i := range c.split.Len() {
			label, err := c.split.Read(i, image)
			if err != nil {
				t.Fatal(err)
			}
			count[label]++
		}
		for label, n := range count {
			if n != c.perClass {
				t.Errorf("class %d has %d images, want %d", label, n, c.perClass)
			}
		}
	}
}
