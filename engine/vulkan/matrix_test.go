//go:build cgo

package vulkan

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"tandem/engine/cpu"
	"tandem/engine/device"
	"tandem/engine/device/devicetest"
	"tandem/engine/tensor"
	"tandem/vk"
	"tandem/vk/vktest"
)

// Every tile keeps what gemm_tiled.glsl and gemm_direct.glsl ask for, and there
// is one for the smallest device.
func TestTiles(t *testing.T) {
	for _, shape := range tiledShapes {
		c := shape.tile
		switch {
		case c.threads != c.rows/c.tm*(c.cols/c.tn), c.rows%c.tm != 0, c.cols%c.tn != 0:
			t.Errorf("%+v: the invocations do not cover the tile", c)
		case c.tm%4 != 0, c.tn%4 != 0:
			t.Errorf("%+v: not in fours", c)
		case c.rows*c.depth%c.threads != 0, c.cols*c.depth%c.threads != 0:
			t.Errorf("%+v: the blocks do not divide among the invocations", c)
		case c.sharedBytes() > 32<<10:
			t.Errorf("%+v: %d bytes of shared memory", c, c.sharedBytes())
		}
	}
	small := &Device{tiled: true, bounds: limits{invocations: 128, shared: 16 << 10}}
	for _, rows := range []int{1, 48, 96, 1000} {
		if c := small.tileFor(rows, 1000); c.threads == 0 || c.threads > 128 || c.sharedBytes() > 16<<10 {
			t.Errorf("%d rows on a small device: %+v", rows, c)
		}
	}
	for _, lanes := range []int{0, 1, 2, 4, 8, 16, 32} {
		for _, rows := range []int{1, 7, 8, 9, 17, 1000} {
			d := &Device{bounds: limits{subgroup: lanes, invocations: 128}}
			c := d.tileFor(rows, 1000)
			if c.rows%c.tm != 0 || c.rows%c.threads != 0 || c.cols/c.threads%c.tn != 0 || c.cols%c.threads != 0 {
				t.Errorf("%d rows by vectors of %d: %+v", rows, lanes, c)
			}
		}
	}
}

// AlexNet's filters fill their tiles.
func TestTilesOfAlexNet(t *testing.T) {
	d := &Device{tiled: true, bounds: limits{invocations: 256, shared: 32 << 10}}
	for _, filters := range []int{96, 128, 192, 384} {
		if c := d.tileFor(filters, 10_000); filters%c.rows != 0 {
			t.Errorf("%d filters by tiles of %d", filters, c.rows)
		}
	}
}

// The weights of many groups, from a large batch, have as many parts as a grid
// holds.
func TestPartsOfManyGroups(t *testing.T) {
	d := &Device{tiled: true, bounds: limits{invocations: 256, shared: 32 << 10, groups: [3]int{65535, 65535, 65535}}}
	m := d.newProduct(1, 9, 128*224*224, 96, largestView)
	if n := m.parts * m.groups; n > 65535 || n < 60000 || m.parts*m.partLength < m.depth {
		t.Errorf("%d parts of %d groups, each %d deep", m.parts, m.groups, m.partLength)
	}
}

