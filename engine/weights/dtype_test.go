package weights

import (
	"encoding/binary"
	"math"
	"testing"

	"tandem/engine/tensor"
)

// halfValue is binary16 by its definition.
func halfValue(h uint16) float64 {
	sign := 1 - 2*float64(h>>15)
	exponent, fraction := int(h>>10&0x1f), float64(h&0x3ff)
	switch {
	case exponent == 0x1f && fraction != 0:
		return math.NaN()
	case exponent == 0x1f:
		return math.Inf(int(sign))
	case exponent == 0:
		return sign * math.Ldexp(fraction/1024, -14)
	}
	return sign * math.Ldexp(1+fraction/1024, exponent-15)
}

func TestEveryHalf(t *testing.T) {
	for i := range 1 << 16 {
		h := uint16(i)
		want, got := halfValue(h), fromHalf(h)
		if math.IsNaN(want) {
			if got == got || toHalf(got)&0x7c00 != 0x7c00 || toHalf(got)&0x3ff == 0 {
				t.Fatalf("NaN %#x becomes %g, back %#x", h, got, toHalf(got))
			}
			continue
		}
		if float64(got) != want || math.Signbit(float64(got)) != math.Signbit(want) {
			t.Fatalf("half %#x is %g, want %g", h, got, want)
		}
		if back := toHalf(got); back != h {
			t.Fatalf("half %#x comes back as %#x", h, back)
		}
	}
}

// Between two neighbouring halves the nearer one wins, and at the midpoint the
// even one; 65536 stands in for infinity, as IEEE 754 rounds.
func TestHalfRounding(t *testing.T) {
	for h := range uint16(0x7c00) {
		low, high := halfValue(h), halfValue(h+1)
		if h == 0x7bff {
			high = 65536
		}
		mid := float32((low + high) / 2) // exact: halves have 11 bits
		even := h + h%2
		for _, c := range []struct {
			v    float32
			want uint16
		}{
			{mid, even},
			{math.Nextafter32(mid, 0), h},
			{math.Nextafter32(mid, 1e6), h + 1},
		} {
			if got := toHalf(c.v); got != c.want {
				t.Fatalf("toHalf(%g) = %#x, want %#x", c.v, got, c.want)
			}
			if got := toHalf(-c.v); got != c.want|0x8000 {
				t.Fatalf("toHalf(%g) = %#x, want %#x", -c.v, got, c.want|0x8000)
			}
		}
	}
	if got := toHalf(math.MaxFloat32); got != 0x7c00 {
		t.Errorf("toHalf of the largest float32 = %#x, want infinity", got)
	}
}

func TestBF16AndF64(t *testing.T) {
	rng := newRand(t)
	const n = 1000
	bf16, f64 := make([]byte, 2*n), make([]byte, 8*n)
	wantBF16, wantF64 := make([]float64, n), make([]float64, n)
	for i := range n {
		v := float32(rng.NormFloat64())
		top := math.Float32bits(v) &^ 0xffff // bfloat16 is the upper half of float32
		binary.LittleEndian.PutUint16(bf16[2*i:], uint16(top>>16))
		wantBF16[i] = float64(math.Float32frombits(top))
		wantF64[i] = rng.NormFloat64() * 1e3
		binary.LittleEndian.PutUint64(f64[8*i:], math.Float64bits(wantF64[i]))
	}
	got := make([]float32, n)
	decodeBF16(got, bf16)
	if m := tensor.Worst(got, wantBF16); m.Error != 0 {
		t.Errorf("BF16: %v", m)
	}
	decodeF64(got, f64)
	if m := tensor.Worst(got, wantF64); m.Error > 6e-8 {
		t.Errorf("F64: %v", m)
	}
}

func TestWriteHalf(t *testing.T) {
	rng := newRand(t)
	x := tensor.New(7, chunkSize/2+3)
	want := make([]float64, len(x.Data))
	for i := range x.Data {
		x.Data[i] = float32(rng.NormFloat64())
		want[i] = float64(x.Data[i])
	}
	path := t.TempDir() + "/half.safetensors"
	if err := WriteHalf(path, &File{Tensors: map[string]*tensor.Tensor{"x": x}}); err != nil {
		t.Fatal(err)
	}
	f, err := Read(path)
	if err != nil {
		t.Fatal(err)
	}
	if m := tensor.Worst(f.Tensors["x"].Data, want); m.Error > 0x1p-11 {
		t.Error(m)
	}
	if size := len(mustReadFile(t, path)); size > 2*len(x.Data)+1000 {
		t.Errorf("%d bytes for %d elements", size, len(x.Data))
	}
}
