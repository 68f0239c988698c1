package metrics

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// message is a protocol buffer taken apart by hand, field number to values in
// their order: uint64 for numbers of every width, []byte for the rest.
type message map[int][]any

func parse(t *testing.T, b []byte) message {
	t.Helper()
	m := message{}
	for len(b) > 0 {
		tag, n := binary.Uvarint(b)
		b = b[n:]
		var v any
		switch tag & 7 {
		case 0:
			u, n := binary.Uvarint(b)
			v, b = u, b[n:]
		case 1:
			v, b = binary.LittleEndian.Uint64(b), b[8:]
		case 2:
			size, n := binary.Uvarint(b)
			v, b = b[n:n+int(size)], b[n+int(size):]
		case 5:
			v, b = uint64(binary.LittleEndian.Uint32(b)), b[4:]
		default:
			t.Fatalf("wire type %d", tag&7)
		}
		m[int(tag>>3)] = append(m[int(tag>>3)], v)
	}
	return m
}

func (m message) one(t *testing.T, field int) any {
	t.Helper()
	if len(m[field]) != 1 {
		t.Fatalf("field %d comes %d times in %v", field, len(m[field]), m)
	}
	return m[field][0]
}

func (m message) text(t *testing.T, field int) string { return string(m.one(t, field).([]byte)) }

func (m message) double(t *testing.T, field int) float64 {
	return math.Float64frombits(m.one(t, field).(uint64))
}

func (m message) sub(t *testing.T, field int) message { return parse(t, m.one(t, field).([]byte)) }

func (m message) doubles(t *testing.T, field int) []float64 {
	b := m.one(t, field).([]byte)
	values := make([]float64, len(b)/8)
	for i := range values {
		values[i] = math.Float64frombits(binary.LittleEndian.Uint64(b[8*i:]))
	}
	return values
}

// unmask undoes maskedCRC step by step.
func unmask(masked uint32) uint32 {
	rotated := masked - 0xa282ead8
	return rotated>>17 | rotated<<15
}

// events reads an event file by the description of the format.
func events(t *testing.T, path string) []message {
	t.Helper()
	b, err := os.ReadFile(path)
	must(t, err)
	table := crc32.MakeTable(0x82f63b78)
	var all []message
	for len(b) > 0 {
		n := int(binary.LittleEndian.Uint64(b))
		data := b[12 : 12+n]
		if unmask(binary.LittleEndian.Uint32(b[8:])) != crc32.Checksum(b[:8], table) ||
			unmask(binary.LittleEndian.Uint32(b[12+n:])) != crc32.Checksum(data, table) {
			t.Fatalf("%s: record %d: wrong checksum", path, len(all))
		}
		all = append(all, parse(t, data))
		b = b[16+n:]
	}
	return all
}

func eventFiles(t *testing.T, dir string) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "events.out.tfevents.*"))
	must(t, err)
	slices.Sort(paths)
	return paths
}

// Every event file of TensorFlow begins with these twelve bytes: a record of 24
// bytes, which is its file version.
func TestFileBeginsAsTensorFlows(t *testing.T) {
	dir := t.TempDir()
	w, err := OpenTensorBoard(dir, NewRun)
	must(t, err)
	must(t, w.Close())
	b := content(t, eventFiles(t, dir)[0])
	if want := "\x18\x00\x00\x00\x00\x00\x00\x00\xa3\x7fK\x22\x09"; !strings.HasPrefix(b, want) {
		t.Errorf("begins with %q, want %q", b[:13], want)
	}
	if len(b) != 8+4+24+4 {
		t.Errorf("%d bytes", len(b))
	}
}

