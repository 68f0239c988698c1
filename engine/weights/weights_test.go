package weights

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tandem/engine/tensor"
)

// newRand returns fresh random numbers and logs how to get them again.
func newRand(t testing.TB) *rand.Rand {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	return rand.New(rand.NewPCG(seed, 0))
}

// randomTensor has any bit pattern among its elements, NaN included.
func randomTensor(rng *rand.Rand, shape ...int) *tensor.Tensor {
	t := tensor.New(shape...)
	for i := range t.Data {
		t.Data[i] = math.Float32frombits(rng.Uint32())
	}
	return t
}

func sampleFile(rng *rand.Rand) *File {
	return &File{
		Tensors: map[string]*tensor.Tensor{
			"conv1.weight":          randomTensor(rng, 3, 3, 5, 7),
			"conv1.bias":            randomTensor(rng, 3),
			"momentum/conv1.weight": randomTensor(rng, 3, 3, 5, 7),
			"scale":                 randomTensor(rng),
			"empty":                 randomTensor(rng, 4, 0, 2),
			"Über \"quoted\" <b>":   randomTensor(rng, 2, 1),
		},
		Meta: map[string]string{"network": `{"name":"alexnet"}`, "step": "1200", "leer": "", "ß\n\"": "a\\b"},
	}
}

func wantSame(t *testing.T, got, want *File) {
	t.Helper()
	if len(got.Tensors) != len(want.Tensors) || len(got.Meta) != len(want.Meta) {
		t.Fatalf("%d tensors and %d metadata entries, want %d and %d", len(got.Tensors), len(got.Meta), len(want.Tensors), len(want.Meta))
	}
	for key, value := range want.Meta {
		if got.Meta[key] != value {
			t.Errorf("metadata %q is %q, want %q", key, got.Meta[key], value)
		}
	}
	for name, w := range want.Tensors {
		g := got.Tensors[name]
		if g == nil || !g.Shape.Equal(w.Shape) {
			t.Fatalf("tensor %q is %v, want shape %v", name, g, w.Shape)
		}
		for i := range w.Data {
			if math.Float32bits(g.Data[i]) != math.Float32bits(w.Data[i]) {
				t.Fatalf("tensor %q[%d] = %x, want %x", name, i, math.Float32bits(g.Data[i]), math.Float32bits(w.Data[i]))
			}
		}
	}
}

func write(t testing.TB, f *File) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "net.safetensors")
	if err := Write(path, f); err != nil {
		t.Fatal(err)
	}
	return path
}

func mustReadFile(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestRoundTrip(t *testing.T) {
	rng := newRand(t)
	const perChunk = chunkSize / 4
	for _, f := range []*File{
		sampleFile(rng),
		{},
		{Meta: map[string]string{"only": "metadata"}},
		{Tensors: map[string]*tensor.Tensor{
			"a": randomTensor(rng, perChunk-1), "b": randomTensor(rng, perChunk), "c": randomTensor(rng, 3*perChunk+1),
		}},
	} {
		got, err := Read(write(t, f))
		if err != nil {
			t.Fatal(err)
		}
		wantSame(t, got, f)
	}
}

func TestEqualContentGivesEqualBytes(t *testing.T) {
	f := sampleFile(newRand(t))
	if !bytes.Equal(mustReadFile(t, write(t, f)), mustReadFile(t, write(t, f))) {
		t.Error("two writes differ")
	}
}

func TestNumbersAreAligned(t *testing.T) {
	for n := range 9 {
		raw := mustReadFile(t, write(t, &File{Meta: map[string]string{"pad": strings.Repeat("x", n)}}))
		if h := binary.LittleEndian.Uint64(raw); h%8 != 0 || int(h)+8 != len(raw) {
			t.Errorf("header of %d bytes in a file of %d", h, len(raw))
		}
	}
}

func readBytes(b []byte) (*File, error) {
	return ReadFrom(bytes.NewReader(b), int64(len(b)), "here.safetensors")
}

// wantRefused checks the form of the error too: one line that begins with the
// file's name.
func wantRefused(t *testing.T, b []byte, what string) {
	t.Helper()
	f, err := readBytes(b)
	if err == nil {
		t.Errorf("%s: accepted", what)
	} else if f != nil {
		t.Errorf("%s: an error and a file", what)
	} else if msg := err.Error(); !strings.HasPrefix(msg, "here.safetensors: ") || strings.Contains(msg, "\n") || len(msg) > 300 {
		t.Errorf("%s: unclear error %q", what, msg)
	}
}

func TestEveryFlippedBitIsRefused(t *testing.T) {
	raw := mustReadFile(t, write(t, sampleFile(newRand(t))))
	if _, err := readBytes(raw); err != nil {
		t.Fatal(err)
	}
	for i := range 8 * len(raw) {
		raw[i/8] ^= 1 << (i % 8)
		wantRefused(t, raw, fmt.Sprintf("bit %d of byte %d flipped", i%8, i/8))
		raw[i/8] ^= 1 << (i % 8)
	}
}

func TestEveryOtherLengthIsRefused(t *testing.T) {
	raw := mustReadFile(t, write(t, sampleFile(newRand(t))))
	for n := range raw {
		wantRefused(t, raw[:n], fmt.Sprintf("cut to %d bytes", n))
	}
	for _, tail := range []string{" ", "\x00", "12345678"} {
		wantRefused(t, append(raw[:len(raw):len(raw)], tail...), fmt.Sprintf("followed by %q", tail))
	}
}

func TestNewerVersionIsNamed(t *testing.T) {
	raw := mustReadFile(t, write(t, &File{}))
	changed := bytes.Replace(raw, []byte(`"tandem.file":"1"`), []byte(`"tandem.file":"7"`), 1)
	if _, err := readBytes(redigest(t, changed)); err == nil || !strings.Contains(err.Error(), `version "7"`) {
		t.Errorf("error %v", err)
	}
}

func TestReadNamesThePath(t *testing.T) {
	dir := t.TempDir()
	empty := filepath.Join(dir, "empty")
	os.WriteFile(empty, nil, 0o666)
	for _, path := range []string{filepath.Join(dir, "missing"), empty, dir} {
		if _, err := Read(path); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: error %v", path, err)
		}
	}
}

func TestWriteNamesThePath(t *testing.T) {
	path := filepath.Join(t.TempDir(), "missing", "net.safetensors")
	if err := Write(path, &File{}); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("error %v", err)
	}
}

func TestWrongContentPanics(t *testing.T) {
	one := tensor.New(1)
	for what, f := range map[string]*File{
		"shape":         {Tensors: map[string]*tensor.Tensor{"a": {Shape: tensor.Shape{2}, Data: one.Data}}},
		"reserved name": {Tensors: map[string]*tensor.Tensor{"__metadata__": one}},
		"bad name":      {Tensors: map[string]*tensor.Tensor{"\xff": one}},
		"reserved meta": {Meta: map[string]string{"tandem.sha256": ""}},
		"bad meta":      {Meta: map[string]string{"a": "\xff"}},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", what)
				}
			}()
			Write(filepath.Join(t.TempDir(), "a"), f)
		}()
	}
}
