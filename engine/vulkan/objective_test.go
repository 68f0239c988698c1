//go:build cgo

package vulkan

import (
	"math"
	"math/rand/v2"
	"testing"

	"tandem/engine/device"
	"tandem/engine/device/devicetest"
	"tandem/shaders"
)

// A row with NaN or an infinite logit on top has no probabilities: all of them
// and its loss are NaN, so that a network that has gone wrong does not look
// healthy. Rows beside it are as they were.
func TestSoftmaxOfABrokenRow(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	r := rand.New(rand.NewPCG(devicetest.Seed(t), 0))
	p := device.Classes{N: 7, C: 300}
	x, labels := make([]float32, p.N*p.C), make([]float32, p.N)
	for i := range x {
		x[i] = float32(r.NormFloat64())
	}
	broken := func(row int) bool { return row%2 == 1 }
	x[1*p.C+r.IntN(p.C)] = nan
	x[3*p.C+r.IntN(p.C)] = inf
	for c := range p.C {
		x[5*p.C+c] = -inf
	}
	x[2*p.C+r.IntN(p.C)] = -inf // a class that is out of the question breaks nothing
	eachDevice(t, func(t *testing.T, d *Device) {
		logits, classes := upload(t, d, x), upload(t, d, labels)
		probs, loss := upload(t, d, make([]float32, len(x))), upload(t, d, make([]float32, p.N))
		d.Softmax(p, logits, probs)
		d.CrossEntropy(p, logits, classes, loss)
		for row, l := range download(t, d, loss) {
			if (l != l) != broken(row) {
				t.Errorf("loss of row %d is %g", row, l)
			}
		}
		for i, v := range download(t, d, probs) {
			if row := i / p.C; (v != v) != broken(row) {
				t.Fatalf("class %d of row %d has probability %g", i%p.C, row, v)
			}
		}
	})
}

// The trees within a workgroup add up whatever its size.
func TestRowsWithAnyWorkgroup(t *testing.T) {
	r := rand.New(rand.NewPCG(devicetest.Seed(t), 0))
	x := make([]float32, 333)
	sum, ahead := 0.0, 0
	for i := range x {
		x[i] = float32(3 * r.NormFloat64())
		sum += math.Exp(float64(x[i]))
		if x[i] > x[0] {
			ahead++
		}
	}
	loss := math.Log(sum) - float64(x[0])
	eachDevice(t, func(t *testing.T, d *Device) {
		scores, label, out := upload(t, d, x), upload(t, d, []float32{0}), upload(t, d, []float32{0})
		row := func(k *shaders.Kernel, threads uint32) float32 {
			d.dispatch(call{
				kernel: k, spec: []uint32{threads}, push: []uint32{1, uint32(len(x))},
				args: []view{whole(scores), whole(label), whole(out)}, groups: [3]uint32{1, 1, 1},
			})
			return download(t, d, out)[0]
		}
		for _, threads := range []uint32{1, 2, 3, 5, 8, 31, 100, 128} {
			if got := row(shaders.Rank, threads); got != float32(ahead) {
				t.Errorf("%d threads: rank %g, want %d", threads, got, ahead)
			}
			if got := row(shaders.CrossEntropy, threads); !(math.Abs(float64(got)-loss) <= 1e-5*(1+loss)) {
				t.Errorf("%d threads: loss %g, want %g", threads, got, loss)
			}
		}
	})
}
