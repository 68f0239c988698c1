// Package devicetest judges a backend: every operation of device.Device against
// float64 references written from the definitions, at sizes on both sides of
// every tile's edge and at random shapes. A backend's test calls Run in one
// line, and its benchmark calls Benchmark.
//
// Outputs are filled with NaN before, buffers end in guard cells, inputs must
// come back unchanged, and a second run must give the same bits. The references'
// own gradients are checked against finite differences of the forward
// references in this package's test.
package devicetest

import (
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"tandem/engine/device"
)

// seedVariable names the environment variable that repeats a run.
const seedVariable = "DEVICETEST_SEED"

// Open starts a device for a test; the test closes it.
type Open func(t testing.TB) device.Device

// Cases returns one case after the other for every operation, its random shapes
// and contents drawn from the seed. A short list has a quarter of them.
func Cases(seed uint64, short bool) []Case {
	g := &generator{Rand: rand.New(rand.NewPCG(seed, 0)), seed: seed, short: short}
	g.convCases()
	g.localCases()
	g.fcCases()
	g.pointwiseCases()
	g.dropoutCases()
	g.lrnCases()
	g.poolCases()
	g.objectiveCases()
	return g.cases
}

// Run judges the devices that open returns: each case is a subtest under its
// operation's name, each rule one under "Rules", and under "Linked" where it
// takes two devices. All cases of the short list are run from one recording, too.
func Run(t *testing.T, open Open) {
	seed := Seed(t)
	d := open(t)
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	eachOp(t, Cases(seed, testing.Short()), func(t *testing.T, c Case) {
		if err := c.Check(d); err != nil {
			t.Error(err)
		}
	})
	t.Run("Recorded", func(t *testing.T) { runRecorded(t, open, Cases(seed, true)) })
	t.Run("Rules", func(t *testing.T) { runRules(t, open) })
	t.Run("Linked", func(t *testing.T) { Linked(t, open, open) })
}

// Equal checks that two devices give the same bits, on the short list of cases:
// one that works alone and one that shares its work out, say.
func Equal(t *testing.T, openA, openB Open) {
	seed := Seed(t)
	a, b := openA(t), openB(t)
	defer a.Close()
	defer b.Close()
	eachOp(t, Cases(seed, true), func(t *testing.T, c Case) {
		if err := c.equal(a, b); err != nil {
			t.Error(err)
		}
	})
}

func (c Case) equal(a, b device.Device) error {
	data := c.draw()
	onA, err := c.execute(a, data, float32(nan), false)
	if err != nil {
		return err
	}
	onB, err := c.execute(b, data, float32(nan), false)
	if err != nil {
		return err
	}
	return c.sameBits(onA, onB)
}

// Seed returns a fresh seed, or the one in the environment, and logs it.
func Seed(t testing.TB) uint64 {
	seed := uint64(time.Now().UnixNano())
	if text := os.Getenv(seedVariable); text != "" {
		var err error
		if seed, err = strconv.ParseUint(text, 10, 64); err != nil {
			t.Fatalf("%s: %v", seedVariable, err)
		}
	}
	t.Logf("%s=%d repeats this run", seedVariable, seed)
	return seed
}

// eachOp runs f on each case, as a subtest of its operation.
func eachOp(t *testing.T, cases []Case, f func(t *testing.T, c Case)) {
	for len(cases) > 0 {
		op := cases[0].Op
		var same, rest []Case
		for _, c := range cases {
			if c.Op == op {
				same = append(same, c)
			} else {
				rest = append(rest, c)
			}
		}
		cases = rest
		t.Run(op, func(t *testing.T) {
			for _, c := range same {
				t.Run(c.Name, func(t *testing.T) { f(t, c) })
			}
		})
	}
}
