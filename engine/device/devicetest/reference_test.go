package devicetest

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"tandem/engine/device"
	"tandem/engine/tensor"
)

// The references judge everything else, so they are judged here: gradients by
// finite differences, forward passes by numbers worked out by hand.

func TestReferenceGradients(t *testing.T) {
	seed := Seed(t)
	checked := map[string]int{}
	for _, c := range Cases(seed, true) {
		for _, g := range c.gradients {
			checked[c.Op]++
			if err := c.checkGradient(g); err != nil {
				t.Errorf("%s %s: %v", c.Op, c.Name, err)
			}
		}
	}
	for _, op := range []string{"ConvBackwardInput", "ConvBackwardWeights", "LocalBackwardInput", "LocalBackwardWeights",
		"FCBackwardInput", "FCBackwardWeights", "ActivateBackward", "LRNBackward", "MaxPoolBackward", "AvgPoolBackward",
		"SoftmaxBackward"} {
		if checked[op] == 0 {
			t.Errorf("no gradient of %s was checked", op)
		}
	}
}

// checkGradient compares a few random elements with central differences.
func (c Case) checkGradient(g gradient) error {
	v := c.expected(c.draw())
	r := rand.New(rand.NewPCG(c.seed, 1))
	at, claimed := v[g.at], v[g.dx]
	for range 2 {
		i := r.IntN(len(at))
		want := centralDifference(v, g, i)
		if math.Abs(claimed[i]-want) > 1e-5*(1+math.Abs(want)) {
			return fmt.Errorf("d/d%s[%d] is %g, finite differences give %g", g.at, i, claimed[i], want)
		}
	}
	return nil
}

// centralDifference sums the differences of the outputs, which stay exact where
// the difference of two large sums would not.
func centralDifference(v values, g gradient, i int) float64 {
	const h = 1e-5
	at, dy := v[g.at], v[g.dy]
	x := at[i]
	at[i] = x + h
	above := g.forward(v)
	at[i] = x - h
	below := g.forward(v)
	at[i] = x
	sum := 0.0
	for k := range dy {
		sum += dy[k] * (above[k] - below[k])
	}
	return sum / (2 * h)
}

