package devicetest

import (
	"math"
	"math/rand/v2"
)

// edges are sizes on both sides of what kernels like to work in: vectors of 4
// to 16, workgroups and tiles of 16 to 128.
var edges = []int{1, 7, 15, 16, 17, 31, 33, 63, 64, 65, 127}

// fill draws the contents of an operand.
type fill func(r *rand.Rand, x []float32)

func normal(deviation float64) fill {
	return func(r *rand.Rand, x []float32) {
		for i := range x {
			x[i] = float32(deviation * r.NormFloat64())
		}
	}
}

func constant(value float32) fill { return oneOf(value) }

func oneOf(choices ...float32) fill {
	return func(r *rand.Rand, x []float32) {
		for i := range x {
			x[i] = choices[r.IntN(len(choices))]
		}
	}
}

// sprinkled draws as base does, but each element with probability share from
// the choices.
func sprinkled(base fill, share float64, choices ...float32) fill {
	return func(r *rand.Rand, x []float32) {
		base(r, x)
		for i := range x {
			if r.Float64() < share {
				x[i] = choices[r.IntN(len(choices))]
			}
		}
	}
}

// distinct draws numbers in [-1, 1] that all differ, by enough for a finite
// difference not to change their order.
func distinct(r *rand.Rand, x []float32) {
	for i, p := range r.Perm(len(x)) {
		x[i] = float32(2*(float64(p)+0.5)/float64(len(x)) - 1)
	}
}

// awayFromZero draws magnitudes of 0.01 to 3 with either sign, so that a finite
// difference never straddles ReLU's corner.
func awayFromZero(r *rand.Rand, x []float32) {
	for i := range x {
		x[i] = float32(math.Copysign(0.01+2.99*r.Float64(), r.Float64()-0.5))
	}
}

// labels draws class numbers.
func labels(classes int) fill {
	return func(r *rand.Rand, x []float32) {
		for i := range x {
			x[i] = float32(r.IntN(classes))
		}
	}
}

// generator collects cases and draws the random shapes among them.
type generator struct {
	*rand.Rand
	seed  uint64
	short bool
	cases []Case
}

func (g *generator) add(cases ...Case) {
	for _, c := range cases {
		c.seed = g.seed
		g.cases = append(g.cases, c)
	}
}

// count is how many random shapes to draw out of n wanted.
func (g *generator) count(n int) int {
	if g.short {
		return (n + 3) / 4
	}
	return n
}

// some thins out a list of sizes for a short run, never the same way twice.
func (g *generator) some(sizes []int) []int {
	if !g.short {
		return sizes
	}
	var kept []int
	for _, i := range g.Perm(len(sizes))[:g.count(len(sizes))] {
		kept = append(kept, sizes[i])
	}
	return kept
}

// between draws from lo to hi, both included.
func (g *generator) between(lo, hi int) int { return lo + g.IntN(hi-lo+1) }

// Tolerances. One float32 rounding is at most 2^-24 relative.

// exact is for results that no rounding touches.
const exact = 0

// roundings allows n roundings that all go the same way.
func roundings(n int) float64 { return float64(n) * 0x1p-24 }

// elementary is for results that pass through exp, log, pow or tanh, which
// Vulkan grants a few units in the last place plus an absolute error of the
// argument. 1e-5 holds on every such device and is a tenth of the smallest
// effect that a wrong neighbour, class or constant has in these cases.
const elementary = 1e-5

// sum is the output that adds up n random products of size 1 or fewer, in any
// order. Its scale is sqrt(n). Rounding errors of a running sum add up like a
// random walk, to sqrt(n)/5 roundings at that scale, but twice that where the
// sum strays far from zero; the worst of a million elements is five times that,
// and doubling it leaves room.
func sum(o operand, n int) operand {
	o.role = out
	o.scale = math.Sqrt(float64(n))
	o.tol = roundings(4) + 4*o.scale*0x1p-24
	return o
}
