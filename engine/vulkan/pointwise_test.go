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

// eachDevice opens a device of each driver in both kinds of kernels.
func eachDevice(t *testing.T, f func(t *testing.T, d *Device)) {
	vktest.Each(t, func(t *testing.T, p *vk.PhysicalDevice) {
		for _, k := range []Kernels{Direct, Tiled} {
			t.Run(kernelNames[k], func(t *testing.T) {
				d := open(t, p, Options{Kernels: k})
				defer d.Close()
				f(t, d)
			})
		}
	})
}

func upload(t *testing.T, d *Device, x []float32) device.Buffer {
	t.Helper()
	b, err := d.Alloc(len(x))
	if err != nil {
		t.Fatal(err)
	}
	d.Upload(b, 0, x)
	return b
}

func download(t *testing.T, d *Device, b device.Buffer) []float32 {
	t.Helper()
	x := make([]float32, b.Len())
	if err := d.Download(b, 0, x); err != nil {
		t.Fatal(err)
	}
	return x
}

// Small arguments of tanh, which the conformance suite judges by the scale of
// their neighbours, keep their own precision, and large ones give 1.
func TestTanhOfSmallAndLarge(t *testing.T) {
	r := rand.New(rand.NewPCG(devicetest.Seed(t), 0))
	var x []float32
	for exponent := -30.0; exponent < 3; exponent += 0.01 {
		x = append(x, float32(math.Copysign(math.Exp2(exponent+r.Float64()/100), r.Float64()-0.5)))
	}
	x = append(x, 1e5, -1e5, math.MaxFloat32, -math.MaxFloat32, float32(math.Inf(1)), float32(math.Inf(-1)))
	eachDevice(t, func(t *testing.T, d *Device) {
		b := upload(t, d, x)
		d.Activate(device.Activation{N: len(x), F: device.Tanh}, b, b)
		for i, got := range download(t, d, b) {
			want := math.Tanh(float64(x[i]))
			if e := math.Abs(float64(got)-want) / math.Abs(want); !(e <= 1e-6) {
				t.Fatalf("tanh(%g) = %g, want %g, relative error %g", x[i], got, want, e)
			}
		}
	})
}
