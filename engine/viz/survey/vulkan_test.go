//go:build cgo

package survey

import (
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
	})
}
