//go:build cgo

package vk

import "fmt"

// What the kernels are written for. All but the storage buffers and shuffles is
// what Vulkan promises of any device; the table in package shaders has the
// largest kernel, and those of products hold shuffles, which only drivers that run
// on the processor come to.
const (
	needInvocations    = 128
	needSharedMemory   = 16 << 10
	needStorageRange   = 128 << 20
	needStorageBuffers = 8
	needPushConstants  = 128
)

// Unsuitable returns "", or in one line why Tandem cannot use the device.
func (p *PhysicalDevice) Unsuitable() string {
	for _, look := range []func(*PhysicalDevice) string{lackedVersion, lackedFeature, lackedLimit, lackedQueue, lackedMemory} {
		if why := look(p); why != "" {
			return why
		}
	}
	return ""
}

func lackedVersion(p *PhysicalDevice) string {
	if p.APIVersion >= needVersion {
		return ""
	}
	if p.instance != nil && p.instance.loader < MakeVersion(1, 1, 0) {
		return fmt.Sprintf("Tandem needs Vulkan 1.2, and the Vulkan loader installed here has %v", p.instance.loader)
	}
	return fmt.Sprintf("Tandem needs Vulkan 1.2, its driver has %v", p.APIVersion)
}

func lackedFeature(p *PhysicalDevice) string {
	if !p.Features.TimelineSemaphore {
		return "its driver has no timeline semaphores"
	}
	if p.Features.Subgroup&SubgroupShuffle == 0 {
		return "its driver has no shuffles within subgroups"
	}
	return ""
}

func lackedLimit(p *PhysicalDevice) string {
	l := &p.Limits
	for _, n := range []struct {
		format    string
		has, need int64
	}{
		{"its workgroups hold %d invocations, Tandem needs %d", int64(min(l.WorkgroupInvocations, l.WorkgroupSizeX)), needInvocations},
		{"its workgroups share %d bytes of memory, Tandem needs %d", int64(l.SharedMemory), needSharedMemory},
		{"its shaders see %d bytes of a buffer, Tandem needs %d", l.StorageRange, needStorageRange},
		{"its shaders see %d buffers at once, Tandem needs %d", int64(l.StorageBuffers), needStorageBuffers},
		{"it has %d bytes of push constants, Tandem needs %d", int64(l.PushConstants), needPushConstants},
	} {
		if n.has < n.need {
			return fmt.Sprintf(n.format, n.has, n.need)
		}
	}
	return ""
}

func lackedQueue(p *PhysicalDevice) string {
	for _, f := range p.QueueFamilies {
		if f.Compute && f.Count > 0 {
			return ""
		}
	}
	return "it has no queue for compute"
}

// lackedMemory looks for the memory that staging needs: visible to the host
// without flushing.
func lackedMemory(p *PhysicalDevice) string {
	const want = HostVisible | HostCoherent
	for _, t := range p.MemoryTypes {
		if t.Flags&want == want {
			return ""
		}
	}
	return "it has no memory that the processor can write to"
}
