package tensor

import (
	"math"
	"testing"
)

// Known-answer vectors of philox4x32-10 from the Random123 distribution
// (tests/kat_vectors).
func TestPhiloxKnownAnswers(t *testing.T) {
	for _, c := range []struct {
		ctr  [4]uint32
		key  [2]uint32
		want [4]uint32
	}{
		{[4]uint32{}, [2]uint32{}, [4]uint32{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
		{[4]uint32{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, [2]uint32{0xffffffff, 0xffffffff},
			[4]uint32{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
		{[4]uint32{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, [2]uint32{0xa4093822, 0x299f31d0},
			[4]uint32{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
	} {
		if got := Philox4x32(c.ctr, c.key); got != c.want {
			t.Errorf("Philox4x32(%x, %x) = %x, want %x", c.ctr, c.key, got, c.want)
		}
	}
}

func TestNormalMoments(t *testing.T) {
	s := NewStream(7, Purpose("test"), 3)
	const n = 200_000
	x := make([]float32, n)
	s.FillNormal(x, 5, 2)
	var m1, m2, m4 float64
	for i, v := range x {
		if want := 2 * s.Normal(uint64(i)+5); v != want {
			t.Fatalf("FillNormal[%d] = %g, Normal says %g", i, v, want)
		}
		f := float64(v) / 2
		m1, m2, m4 = m1+f/n, m2+f*f/n, m4+f*f*f*f/n
	}
	if math.Abs(m1) > 0.01 || math.Abs(m2-1) > 0.02 || math.Abs(m4-3) > 0.1 {
		t.Errorf("moments %.4f %.4f %.4f, want 0 1 3", m1, m2, m4)
	}
}

func TestPermIsAPermutationAndDependsOnEveryKey(t *testing.T) {
	base := NewStream(1, 2, 3).Perm(1000)
	seen := make([]bool, 1000)
	for _, i := range base {
		if seen[i] {
			t.Fatalf("%d twice", i)
		}
		seen[i] = true
	}
	for _, other := range []Stream{NewStream(2, 2, 3), NewStream(1, 3, 3), NewStream(1, 2, 4), NewStream(1<<32|1, 2, 3)} {
		same := 0
		for i, v := range other.Perm(1000) {
			if v == base[i] {
				same++
			}
		}
		if same > 20 {
			t.Errorf("%v: %d of 1000 positions agree with another stream", other, same)
		}
	}
}

func TestIntnCoversItsRange(t *testing.T) {
	s := NewStream(1, 1, 1)
	var count [33]int
	for i := range 33_000 {
		count[s.Intn(uint64(i), 33)]++
	}
	for v, c := range count {
		if c < 800 || c > 1200 {
			t.Errorf("value %d came %d times of about 1000", v, c)
		}
	}
}

func TestWorst(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	for _, c := range []struct {
		got  []float32
		want []float64
		err  float64
	}{
		{[]float32{1, 2}, []float64{1, 2}, 0},
		{[]float32{0, 3}, []float64{0, 4}, 0.25},
		{[]float32{nan, 1}, []float64{0, 1}, math.Inf(1)},
		{[]float32{nan}, []float64{math.NaN()}, 0},
		{[]float32{inf}, []float64{math.Inf(1)}, 0},
		{[]float32{inf}, []float64{math.Inf(-1)}, math.Inf(1)},
		{[]float32{1}, []float64{0}, math.Inf(1)},
	} {
		if got := Worst(c.got, c.want); got.Error != c.err {
			t.Errorf("Worst(%v, %v) = %v, want error %g", c.got, c.want, got, c.err)
		}
	}
}

func TestWorstAtJudgesCancelledSumsByTheirTerms(t *testing.T) {
	if got := WorstAt(4, []float32{0.5}, []float64{0.25}); got.Error != 0.0625 {
		t.Errorf("%v, want error 0.0625", got)
	}
	if got := WorstAt(4, []float32{6}, []float64{8}); got.Error != 0.25 {
		t.Errorf("%v, want error 0.25", got)
	}
}
