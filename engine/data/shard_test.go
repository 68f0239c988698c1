package data

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"tandem/engine/tensor"
)

func randomBytes(r *rand.Rand, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

// writeTestShard writes records of one shape with the given labels and returns
// them.
func writeTestShard(t testing.TB, r *rand.Rand, path string, shape tensor.Shape, labels ...int32) [][]byte {
	var file bytes.Buffer
	index := &shardIndex{Source: "test", Shape: shape}
	var records [][]byte
	for _, l := range labels {
		record := randomBytes(r, shape.Size())
		records = append(records, record)
		index.add(record, l)
		file.Write(record)
	}
	if err := index.finish(&file); err != nil {
		t.Fatal(err)
	}
	write(t, file.Bytes(), path)
	return records
}

// readAll reads every image of a set, or returns the first error.
func readAll(ds Dataset) (images [][]byte, labels []int, err error) {
	for i := range ds.Len() {
		dst := make([]byte, ds.Shape().Size())
		label, err := ds.Read(i, dst)
		if err != nil {
			return nil, nil, err
		}
		images, labels = append(images, dst), append(labels, label)
	}
	return images, labels, nil
}

func TestShardsReadBackConcurrently(t *testing.T) {
	r := newRand(t)
	dir := t.TempDir()
	shape := tensor.Shape{3, 5, 7}
	var paths []string
	var want [][]byte
	var labels []int32
	for n := range 2*maxOpenShards + 17 { // more than may be open
		path := shardPath(dir, "", n)
		var part []int32
		for range r.IntN(4) { // some have none
			part = append(part, r.Int32N(10))
		}
		want = append(want, writeTestShard(t, r, path, shape, part...)...)
		labels = append(labels, part...)
		paths = append(paths, path)
	}
	set, err := openShardSet(paths, shape, make([]string, 10))
	if err != nil {
		t.Fatal(err)
	}
	if set.Len() != len(want) || !set.Shape().Equal(shape) || len(set.Classes()) != 10 {
		t.Fatalf("%d images of %v, %d classes; want %d of %v, 10", set.Len(), set.Shape(), len(set.Classes()), len(want), shape)
	}
	before := openFiles(t)
	var crew sync.WaitGroup
	for range 8 {
		order := r.Perm(len(want))
		crew.Go(func() {
			dst := make([]byte, shape.Size())
			for _, i := range order {
				label, err := set.Read(i, dst)
				if err != nil || label != int(labels[i]) || !bytes.Equal(dst, want[i]) {
					t.Errorf("image %d: label %d (want %d), equal %v, error %v", i, label, labels[i], bytes.Equal(dst, want[i]), err)
					return
				}
			}
		})
	}
	crew.Wait()
	if n := openFiles(t) - before; n > maxOpenShards {
		t.Errorf("%d files are open, want at most %d", n, maxOpenShards)
	}
	if err := set.Close(); err != nil {
		t.Fatal(err)
	}
	if n := openFiles(t) - before; n > 0 {
		t.Errorf("%d files are open after Close", n)
	}
	if _, err := set.Read(0, make([]byte, shape.Size())); err == nil {
		t.Error("reading after Close works")
	}
}

// openFiles counts this process's open files, 0 where the system does not say.
func openFiles(t *testing.T) int {
	if runtime.GOOS != "linux" {
		return 0
	}
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(entries)
}

// openAndRead finds out whether a shard passes for whole.
func openAndRead(path string, shape tensor.Shape) error {
	set, err := openShardSet([]string{path}, shape, make([]string, 10))
	if err != nil {
		return err
	}
	defer set.Close()
	_, _, err = readAll(set)
	return err
}

func TestEveryDamageToAShardIsFound(t *testing.T) {
	r := newRand(t)
	path := filepath.Join(t.TempDir(), "a.shard")
	shape := tensor.Shape{3, 3, 5}
	writeTestShard(t, r, path, shape, 4, 0, 9)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	try := func(what string, at int, content []byte) {
		t.Helper()
		write(t, content, path)
		err := openAndRead(path, shape)
		if err == nil {
			t.Errorf("%s at byte %d passes", what, at)
			return
		}
		wantError(t, err, path)
	}
	for i := range whole {
		flipped := bytes.Clone(whole)
		flipped[i] ^= 1 << r.IntN(8)
		try("a flipped bit", i, flipped)
		try("an end", i, whole[:i])
	}
	try("a byte too many", len(whole), append(bytes.Clone(whole), 0))
	try("a byte too many", 0, append([]byte{0}, whole...))
	write(t, whole, path)
	if err := openAndRead(path, shape); err != nil {
		t.Error(err)
	}
}

func TestShardErrors(t *testing.T) {
	r := newRand(t)
	dir := t.TempDir()
	path := filepath.Join(dir, "a.shard")
	shape := tensor.Shape{1, 2, 2}
	writeTestShard(t, r, path, shape, 3, 11)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	newer := bytes.Replace(whole, []byte(shardMagic), []byte(shardMagicStem+"9\n"), 1)
	other := write(t, newer, dir, "newer.shard")
	for _, c := range []struct {
		path  string
		shape tensor.Shape
		want  string
	}{
		{filepath.Join(dir, "missing.shard"), shape, "such file or directory"},
		{other, shape, "another version"},
		{path, tensor.Shape{1, 4, 1}, "its images are 1x2x2, want 1x4x1"},
		{path, shape, "image 1 has label 11, but there are 10 classes"},
	} {
		wantError(t, openAndRead(c.path, c.shape), c.path, c.want)
	}
}

func TestAShardThatVanishesIsNamed(t *testing.T) {
	r := newRand(t)
	path := filepath.Join(t.TempDir(), "a.shard")
	shape := tensor.Shape{1, 2, 2}
	writeTestShard(t, r, path, shape, 3)
	set, err := openShardSet([]string{path}, shape, make([]string, 10))
	if err != nil {
		t.Fatal(err)
	}
	os.Remove(path)
	if _, err := set.Read(0, make([]byte, 4)); err == nil || strings.Count(err.Error(), path) != 1 {
		t.Errorf("error %v must name %s once", err, path)
	}
}

// FuzzShard feeds the reader of shards with whole files, and with indexes whose
// checksum is right, which chance would never find.
func FuzzShard(f *testing.F) {
	good := func(index string) []byte {
		b := binary.LittleEndian.AppendUint32([]byte(index), uint32(len(index)))
		b = binary.LittleEndian.AppendUint32(b, checksum([]byte(index)))
		return append(b, shardMagic...)
	}
	for _, index := range []string{
		`{"shape":[1,1,2],"labels":[0],"crc32c":[7]}`,
		`{"shape":[3,65536,65536],"labels":[0,1],"crc32c":[7,8]}`,
		`{"shape":[0,-1,2],"labels":[-5],"crc32c":[]}`,
		`{"shape":[1,1,1,1],"skipped":[{"path":"a","reason":"b"}]}`,
		`[]`, ``, `{`,
	} {
		f.Add([]byte("xy"), []byte(index))
		f.Add(good(index), []byte(nil))
	}
	f.Fuzz(func(t *testing.T, file, index []byte) {
		if len(index) > 0 {
			file = append(file, good(string(index))...)
		}
		got, err := readShardIndex(bytes.NewReader(file), int64(len(file)))
		if err != nil {
			return
		}
		size := got.Shape.Size()
		if len(got.Labels)*size > len(file) {
			t.Fatalf("%d images of %v in %d bytes", len(got.Labels), got.Shape, len(file))
		}
		for i := range got.Labels {
			got.checkRecord(i, file[i*size:][:size])
		}
	})
}

func BenchmarkShardRead(b *testing.B) {
	r := newRand(b)
	shape := tensor.Shape{3, 256, 256}
	path := filepath.Join(b.TempDir(), "a.shard")
	n := len(writeTestShard(b, r, path, shape, make([]int32, 512)...))
	set, err := openShardSet([]string{path}, shape, make([]string, 10))
	if err != nil {
		b.Fatal(err)
	}
	defer set.Close()
	dst := make([]byte, shape.Size())
	b.SetBytes(int64(len(dst)))
	for i := 0; b.Loop(); i++ {
		if _, err := set.Read(i*389%n, dst); err != nil {
			b.Fatal(err)
		}
	}
}
