package tensor

import (
	"hash/fnv"
	"math"
	"math/bits"
)

// Stream is one sequence of random numbers, keyed by (seed, purpose, step) and
// addressed by index: element i never depends on which elements were asked for
// before, so every device, worker and resumed run sees the same numbers.
//
// The generator is Philox4x32-10 (Salmon et al., "Parallel Random Numbers: As
// Easy as 1, 2, 3", SC 2011). One block of four 32-bit words has the counter
// (block low, block high, step, purpose) and the key (seed low, seed high).
type Stream struct {
	key     [2]uint32
	purpose uint32
	step    uint32
}

// NewStream returns the stream of a purpose at a step.
func NewStream(seed uint64, purpose uint32, step uint32) Stream {
	return Stream{key: [2]uint32{uint32(seed), uint32(seed >> 32)}, purpose: purpose, step: step}
}

// Purpose maps a name such as "dropout/fc6" to the 32-bit word that keys its
// streams (FNV-1a).
func Purpose(name string) uint32 {
	h := fnv.New32a()
	h.Write([]byte(name))
	return h.Sum32()
}

// Block returns words 4*b to 4*b+3 of the stream.
func (s Stream) Block(b uint64) [4]uint32 {
	return Philox4x32([4]uint32{uint32(b), uint32(b >> 32), s.step, s.purpose}, s.key)
}

// Uint32 returns word i.
func (s Stream) Uint32(i uint64) uint32 { return s.Block(i / 4)[i%4] }

// Uniform returns element i of a sequence uniform on [0, 1), in steps of 2^-24.
func (s Stream) Uniform(i uint64) float32 { return float32(s.Uint32(i)>>8) * 0x1p-24 }

// Intn returns element i of a sequence uniform on [0, n), for 0 < n < 2^31.
// The bias of the multiply-and-shift is below n/2^32.
func (s Stream) Intn(i uint64, n int) int {
	hi, _ := bits.Mul32(s.Uint32(i), uint32(n))
	return int(hi)
}

// Normal returns element i of a sequence with the standard normal distribution
// (Box-Muller on words 2*(i/2) and 2*(i/2)+1).
func (s Stream) Normal(i uint64) float32 {
	w := s.Block(i / 4)
	pair := normalPair(w[i%4&^1], w[i%4|1])
	return pair[i%2]
}

// FillNormal sets dst[j] to std * Normal(first+j).
func (s Stream) FillNormal(dst []float32, first uint64, std float32) {
	for j := 0; j < len(dst); {
		i := first + uint64(j)
		w := s.Block(i / 4)
		pairs := [2][2]float32{normalPair(w[0], w[1]), normalPair(w[2], w[3])}
		for ; j < len(dst) && (first+uint64(j))/4 == i/4; j++ {
			k := (first + uint64(j)) % 4
			dst[j] = std * pairs[k/2][k%2]
		}
	}
}

func normalPair(a, b uint32) [2]float32 {
	u := (float64(a) + 1) * 0x1p-32 // (0, 1]: the logarithm stays finite
	r := math.Sqrt(-2 * math.Log(u))
	sin, cos := math.Sincos(2 * math.Pi * float64(b) * 0x1p-32)
	return [2]float32{float32(r * cos), float32(r * sin)}
}

// Perm returns a permutation of 0..n-1 (Fisher-Yates).
func (s Stream) Perm(n int) []int32 {
	p := make([]int32, n)
	for i := range p {
		p[i] = int32(i)
	}
	for i := n - 1; i > 0; i-- {
		j := s.Intn(uint64(i), i+1)
		p[i], p[j] = p[j], p[i]
	}
	return p
}

// Philox constants of the 4x32 variant.
const (
	philoxM0, philoxM1 = 0xD2511F53, 0xCD9E8D57
	philoxW0, philoxW1 = 0x9E3779B9, 0xBB67AE85
	philoxRounds       = 10
)

// Philox4x32 is the bijection itself: ten rounds on one counter block.
func Philox4x32(ctr [4]uint32, key [2]uint32) [4]uint32 {
	for range philoxRounds {
		hi0, lo0 := bits.Mul32(philoxM0, ctr[0])
		hi1, lo1 := bits.Mul32(philoxM1, ctr[2])
		ctr = [4]uint32{hi1 ^ ctr[1] ^ key[0], lo1, hi0 ^ ctr[3] ^ key[1], lo0}
		key[0] += philoxW0
		key[1] += philoxW1
	}
	return ctr
}
