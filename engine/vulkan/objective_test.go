//go:build cgo

package vulkan

import (
	"math"
	"math/rand/v2"
	"testing"

	"tandem/engine/device"
	"tandem/engine/device/devicetest"
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
