//go:build cgo

package vk

import (
	"strings"
	"testing"
)

// suitable is a device that has what Tandem needs, and no more.
func suitable() *PhysicalDevice {
	return &PhysicalDevice{
		APIVersion: MakeVersion(1, 2, 0),
		Limits: Limits{
			WorkgroupInvocations: 128, WorkgroupSizeX: 128, SharedMemory: 16384,
			StorageRange: 1 << 27, StorageBuffers: needStorageBuffers, PushConstants: 128,
		},
		Features:      Features{TimelineSemaphore: true, Subgroup: SubgroupShuffle},
		QueueFamilies: []QueueFamily{{Transfer: true, Count: 2}, {Compute: true, Count: 1}},
		MemoryTypes:   []MemoryType{{0, DeviceLocal}, {0, HostVisible | HostCached}, {0, HostVisible | HostCoherent}},
	}
}

func TestUnsuitableNamesWhatIsMissing(t *testing.T) {
	if why := suitable().Unsuitable(); why != "" {
		t.Errorf("a suitable device: %q", why)
	}
	old := &Instance{loader: MakeVersion(1, 0, 65)}
	for _, c := range []struct {
		want  string
		spoil func(p *PhysicalDevice)
	}{
		{"Tandem needs Vulkan 1.2, its driver has 1.1.130", func(p *PhysicalDevice) { p.APIVersion = MakeVersion(1, 1, 130) }},
		{"Tandem needs Vulkan 1.2, its driver has 1.0.3", func(p *PhysicalDevice) { p.APIVersion = MakeVersion(1, 0, 3) }},
		{"the Vulkan loader installed here has 1.0.65", func(p *PhysicalDevice) { p.APIVersion, p.instance = MakeVersion(1, 0, 65), old }},
		{"timeline semaphores", func(p *PhysicalDevice) { p.Features.TimelineSemaphore = false }},
		{"shuffles within subgroups", func(p *PhysicalDevice) { p.Features.Subgroup = ^SubgroupShuffle }},
		{"its workgroups hold 64 invocations, Tandem needs 128", func(p *PhysicalDevice) { p.Limits.WorkgroupInvocations = 64 }},
		{"its workgroups hold 127 invocations, Tandem needs 128", func(p *PhysicalDevice) { p.Limits.WorkgroupSizeX = 127 }},
		{"share 16383 bytes", func(p *PhysicalDevice) { p.Limits.SharedMemory-- }},
		{"see 134217727 bytes of a buffer", func(p *PhysicalDevice) { p.Limits.StorageRange-- }},
		{"see 4 buffers at once", func(p *PhysicalDevice) { p.Limits.StorageBuffers = 4 }},
		{"127 bytes of push constants", func(p *PhysicalDevice) { p.Limits.PushConstants-- }},
		{"no queue for compute", func(p *PhysicalDevice) { p.QueueFamilies[1].Compute = false }},
		{"no queue for compute", func(p *PhysicalDevice) { p.QueueFamilies[1].Count = 0 }},
		{"no memory that the processor can write to", func(p *PhysicalDevice) { p.MemoryTypes = p.MemoryTypes[:2] }},
	} {
		p := suitable()
		c.spoil(p)
		if why := p.Unsuitable(); !strings.Contains(why, c.want) || strings.Contains(why, "\n") {
			t.Errorf("%q, want one line with %q", why, c.want)
		}
	}
}

func TestVersions(t *testing.T) {
	if v := MakeVersion(1, 3, 239); v.String() != "1.3.239" || uint32(v) != 1<<22|3<<12|239 {
		t.Errorf("%v, %#x", v, uint32(v))
	}
	for _, c := range []struct{ device, loader, usable, wanted Version }{
		{MakeVersion(1, 3, 230), MakeVersion(1, 0, 0), MakeVersion(1, 0, 0), MakeVersion(1, 0, 0)},
		{MakeVersion(1, 3, 230), MakeVersion(1, 1, 70), MakeVersion(1, 3, 230), MakeVersion(1, 2, 0)},
		{MakeVersion(1, 0, 3), MakeVersion(1, 3, 239), MakeVersion(1, 0, 3), MakeVersion(1, 2, 0)},
		{MakeVersion(1, 1, 3), MakeVersion(1, 0, 65), MakeVersion(1, 0, 65), MakeVersion(1, 0, 0)},
	} {
		if got := usable(c.device, c.loader); got != c.usable {
			t.Errorf("device %v with loader %v: %v, want %v", c.device, c.loader, got, c.usable)
		}
		if got := wantedVersion(c.loader); got != c.wanted {
			t.Errorf("loader %v is asked for %v, want %v", c.loader, got, c.wanted)
		}
	}
}

func TestNames(t *testing.T) {
	for _, c := range [][2]string{
		{vendorName(0x10DE), "NVIDIA"},
		{vendorName(0x10005), "Mesa"},
		{vendorName(0xbeef), "vendor 0xbeef"},
		{kindName(0), "other"},
		{kindName(1), "integrated"},
		{kindName(2), "discrete"},
		{kindName(3), "virtual"},
		{kindName(4), "software"},
		{kindName(99), "other"},
		{driverVersion(0x10DE, 535<<22|104<<14|5<<6), "535.104.5"},
		{driverVersion(0x1002, uint32(MakeVersion(2, 0, 287))), "2.0.287"},
		{OutOfDeviceMemory.String(), "VK_ERROR_OUT_OF_DEVICE_MEMORY"},
		{Result(-77).String(), "VkResult -77"},
		{(&Error{"vkQueueSubmit", DeviceLost}).Error(), "vkQueueSubmit: VK_ERROR_DEVICE_LOST"},
	} {
		if c[0] != c[1] {
			t.Errorf("%q, want %q", c[0], c[1])
		}
	}
	if check("vkX", Timeout) != nil || check("vkX", DeviceLost) == nil {
		t.Error("results from zero up are no errors, those below are")
	}
}

func TestOpenDevicesKeepTheInstance(t *testing.T) {
	i := &Instance{}
	if err := i.retain(); err == nil {
		t.Error("a closed instance was retained")
	}
	i.users = 1
	if err := i.Close(); err == nil || !strings.Contains(err.Error(), "1 of its devices") {
		t.Errorf("closing under an open device: %v", err)
	}
	i.release()
	if err := i.Close(); err != nil {
		t.Error(err)
	}
}

func TestInstanceErrors(t *testing.T) {
	if err := instanceError(IncompatibleDriver); !strings.HasPrefix(err.Error(), "Vulkan is installed, but no driver for it: ") {
		t.Error(err)
	}
	if err := instanceError(OutOfHostMemory); err.Error() != "cannot open Vulkan: vkCreateInstance: VK_ERROR_OUT_OF_HOST_MEMORY" {
		t.Error(err)
	}
	if err := instanceError(Success); err != nil {
		t.Error(err)
	}
}
