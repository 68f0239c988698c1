//go:build cgo

package saliency

import (
	"testing"

	"tandem/engine/device"
	"tandem/engine/vulkan"
	"tandem/vk"
	"tandem/vk/vktest"
)

func init() {
	onVulkan = func(t *testing.T, f func(*testing.T, ...device.Device)) {
		vktest.Each(t, func(t *testing.T, p *vk.PhysicalDevice) {
			d, err := vulkan.Open("vulkan", p, vulkan.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer d.Close()
			f(t, d)
		})
	}
}
