//go:build cgo

package vulkan

import (
	"testing"

	"tandem/engine/cpu"
	"tandem/engine/device"
	"tandem/engine/device/devicetest"
	"tandem/vk"
	"tandem/vk/vktest"
)

func openCPU(testing.TB) device.Device { return cpu.New(1) }

// Two logical devices of one card, devices of two vendors, and a device beside
// the CPU backend exchange data alike.
func TestLinked(t *testing.T) {
	vktest.Each(t, func(t *testing.T, p *vk.PhysicalDevice) {
		open := opener(p, Options{})
		t.Run("Itself", func(t *testing.T) { devicetest.Linked(t, open, open) })
		t.Run("CPU", func(t *testing.T) { devicetest.Linked(t, open, openCPU) })
		t.Run("FromCPU", func(t *testing.T) { devicetest.Linked(t, openCPU, open) })
		for _, other := range vktest.Instance(t, true).Devices() {
			if other.Index != p.Index {
				t.Run(other.Name, func(t *testing.T) { devicetest.Linked(t, open, opener(other, Options{})) })
			}
		}
	})
}
