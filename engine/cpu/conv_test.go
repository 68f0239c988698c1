package cpu

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"tandem/engine/device"
)

func upload(t *testing.T, d *Device, words []float32) device.Buffer {
	t.Helper()
	b, err := d.Alloc(len(words))
	if err != nil {
		t.Fatal(err)
	}
	d.Upload(b, 0, words)
	return b
}

// spoiled returns a buffer full of NaN, for an output.
func spoiled(t *testing.T, d *Device, n int) device.Buffer {
	words := make([]float32, n)
	for i := range words {
		words[i] = float32(math.NaN())
	}
	return upload(t, d, words)
}

func download(t *testing.T, d *Device, b device.Buffer) []float32 {
	t.Helper()
	words := make([]float32, b.Len())
	if err := d.Download(b, 0, words); err != nil {
		t.Fatal(err)
	}
	return words
}

// The three passes against the plain sums they stand for.
func TestRandomConvolutions(t *testing.T) {
	rng := random(t)
	d := New(2)
	defer d.Close()
	for range 60 {
		p := randomConv(rng)
		t.Logf("%+v", p)
		x, w, dy := randomWords(rng, p.Size()), randomWords(rng, p.K*p.FilterSize()), randomWords(rng, p.OutSize())
		y, dx, dw := newSums(len(dy)), newSums(len(x)), newSums(len(w))
		eachProduct(p, func(i, j, k int) {
			y.add(k, x[i], w[j])
			dx.add(i, dy[k], w[j])
			dw.add(j, dy[k], x[i])
		})
		bx, bw, bdy := upload(t, d, x), upload(t, d, w), upload(t, d, dy)
		by, bdx, bdw := spoiled(t, d, len(dy)), spoiled(t, d, len(x)), spoiled(t, d, len(w))
		d.ConvForward(p, bx, bw, nil, by)
		d.ConvBackwardInput(p, bdy, bw, bdx)
		d.ConvBackwardWeights(p, bx, bdy, bdw, nil)
		y.check(t, "forward", download(t, d, by))
		dx.check(t, "input gradient", download(t, d, bdx))
		dw.check(t, "weight gradient", download(t, d, bdw))
	}
}

// Shapes that are cut into several blocks and parts, so that workers meet.
func TestMatrixWorkersDoNotChangeBits(t *testing.T) {
	conv := device.Conv{
		Image: device.Image{N: 9, C: 36, H: 21, W: 23}, K: 70, Groups: 2,
		Window: device.Window{KernelH: 3, KernelW: 5, StrideH: 1, StrideW: 1, PadTop: 1, PadLeft: 2, OutH: 21, OutW: 23},
	}
	local := device.Conv{
		Image: device.Image{N: 33, C: 6, H: 9, W: 9}, K: 10, Groups: 2,
		Window: device.Window{KernelH: 3, KernelW: 3, StrideH: 2, StrideW: 2, OutH: 4, OutW: 4},
	}
	passes := func(t *testing.T, d *Device, rng *rand.Rand) [][]float32 {
		return slices.Concat(
			convPasses(t, d, rng, conv, false),
			convPasses(t, d, rng, local, true),
			fcPasses(t, d, rng, device.FC{N: 37, In: 700, Out: 301}),
			fcPasses(t, d, rng, device.FC{N: 3, In: 700, Out: 301}))
	}
	seed := rand.Uint64()
	run := func(workers int) [][]float32 {
		d := New(workers)
		defer d.Close()
		return passes(t, d, rand.New(rand.NewPCG(seed, 0)))
	}
	want := run(1)
	for _, workers := range []int{2, 3, 7} {
		for i, got := range run(workers) {
			if !slices.EqualFunc(got, want[i], sameBits) {
				t.Errorf("seed %d, result %d: %d workers differ from one", seed, i, workers)
			}
		}
	}
}

func sameBits(a, b float32) bool { return math.Float32bits(a) == math.Float32bits(b) }

func convPasses(t *testing.T, d *Device, rng *rand.Rand, p device.Conv, local bool) [][]float32 {
	forward, input, weights := d.ConvForward, d.ConvBackwardInput, d.ConvBackwardWeights
	places := 1
	if local {
		forward, input, weights = d.LocalForward, d.LocalBackwardInput, d.LocalBackwardWeights
		places = p.OutH * p.OutW
	}
	nw, nb := p.K*p.FilterSize()*places, p.K*places
	x, w, b := upload(t, d, randomWords(rng, p.Size())), upload(t, d, randomWords(rng, nw)), upload(t, d, randomWords(rng, nb))
	y, dx, dw, db := spoiled(t, d, p.OutSize()), spoiled(t, d, p.Size()), spoiled(t, d, nw), spoiled(t, d, nb)
	forward(p, x, w, b, y)
	input(p, y, w, dx)
	weights(p, x, y, dw, db)
	return [][]float32{download(t, d, y), download(t, d, dx), download(t, d, dw), download(t, d, db)}
}

func fcPasses(t *testing.T, d *Device, rng *rand.Rand, p device.FC) [][]float32 {
	x, w, b := upload(t, d, randomWords(rng, p.N*p.In)), upload(t, d, randomWords(rng, p.In*p.Out)), upload(t, d, randomWords(rng, p.Out))
	y, dx := spoiled(t, d, p.N*p.Out), spoiled(t, d, p.N*p.In)
	dw, db := spoiled(t, d, p.In*p.Out), spoiled(t, d, p.Out)
	d.FCForward(p, x, w, b, y)
	d.FCBackwardInput(p, y, w, dx)
	d.FCBackwardWeights(p, x, y, dw, db)
	return [][]float32{download(t, d, y), download(t, d, dx), download(t, d, dw), download(t, d, db)}
}
