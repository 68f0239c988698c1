//go:build cgo

package vulkan

import (
	"strings"
	"testing"

	"tandem/engine/device"
	"tandem/engine/device/devicetest"
	"tandem/vk"
	"tandem/vk/vktest"
)

var kernelNames = map[Kernels]string{Tiled: "Tiled", Direct: "Direct"}

// Every kernel on every driver, watched by the validation layer; on lavapipe in
// both ways of computing products.
func TestConformance(t *testing.T) {
	vktest.Each(t, func(t *testing.T, p *vk.PhysicalDevice) {
		skipSlow(t, p)
		for _, k := range []Kernels{Direct, Tiled} {
			if k == Tiled && (testing.Short() || strings.HasPrefix(p.Name, "SwiftShader")) {
				continue // it would take as long again
			}
			t.Run(kernelNames[k], func(t *testing.T) {
				devicetest.Run(t, opener(p, Options{Kernels: k}))
			})
		}
	})
}

// skipSlow leaves SwiftShader out of short runs: it takes minutes.
func skipSlow(t *testing.T, p *vk.PhysicalDevice) {
	if testing.Short() && strings.HasPrefix(p.Name, "SwiftShader") {
		t.Skip("short: lavapipe stands for it")
	}
}

func opener(p *vk.PhysicalDevice, o Options) devicetest.Open {
	return func(t testing.TB) device.Device { return open(t, p, o) }
}

// open is for tests that close the device themselves.
func open(t testing.TB, p *vk.PhysicalDevice, o Options) *Device {
	t.Helper()
	d, err := Open("vulkan", p, o)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
