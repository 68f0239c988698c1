//go:build cgo

package survey

import (
	"math"
	"testing"

	"tandem/engine/device"
	"tandem/engine/vulkan"
	"tandem/vk"
	"tandem/vk/vktest"
)

func TestSurveyOnVulkan(t *testing.T) {
	ds := noise{images, 1, 13}
	p := naivePass(t, ds, all.Layers)
	vktest.Each(t, func(t *testing.T, gpu *vk.PhysicalDevice) {
		d, err := vulkan.Open("vulkan", gpu, vulkan.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		m := newTowers(t, 8, []device.Device{d})
		s := surveyed(t, m, ds, all)
		checkPass(t, s, p)
		checkOutcomes(t, s, p)
		m.Close()
		sameAscent(t, d)
	})
}

// sameAscent walks three steps there and on the CPU.
func sameAscent(t *testing.T, d device.Device) {
	t.Helper()
	walk := func(d device.Device) []float32 {
		m := withGradient(t, twoTowers, 2, []device.Device{d})
		defer m.Close()
		_, x := climbed(t, m, "conv2", []int{1, 6}, plain(m), 3)
		return x.Data
	}
	got, want := walk(d), walk(cpus(t, 1)[0])
	for i := range want {
		if math.Abs(float64(got[i]-want[i])) > 1e-2 {
			t.Fatalf("pixel %d: %g, %g on the CPU", i, got[i], want[i])
		}
	}
}
