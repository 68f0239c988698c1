//go:build cgo

package vulkan

import (
	"math"
	"math/rand/v2"
	"testing"

	"tandem/engine/device"
	"tandem/engine/device/devicetest"
	"tandem/vk"
	"tandem/vk/vktest"
)

// divisor against the processor's division, around multiples and at the ends.
func TestDivisor(t *testing.T) {
	r := rand.New(rand.NewPCG(devicetest.Seed(t), 0))
	for range 100_000 {
		d := 1 + r.Uint32()>>(1+r.IntN(31))
		by := divisor(int(d))
		multiple := r.Uint32() / d * d
		for _, n := range []uint32{0, multiple, multiple - 1, multiple + 1, d - 1, r.Uint32(), 1<<31 - 1} {
			n &= 1<<31 - 1
			high := uint32(uint64(n) * uint64(by[0]) >> 32)
			if got := (high + n) >> by[1]; got != n/d {
				t.Fatalf("%d / %d: got %d, want %d", n, d, got, n/d)
			}
		}
	}
}

// windowOperation is a call on buffers that hold the sizes it needs.
type windowOperation struct {
	name    string
	in, out []int
	call    func(d *Device, in, out []device.Buffer)
}

var (
	testImage  = device.Image{N: 5, C: 8, H: 8, W: 9}
	testWindow = device.Window{KernelH: 3, KernelW: 2, StrideH: 2, StrideW: 1, PadTop: 1, PadLeft: 1, OutH: 4, OutW: 10}
)

func windowOperations() []windowOperation {
	pool := device.Pool{Image: testImage, Window: testWindow}
	local := device.Conv{Image: testImage, K: 8, Groups: 2, Window: testWindow}
	x, pooled, y := testImage.Size(), pool.OutSize(), local.OutSize()
	w, b := 40*local.K*local.FilterSize(), 40*local.K
	return append(normalizations(x),
		windowOperation{"MaxPool", []int{x}, []int{pooled, pooled}, func(d *Device, in, out []device.Buffer) {
			d.MaxPool(pool, in[0], out[0], out[1])
		}},
		windowOperation{"MaxPoolBackward", []int{pooled, pooled}, []int{x}, func(d *Device, in, out []device.Buffer) {
			d.MaxPoolBackward(pool, in[0], in[1], out[0])
		}},
		windowOperation{"AvgPool", []int{x}, []int{pooled}, func(d *Device, in, out []device.Buffer) {
			d.AvgPool(pool, in[0], out[0])
		}},
		windowOperation{"AvgPoolBackward", []int{pooled}, []int{x}, func(d *Device, in, out []device.Buffer) {
			d.AvgPoolBackward(pool, in[0], out[0])
		}},
		windowOperation{"LocalForward", []int{x, w, b}, []int{y}, func(d *Device, in, out []device.Buffer) {
			d.LocalForward(local, in[0], in[1], in[2], out[0])
		}},
		windowOperation{"LocalBackwardInput", []int{y, w}, []int{x}, func(d *Device, in, out []device.Buffer) {
			d.LocalBackwardInput(local, in[0], in[1], out[0])
		}},
		windowOperation{"LocalBackwardWeights", []int{x, y}, []int{w, b}, func(d *Device, in, out []device.Buffer) {
			d.LocalBackwardWeights(local, in[0], in[1], out[0], out[1])
		}})
}

func normalizations(x int) (list []windowOperation) {
	p := device.LRN{Image: testImage, Size: 3, Alpha: 0.3, Beta: 0.75, K: 2, Groups: 2}
	large, same := p, p
	large.Size = largestInRegisters + 1
	same.Groups, same.SameMap = 1, true
	for i, p := range []device.LRN{p, large, same} {
		kind := []string{"across maps", "across many maps", "in the same map"}[i]
		list = append(list,
			windowOperation{"LRN " + kind, []int{x}, []int{x}, func(d *Device, in, out []device.Buffer) {
				d.LRN(p, in[0], out[0])
			}},
			windowOperation{"LRNBackward " + kind, []int{x, x}, []int{x}, func(d *Device, in, out []device.Buffer) {
				d.LRNBackward(p, in[0], in[1], out[0])
			}})
	}
	return list
}

// Where a kernel sees little of a buffer, operations work in parts, with the
// same results to the bit.
func TestWindowsInParts(t *testing.T) {
	seed := devicetest.Seed(t)
	const room = 1500 // elements: two images, or the weights of seven positions
	vktest.Each(t, func(t *testing.T, p *vk.PhysicalDevice) {
		d := open(t, p, Options{})
		defer d.Close()
		all := d.bounds.storageRange
		for _, o := range windowOperations() {
			d.bounds.storageRange = all
			want, calls := o.run(t, d, seed)
			d.bounds.storageRange = room
			got, parts := o.run(t, d, seed)
			if parts <= calls {
				t.Errorf("%s was not done in parts", o.name)
			}
			for i := range want {
				if g := math.Float32bits(got[i]); g != math.Float32bits(want[i]) {
					t.Errorf("%s: element %d is %g in parts, %g in one", o.name, i, got[i], want[i])
					break
				}
			}
		}
	})
}

// run returns the outputs one after the other and how many kernels ran. Inputs
// are small whole numbers, as places in a window are; outputs hold NaN before.
func (o windowOperation) run(t *testing.T, d *Device, seed uint64) (results []float32, dispatches int64) {
	r := rand.New(rand.NewPCG(seed, 1))
	fill := func(sizes []int, next func() float32) (list []device.Buffer) {
		for _, n := range sizes {
			list = append(list, filledBuffer(t, d, n, next))
		}
		return list
	}
	in := fill(o.in, func() float32 { return float32(r.IntN(6)) })
	out := fill(o.out, func() float32 { return float32(math.NaN()) })
	before := d.Counts().Dispatches
	o.call(d, in, out)
	for _, b := range out {
		results = append(results, download(t, d, b)...)
	}
	dispatches = d.Counts().Dispatches - before // submitted by now
	for _, b := range append(in, out...) {
		d.Free(b)
	}
	return results, dispatches
}

func filledBuffer(t *testing.T, d *Device, n int, next func() float32) device.Buffer {
	t.Helper()
	b, err := d.Alloc(n)
	if err != nil {
		t.Fatal(err)
	}
	x := make([]float32, n)
	for i := range x {
		x[i] = next()
	}
	d.Upload(b, 0, x)
	return b
}
