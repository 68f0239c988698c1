//go:build cgo

package vk

// #include <stdlib.h>
// #include "shim_instance.h"
import "C"

import (
	"slices"
	"strings"
	"unsafe"

	vulkan "github.com/vulkan-go/vulkan"
)

// findDevices asks for all devices. That none is there is an error of its own
// to some loaders, as when a driver is installed and its GPU is not.
func (i *Instance) findDevices() ([]*PhysicalDevice, error) {
	handles, result := i.enumerate()
	if result == InitializationFailed {
		return nil, nil
	}
	if err := check("vkEnumeratePhysicalDevices", result); err != nil {
		return nil, err
	}
	var all []*PhysicalDevice
	for n, h := range handles {
		p := &PhysicalDevice{Index: n, instance: i, handle: h}
		p.describe()
		all = append(all, p)
	}
	return all, nil
}

// enumerate asks again while devices come in between the two calls.
func (i *Instance) enumerate() ([]vulkan.PhysicalDevice, Result) {
	for {
		var n uint32
		if r := Result(vulkan.EnumeratePhysicalDevices(i.handle, &n, nil)); r != Success || n == 0 {
			return nil, r
		}
		handles := make([]vulkan.PhysicalDevice, n)
		if r := Result(vulkan.EnumeratePhysicalDevices(i.handle, &n, handles)); r != Incomplete {
			return handles[:n], r
		}
	}
}

func (p *PhysicalDevice) cHandle() C.VkPhysicalDevice {
	return C.VkPhysicalDevice(unsafe.Pointer(p.handle))
}

func (p *PhysicalDevice) describe() {
	p.describeBasics()
	p.describeExtensions()
	p.describeFacts()
	p.describeMemory()
	p.describeQueues()
}

func (p *PhysicalDevice) describeBasics() {
	var v vulkan.PhysicalDeviceProperties
	vulkan.GetPhysicalDeviceProperties(p.handle, &v)
	defer v.Free()
	v.Deref()
	v.Limits.Deref()
	p.APIVersion = usable(Version(v.ApiVersion), p.instance.loader)
	p.Name = vulkan.ToString(v.DeviceName[:])
	p.VendorID, p.DeviceID = v.VendorID, v.DeviceID
	p.Vendor = vendorName(v.VendorID)
	p.Kind = kindName(uint32(v.DeviceType))
	p.Driver = "version " + driverVersion(v.VendorID, v.DriverVersion)
	p.Limits = limitsOf(&v.Limits)
}

// usable is what device and loader can do together. Loaders since Vulkan 1.1
// pass on what they do not know themselves.
func usable(device, loader Version) Version {
	if loader < MakeVersion(1, 1, 0) {
		return min(device, loader)
	}
	return device
}

func limitsOf(v *vulkan.PhysicalDeviceLimits) Limits {
	l := Limits{
		WorkgroupInvocations: int(v.MaxComputeWorkGroupInvocations),
		WorkgroupSizeX:       int(v.MaxComputeWorkGroupSize[0]),
		SharedMemory:         int(v.MaxComputeSharedMemorySize),
		StorageRange:         int64(v.MaxStorageBufferRange),
		StorageAlignment:     int(v.MinStorageBufferOffsetAlignment),
		StorageBuffers:       int(min(v.MaxPerStageDescriptorStorageBuffers, v.MaxDescriptorSetStorageBuffers)),
		PushConstants:        int(v.MaxPushConstantsSize),
		TimestampPeriod:      float64(v.TimestampPeriod),
		MaxAllocations:       int64(v.MaxMemoryAllocationCount),
		NonCoherentAtom:      int(v.NonCoherentAtomSize),
	}
	for i, n := range v.MaxComputeWorkGroupCount {
		l.WorkgroupCount[i] = int(n)
	}
	return l
}

func (p *PhysicalDevice) describeExtensions() {
	var n C.uint32_t
	list := C.shimExtensions(p.instance.procAddr, p.instance.cHandle(), p.cHandle(), &n)
	defer C.free(unsafe.Pointer(list))
	for _, e := range unsafe.Slice(list, n) {
		p.Extensions = append(p.Extensions, C.GoString(&e.extensionName[0]))
	}
	slices.Sort(p.Extensions)
	p.Features.MemoryBudget = p.HasExtension("VK_EXT_memory_budget")
	p.Features.Portability = p.HasExtension("VK_KHR_portability_subset")
}

// HasExtension tells whether the device knows the extension.
func (p *PhysicalDevice) HasExtension(name string) bool {
	_, found := slices.BinarySearch(p.Extensions, name)
	return found
}

func (p *PhysicalDevice) describeFacts() {
	var hostMemory C.int
	if p.HasExtension("VK_EXT_external_memory_host") {
		hostMemory = 1
	}
	var facts C.shimFacts
	C.shimDescribe(p.instance.procAddr, p.instance.cHandle(), p.cHandle(), C.uint32_t(p.APIVersion), hostMemory, &facts)
	for i, b := range facts.uuid {
		p.UUID[i] = byte(b)
	}
	p.Limits.SubgroupSize = int(facts.subgroupSize)
	p.Limits.MaxAllocation = int64(facts.maxAllocation)
	p.Limits.HostPointerAlignment = int(facts.hostPointerAlignment)
	p.Features.Subgroup = SubgroupOps(facts.subgroupOperations)
	p.Features.TimelineSemaphore = facts.timelineSemaphore != 0
	p.Features.Float16 = facts.float16 != 0
	p.Features.Storage16 = facts.storage16 != 0
	name, info := C.GoString(&facts.driverName[0]), C.GoString(&facts.driverInfo[0])
	if name != "" {
		p.Driver = strings.TrimSpace(name + " " + info)
	}
}

func (p *PhysicalDevice) describeMemory() {
	var v vulkan.PhysicalDeviceMemoryProperties
	vulkan.GetPhysicalDeviceMemoryProperties(p.handle, &v)
	defer v.Free()
	v.Deref()
	for _, t := range v.MemoryTypes[:v.MemoryTypeCount] {
		t.Deref()
		p.MemoryTypes = append(p.MemoryTypes, MemoryType{Heap: int(t.HeapIndex), Flags: MemoryFlags(t.PropertyFlags)})
	}
	for _, h := range v.MemoryHeaps[:v.MemoryHeapCount] {
		h.Deref()
		p.Heaps = append(p.Heaps, Heap{Bytes: int64(h.Size), DeviceLocal: h.Flags&1 != 0})
	}
}

func (p *PhysicalDevice) describeQueues() {
	var families [16]C.VkQueueFamilyProperties
	n := C.uint32_t(len(families))
	C.shimQueueFamilies(p.instance.procAddr, p.instance.cHandle(), p.cHandle(), &n, &families[0])
	for _, f := range families[:n] {
		p.QueueFamilies = append(p.QueueFamilies, QueueFamily{
			Compute:       f.queueFlags&C.VK_QUEUE_COMPUTE_BIT != 0,
			Graphics:      f.queueFlags&C.VK_QUEUE_GRAPHICS_BIT != 0,
			Transfer:      f.queueFlags&C.VK_QUEUE_TRANSFER_BIT != 0,
			Count:         int(f.queueCount),
			TimestampBits: int(f.timestampValidBits),
		})
	}
}