func TestEventsReadBack(t *testing.T) {
	rng := newRand(t)
	dir := filepath.Join(t.TempDir(), "new", "tensorboard")
	w, err := OpenTensorBoard(dir, NewRun)
	must(t, err)
	img := image.NewNRGBA(image.Rect(3, 5, 14, 12))
	for i := range img.Pix {
		img.Pix[i] = uint8(rng.Uint32())
	}
	weights := make([]float32, 1000)
	for i := range weights {
		weights[i] = float32(rng.NormFloat64())
	}
	must(t, w.Scalars(1, noon, map[string]float64{"train/loss": 2.5, "train/bad": math.NaN()}))
	must(t, w.Image(300, noon, "conv1", img))
	must(t, w.Histogram(300, noon, "conv1/weight", weights))
	must(t, w.Close())

	got := events(t, eventFiles(t, dir)[0])
	if len(got) != 4 {
		t.Fatalf("%d events, want 4", len(got))
	}
	if v := got[0].text(t, 3); v != "brain.Event:2" {
		t.Errorf("file version %q", v)
	}
	for i, step := range []uint64{1, 300, 300} {
		e := got[i+1]
		if s := e.one(t, 2); s != step || e.double(t, 1) != float64(noon.UnixMilli())/1000 {
			t.Errorf("event %d: step %d at %f", i, s, e.double(t, 1))
		}
	}
	wantScalars(t, got[1].sub(t, 5))
	wantImage(t, got[2].sub(t, 5).sub(t, 1), img)
	wantHistogram(t, got[3].sub(t, 5).sub(t, 1), weights)
}

func wantScalars(t *testing.T, summary message) {
	t.Helper()
	if len(summary[1]) != 2 {
		t.Fatalf("%d values", len(summary[1]))
	}
	bad, loss := parse(t, summary[1][0].([]byte)), parse(t, summary[1][1].([]byte))
	if bad.text(t, 1) != "train/bad" || loss.text(t, 1) != "train/loss" {
		t.Errorf("tags %q and %q", bad.text(t, 1), loss.text(t, 1))
	}
	number := func(m message) float32 { return math.Float32frombits(uint32(m.one(t, 2).(uint64))) }
	if v := number(bad); v == v || number(loss) != 2.5 {
		t.Errorf("values %g and %g", v, number(loss))
	}
}

func wantImage(t *testing.T, value message, want image.Image) {
	t.Helper()
	m := value.sub(t, 4)
	if value.text(t, 1) != "conv1" || m.one(t, 1) != uint64(7) || m.one(t, 2) != uint64(11) || m.one(t, 3) != uint64(4) {
		t.Errorf("image %q, height %v, width %v, colour space %v", value.text(t, 1), m[1], m[2], m[3])
	}
	got, err := png.Decode(bytes.NewReader(m.one(t, 4).([]byte)))
	must(t, err)
	origin := want.Bounds().Min
	for y := range 7 {
		for x := range 11 {
			if g, w := got.At(x, y), want.At(origin.X+x, origin.Y+y); color.NRGBAModel.Convert(g) != w {
				t.Fatalf("pixel %d,%d is %v, want %v", x, y, g, w)
			}
		}
	}
}

func wantHistogram(t *testing.T, value message, weights []float32) {
	t.Helper()
	if tag := value.text(t, 1); tag != "conv1/weight" {
		t.Errorf("tag %q", tag)
	}
	m := value.sub(t, 5)
	var sum, squares float64
	for _, v := range weights {
		sum += float64(v)
		squares += float64(v) * float64(v)
	}
	if m.double(t, 1) != float64(slices.Min(weights)) || m.double(t, 2) != float64(slices.Max(weights)) ||
		m.double(t, 3) != float64(len(weights)) || math.Abs(m.double(t, 4)-sum) > 1e-9 || math.Abs(m.double(t, 5)-squares) > 1e-9 {
		t.Errorf("min %g, max %g, num %g, sum %g, squares %g", m.double(t, 1), m.double(t, 2), m.double(t, 3), m.double(t, 4), m.double(t, 5))
	}
	wantCounts(t, m.doubles(t, 6), m.doubles(t, 7), weights)
}

// wantCounts counts again, bucket by bucket.
func wantCounts(t *testing.T, limits, counts []float64, weights []float32) {
	t.Helper()
	if len(limits) != len(counts) || !slices.IsSorted(limits) {
		t.Fatalf("%d limits, %d counts", len(limits), len(counts))
	}
	left := math.Inf(-1)
	for i, right := range limits {
		n := 0.0
		for _, v := range weights {
			if left <= float64(v) && float64(v) < right {
				n++
			}
		}
		if counts[i] != n {
			t.Errorf("%g values from %g to %g, want %g", counts[i], left, right, n)
		}
		if i > 0 && counts[i] == 0 && counts[i-1] == 0 {
			t.Errorf("two empty buckets before %g", right)
		}
		left = right
	}
}

