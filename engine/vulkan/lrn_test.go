//go:build cgo

package vulkan

import (
	"math"
	"math/rand/v2"
	"testing"

	"tandem/engine/device"
	"tandem/engine/device/devicetest"
	"tandem/engine/tensor"
	"tandem/vk"
	"tandem/vk/vktest"
)

// Windows too large for registers, which the conformance suite does not have.
func TestLRNOfLargeWindows(t *testing.T) {
	r := rand.New(rand.NewPCG(devicetest.Seed(t), 0))
	vktest.Each(t, func(t *testing.T, p *vk.PhysicalDevice) {
		d := open(t, p, Options{})
		defer d.Close()
		for size := largestInRegisters; size < largestInRegisters+4; size++ {
			p := device.LRN{
				Image: device.Image{N: 2, C: 2 * (30 + r.IntN(30)), H: 3, W: 5},
				Size:  size, Alpha: 0.05, Beta: 0.75, K: 2, Groups: 2,
			}
			checkLRN(t, d, p, r)
		}
	})
}

// checkLRN compares both passes with normalization across maps in float64.
func checkLRN(t *testing.T, d *Device, p device.LRN, r *rand.Rand) {
	t.Helper()
	n := p.Image.Size()
	normal := func() float32 { return float32(r.NormFloat64()) }
	x, dy := filledBuffer(t, d, n, normal), filledBuffer(t, d, n, normal)
	y, dx := filledBuffer(t, d, n, nan), filledBuffer(t, d, n, nan)
	d.LRN(p, x, y)
	d.LRNBackward(p, x, dy, dx)
	wantY, wantDx := acrossMaps(p, download(t, d, x), download(t, d, dy))
	const tolerance = 1e-5 // the conformance suite's
	if m := tensor.Worst(download(t, d, y), wantY); !(m.Error <= tolerance) {
		t.Errorf("LRN of size %d: %v", p.Size, m)
	}
	if m := tensor.WorstAt(0.1, download(t, d, dx), wantDx); !(m.Error <= tolerance) {
		t.Errorf("LRNBackward of size %d: %v", p.Size, m)
	}
}

func nan() float32 { return float32(math.NaN()) }

// acrossMaps computes y and the gradient of sum(dy * y).
func acrossMaps(p device.LRN, x, dy []float32) (y, dx []float64) {
	n, area, group := p.Image.Size(), p.H*p.W, p.C/p.Groups
	y, dx = make([]float64, n), make([]float64, n)
	alpha, beta := float64(p.Alpha), float64(p.Beta)
	for i := range n {
		var near []int
		for c := -p.Size / 2; c < p.Size-p.Size/2; c++ {
			if at := i/area%group + c; at >= 0 && at < group {
				near = append(near, i+c*area)
			}
		}
		s := float64(p.K)
		for _, j := range near {
			s += alpha * float64(x[j]) * float64(x[j])
		}
		power := math.Pow(s, -beta)
		y[i] = float64(x[i]) * power
		dx[i] += float64(dy[i]) * power
		for _, j := range near {
			dx[j] -= 2 * alpha * beta * float64(dy[i]) * y[i] / s * float64(x[j])
		}
	}
	return y, dx
}

// What overflows normalizes its neighbours to zero, and NaN spreads to its
// neighbours alone, whichever power is asked for.
func TestLRNOfExtremes(t *testing.T) {
	const width = 16
	vktest.Each(t, func(t *testing.T, physical *vk.PhysicalDevice) {
		d := open(t, physical, Options{})
		defer d.Close()
		for _, beta := range []float32{0.75, 0.6} {
			p := device.LRN{
				Image: device.Image{N: 1, C: 7, H: 1, W: width},
				Size:  3, Alpha: 1e-4, Beta: beta, K: 2, Groups: 1,
			}
			i := 0
			x := filledBuffer(t, d, p.Image.Size(), func() float32 {
				c := i / width
				i++
				return []float32{1, 1e20, 1, 1, 1, nan(), 1}[c]
			})
			y := filledBuffer(t, d, p.Image.Size(), func() float32 { return -1 })
			d.LRN(p, x, y)
			for i, v := range download(t, d, y) {
				switch c := i / width; {
				case c <= 2 && v != 0:
					t.Errorf("beta %g, channel %d, beside 1e20: got %g, want 0", beta, c, v)
				case c == 3 && !(v > 0.5 && v < 0.7): // 2^-beta
					t.Errorf("beta %g, channel 3, between: got %g, want 2^-%g", beta, v, beta)
				case c >= 4 && v == v:
					t.Errorf("beta %g, channel %d, beside NaN: got %g, want NaN", beta, c, v)
				}
			}
		}
	})
}