// Products are right where a kernel sees so little of a buffer that every factor,
// and the sums of all parts, need several calls; and where the phases of an input
// gradient are cut into parts of which some are empty.
func TestLargeProducts(t *testing.T) {
	r := rand.New(rand.NewPCG(devicetest.Seed(t), 0))
	window := device.Window{KernelH: 5, KernelW: 4, StrideH: 2, StrideW: 2, PadTop: 2, PadLeft: 1, OutH: 15, OutW: 16}
	deep := device.Window{KernelH: 5, KernelW: 5, StrideH: 4, StrideW: 2, PadTop: 1, PadLeft: 2, OutH: 4, OutW: 8}
	for _, l := range []struct {
		name       string
		limit      int // elements of a view
		dispatches int // at least
		layer      productLayer
	}{
		{"fc", 10_000, 20, fcLayer(device.FC{N: 150, In: 96, Out: 170})},
		{"conv", 40_000, 20, convLayer(device.Conv{Image: device.Image{N: 9, C: 16, H: 30, W: 31}, K: 12, Groups: 2, Window: window})},
		{"strides", 1 << 20, 10, convLayer(device.Conv{Image: device.Image{N: 2, C: 6, H: 14, W: 15}, K: 340, Groups: 2, Window: deep})},
	} {
		l.layer.draw(r)
		judge := cpu.New(0)
		want := l.layer.passes(t, judge)
		judge.Close()
		t.Run(l.name, func(t *testing.T) {
			vktest.Each(t, func(t *testing.T, p *vk.PhysicalDevice) {
				for k, name := range kernelNames {
					d := open(t, p, Options{Kernels: k})
					d.bounds.storageRange = l.limit
					compare(t, name+" kernels", l.layer.passes(t, d), want)
					if n := d.Counts().Dispatches; int(n) < l.dispatches {
						t.Errorf("%s kernels: %d dispatches", name, n)
					}
					d.Close()
				}
			})
		})
	}
}

// compare judges y, dx, dw and db by another device's, which sums in float32, too.
func compare(t *testing.T, name string, got, want [][]float32) {
	t.Helper()
	for i := range got {
		if m := tensor.Worst(got[i], widened(want[i])); !(m.Error < 1e-4) {
			t.Errorf("%s: %s: %v", name, [...]string{"y", "dx", "dw", "db"}[i], m)
		}
	}
}

// productLayer is a layer with its sizes, its input, weights, bias and output's
// gradient, and its calls.
type productLayer struct {
	x, w, b, dy []float32
	run         func(d device.Device, x, w, b, dy, y, dx, dw, db device.Buffer)
}

func fcLayer(p device.FC) productLayer {
	return productLayer{
		x: make([]float32, p.N*p.In), w: make([]float32, p.Out*p.In), b: make([]float32, p.Out), dy: make([]float32, p.N*p.Out),
		run: func(d device.Device, x, w, b, dy, y, dx, dw, db device.Buffer) {
			d.FCForward(p, x, w, b, y)
			d.FCBackwardInput(p, dy, w, dx)
			d.FCBackwardWeights(p, x, dy, dw, db)
		},
	}
}

func convLayer(p device.Conv) productLayer {
	return productLayer{
		x: make([]float32, p.Size()), w: make([]float32, p.K*p.FilterSize()), b: make([]float32, p.K), dy: make([]float32, p.OutSize()),
		run: func(d device.Device, x, w, b, dy, y, dx, dw, db device.Buffer) {
			d.ConvForward(p, x, w, b, y)
			d.ConvBackwardInput(p, dy, w, dx)
			d.ConvBackwardWeights(p, x, dy, dw, db)
		},
	}
}

func (l productLayer) draw(r *rand.Rand) {
	for _, x := range [][]float32{l.x, l.w, l.b, l.dy} {
		for i := range x {
			x[i] = float32(r.NormFloat64())
		}
	}
}

// passes returns y, dx, dw and db.
func (l productLayer) passes(t *testing.T, d device.Device) [][]float32 {
	t.Helper()
	load := func(x []float32) device.Buffer {
		b, err := d.Alloc(len(x))
		if err != nil {
			t.Fatal(err)
		}
		d.Upload(b, 0, x)
		return b
	}
	results := [][]float32{unset(len(l.dy)), unset(len(l.x)), unset(len(l.w)), unset(len(l.b))}
	var out []device.Buffer
	for _, x := range results {
		out = append(out, load(x))
	}
	l.run(d, load(l.x), load(l.w), load(l.b), load(l.dy), out[0], out[1], out[2], out[3])
	for i := range results {
		if err := d.Download(out[i], 0, results[i]); err != nil {
			t.Fatal(err)
		}
	}
	return results
}

// unset returns n elements that are no numbers.
func unset(n int) []float32 { return slices.Repeat([]float32{float32(math.NaN())}, n) }

func widened(x []float32) []float64 {
	y := make([]float64, len(x))
	for i := range x {
		y[i] = float64(x[i])
	}
	return y
}