func TestReferenceExamples(t *testing.T) {
	out := func(n int) []float64 { return make([]float64, n) }
	for _, c := range []struct {
		name      string
		got, want []float64
	}{
		{"convolution, padded, stride 2", func() []float64 {
			y := out(4)
			p := device.Conv{Image: device.Image{N: 1, C: 1, H: 3, W: 3}, K: 1, Groups: 1, Window: device.Window{
				KernelH: 2, KernelW: 2, StrideH: 2, StrideW: 2, PadTop: 1, PadLeft: 0, OutH: 2, OutW: 2}}
			refConv(p, false, []float64{1, 2, 3, 4, 5, 6, 7, 8, 9}, []float64{1, 10, 100, 1000}, []float64{0.5}, y)
			return y
		}(), []float64{2100.5, 300.5, 8754.5, 9*100 + 6 + 0.5}},
		{"convolution in two groups", func() []float64 {
			y := out(4)
			p := squareConv(device.Image{N: 1, C: 2, H: 1, W: 1}, 4, 2, 1, 1, 0)
			refConv(p, false, []float64{2, 3}, []float64{1, 10, 100, 1000}, nil, y)
			return y
		}(), []float64{2, 20, 300, 3000}},
		{"local convolution", func() []float64 {
			y := out(4)
			p := squareConv(device.Image{N: 1, C: 1, H: 1, W: 2}, 2, 1, 1, 1, 0)
			refConv(p, true, []float64{2, 3}, []float64{1, 10, 100, 1000}, []float64{.1, .2, .3, .4}, y)
			return y
		}(), []float64{2.1, 300.2, 20.3, 3000.4}},
		{"fully connected", func() []float64 {
			y := out(2)
			refFC(device.FC{N: 1, In: 3, Out: 2}, []float64{1, 2, 3}, []float64{1, 10, 100, 4, 5, 6}, []float64{0, 1}, y)
			return y
		}(), []float64{321, 33}},
		{"LRN across maps, in two groups", func() []float64 {
			y := out(4)
			p := device.LRN{Image: device.Image{N: 1, C: 4, H: 1, W: 1}, Size: 3, Alpha: 1, Beta: 1, K: 1, Groups: 2}
			refLRN(p, []float64{1, 2, 3, 4}, y)
			return y
		}(), []float64{1. / 6, 2. / 6, 3. / 26, 4. / 26}},
		{"LRN of even size looks back", func() []float64 {
			y := out(3)
			p := device.LRN{Image: device.Image{N: 1, C: 3, H: 1, W: 1}, Size: 2, Alpha: 1, Beta: 1, K: 0, Groups: 1}
			refLRN(p, []float64{1, 2, 3}, y)
			return y
		}(), []float64{1, 2. / 5, 3. / 13}},
		{"LRN in one map", func() []float64 {
			y := out(4)
			p := device.LRN{Image: device.Image{N: 1, C: 2, H: 1, W: 2}, Size: 3, Alpha: 2, Beta: 0.5, K: 1, Groups: 1, SameMap: true}
			refLRN(p, []float64{1, 2, 0, 2}, y)
			return y
		}(), []float64{1 / math.Sqrt(11), 2 / math.Sqrt(11), 0, 2. / 3}},
		{"max pool: first of equals, NaN above all, partial window", func() []float64 {
			y, index := out(3), out(3)
			p := device.Pool{Image: device.Image{N: 1, C: 1, H: 2, W: 5}, Window: device.Window{
				KernelH: 2, KernelW: 2, StrideH: 2, StrideW: 2, OutH: 1, OutW: 3}}
			refMaxPool(p, []float64{1, 4, 9, nan, 5, 4, 0, nan, 8, 6}, y, index)
			return append(y, index...)
		}(), []float64{4, nan, 6, 1, 1, 2}},
		{"average pool divides by what is inside", func() []float64 {
			y := out(2)
			p := device.Pool{Image: device.Image{N: 1, C: 1, H: 1, W: 3}, Window: device.Window{
				KernelH: 2, KernelW: 2, StrideH: 1, StrideW: 2, OutH: 1, OutW: 2}}
			refAvgPool(p, []float64{1, 2, 7}, y)
			return y
		}(), []float64{1.5, 7}},
		{"tanh, sigmoid, ReLU", func() []float64 {
			y := out(3)
			refActivate(device.Tanh, []float64{0.5}, y[:1])
			refActivate(device.Sigmoid, []float64{-1}, y[1:2])
			refActivate(device.ReLU, []float64{-3}, y[2:])
			return y
		}(), []float64{0.46211715726000975, 0.2689414213699951, 0}},
		{"copy adds a column block", func() []float64 {
			dst := []float64{1, 2, 3, 4, 5, 6}
			refCopy(device.Copy{Rows: 2, Cols: 1, SrcStride: 1, DstOffset: 1, DstStride: 3, Accumulate: true}, []float64{10, 20}, dst)
			return dst
		}(), []float64{1, 12, 3, 4, 25, 6}},
		{"the paper's update", func() []float64 {
			w, v := []float64{2}, []float64{1}
			refSGD(device.SGD{N: 1, RateFactor: 2, Decay: 0.5}, device.StepState{Rate: 0.25, Momentum: 0.75}, w, []float64{4}, v)
			return append(w, v...)
		}(), []float64{0.25, -1.75}},
		{"softmax, cross-entropy and its gradient", func() []float64 {
			y, loss, dx := out(2), out(1), out(2)
			p := device.Classes{N: 1, C: 2}
			x := []float64{1000, 1000 + math.Log(3)}
			refSoftmax(p, x, y)
			refCrossEntropy(p, x, []float64{0}, loss)
			refSoftmaxBackward(p, 2, y, []float64{0}, dx)
			return append(append(y, loss...), dx...)
		}(), []float64{0.25, 0.75, math.Log(4), -1.5, 1.5}},
		{"rank: equal scores before the label, NaN above, NaN label last", func() []float64 {
			rank := out(3)
			refRank(device.Classes{N: 3, C: 4}, []float64{5, 5, 5, 6, nan, 1, 2, 0, nan, 1, 2, 3}, []float64{1, 2, 0}, rank)
			return rank
		}(), []float64{2, 1, 4}},
	} {
		if m := tensor.Worst(narrow(c.got), c.want); m.Error > 1e-6 {
			t.Errorf("%s: %v, want %v", c.name, c.got, c.want)
		}
	}
}