func TestHistogramOfOddValues(t *testing.T) {
	inf := float32(math.Inf(1))
	nan := float32(math.NaN())
	for _, values := range [][]float32{
		nil, {nan, inf, -inf}, {0}, {0, 0, nan}, {-1e-30, 1e-30}, {1e-12, -1e-12},
		{math.MaxFloat32, -math.MaxFloat32, 1, inf}, {5, 5, 5},
	} {
		h := newHistogram(values)
		var finite []float32
		for _, v := range values {
			if v-v == 0 {
				finite = append(finite, v)
			}
		}
		if h.num != float64(len(finite)) || len(finite) > 0 && (h.min != float64(slices.Min(finite)) || h.max != float64(slices.Max(finite))) {
			t.Errorf("%v: %+v", values, h)
		}
		wantCounts(t, h.limits, h.counts, finite)
		if last := h.limits[len(h.limits)-1]; last != math.MaxFloat64 {
			t.Errorf("%v: last limit %g", values, last)
		}
	}
}

// Neighbouring limits are ten per cent apart and mirror each other.
func TestBucketLimits(t *testing.T) {
	n := len(bucketLimits)
	zero := n / 2
	if bucketLimits[zero] != 0 || bucketLimits[zero+1] != 1e-12 {
		t.Fatalf("the middle limits are %g and %g", bucketLimits[zero], bucketLimits[zero+1])
	}
	for i := 1; i < zero; i++ {
		if bucketLimits[zero-i] != -bucketLimits[zero+i] {
			t.Errorf("limit %d is not mirrored", i)
		}
		if ratio := bucketLimits[zero+i+1] / bucketLimits[zero+i]; i < zero-1 && math.Abs(ratio-1.1) > 1e-12 {
			t.Errorf("limits %d and %d have the ratio %g", i, i+1, ratio)
		}
	}
}

func TestResumeBeginsANewFileThatPurges(t *testing.T) {
	dir := t.TempDir()
	future := filepath.Join(dir, "events.out.tfevents.4000000000.elsewhere")
	must(t, os.WriteFile(future, nil, 0o666))
	for i := range 3 {
		w, err := OpenTensorBoard(dir, int64(100*i))
		must(t, err)
		must(t, w.Scalars(int64(100*i+1), noon, map[string]float64{"loss": 1}))
		must(t, w.Close())
	}
	paths := eventFiles(t, dir)
	if len(paths) != 4 || paths[0] != future {
		t.Fatalf("files %q", paths)
	}
	for i, path := range paths[1:] {
		if name := fmt.Sprintf("events.out.tfevents.%d.", 4000000001+i); !strings.Contains(path, name) {
			t.Errorf("file %s is not named %s", path, name)
		}
		got := events(t, path)
		start := got[1]
		if len(got) != 3 || start.one(t, 2) != uint64(100*i+1) || start.sub(t, 7).one(t, 1) != uint64(1) {
			t.Errorf("%s: %v", path, got)
		}
	}
}

func TestImageColourSpaces(t *testing.T) {
	r := image.Rect(0, 0, 2, 2)
	opaque := image.NewRGBA(r)
	for i := range opaque.Pix {
		opaque.Pix[i] = 255
	}
	for img, want := range map[image.Image]int64{
		image.NewGray(r): 1, image.NewGray16(r): 1, opaque: 3, image.NewRGBA(r): 4, image.NewUniform(color.Transparent): 4,
	} {
		if got := colorspace(img); got != want {
			t.Errorf("%T: %d, want %d", img, got, want)
		}
	}
}

func TestTensorBoardErrorsNameThePath(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	must(t, os.WriteFile(path, nil, 0o666))
	if _, err := OpenTensorBoard(path, NewRun); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("error %v", err)
	}
	w, err := OpenTensorBoard(t.TempDir(), NewRun)
	must(t, err)
	defer w.Close()
	if err := w.Image(1, noon, "empty", image.NewRGBA(image.Rectangle{})); err == nil || !strings.Contains(err.Error(), w.file.Name()) {
		t.Errorf("error %v", err)
	}
}

func BenchmarkHistogram(b *testing.B) {
	weights := make([]float32, 1<<20)
	rng := newRand(b)
	for i := range weights {
		weights[i] = float32(rng.NormFloat64()) * 0.01
	}
	b.SetBytes(int64(4 * len(weights)))
	for b.Loop() {
		newHistogram(weights)
	}
}
