//go:build cgo

package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"unsafe"

	"tandem/cmd/desktop/internal/system"
	"tandem/engine/device"
	"tandem/engine/vulkan"
	"tandem/vk"
)

// vulkanSupport is what `tandem version` says of Vulkan.
const vulkanSupport = "built in"

// findGPUs opens Vulkan, which stays open until close.
func findGPUs() *gpus {
	instance, err := vk.NewInstance(vk.InstanceOptions{})
	if errors.Is(err, vk.ErrNoLoader) && os.Getenv(vk.LoaderVariable) == "" {
		instance, err = instanceOfGLFW(err)
	}
	if err != nil {
		return &gpus{missing: err.Error(), close: func() {}}
	}
	g := &gpus{close: func() { instance.Close() }, missing: "Vulkan is installed, but no driver offers a device"}
	for _, p := range instance.Devices() {
		line := describeGPU(p)
		g.found = append(g.found, gpu{line, func(o gpuOptions) (device.Device, []string, error) { return openGPU(line.ID, p, o) }})
	}
	return g
}

// instanceOfGLFW opens the Vulkan that GLFW finds, where the system's loader is not
// found as usual. Without any, it returns the error that says so.
func instanceOfGLFW(missing error) (instance *vk.Instance, err error) {
	var proc unsafe.Pointer
	onMain(func() { proc = system.VulkanProcAddr() })
	if proc == nil {
		return nil, missing
	}
	return vk.NewInstance(vk.InstanceOptions{ProcAddr: proc})
}

var kernelChoices = map[string]vulkan.Kernels{"": vulkan.Auto, "tiled": vulkan.Tiled, "direct": vulkan.Direct}

func openGPU(id string, p *vk.PhysicalDevice, o gpuOptions) (device.Device, []string, error) {
	d, err := vulkan.Open(id, p, vulkan.Options{Kernels: kernelChoices[o.kernels], Budget: o.budget, CacheFile: cacheFile(p.UUID)})
	if err != nil {
		return nil, nil, err
	}
	return d, d.Notes(), nil
}

// isOutOfMemory tells whether a device had no memory left.
func isOutOfMemory(err error) bool {
	var full *vk.OutOfMemory
	return errors.As(err, &full)
}

// cacheFile names the file of a device's compiled kernels, "" where there is no
// place for it.
func cacheFile(uuid [16]byte) string {
	base, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	dir := filepath.Join(base, "tandem")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return ""
	}
	return filepath.Join(dir, fmt.Sprintf("pipelines-%x.bin", uuid))
}

func describeGPU(p *vk.PhysicalDevice) deviceLine {
	l := deviceLine{
		ID: fmt.Sprintf("vulkan:%d", p.Index), Name: p.Name, Vendor: p.Vendor, Kind: p.Kind, Driver: p.Driver,
		API: p.APIVersion.String(), UUID: fmt.Sprintf("%x", p.UUID), Limits: describeLimits(p.Limits),
		Why: p.Unsuitable(),
	}
	l.Usable = l.Why == ""
	for _, h := range p.Heaps {
		l.Heaps = append(l.Heaps, heapLine{h.Bytes, h.DeviceLocal})
	}
	for _, q := range p.QueueFamilies {
		l.Queues = append(l.Queues, queueLine{q.Count, q.Compute, q.Graphics, q.Transfer, q.TimestampBits})
	}
	l.MemoryMB = l.local() >> 20
	return l
}

func describeLimits(l vk.Limits) *limitLine {
	return &limitLine{
		WorkgroupInvocations: l.WorkgroupInvocations, WorkgroupSizeX: l.WorkgroupSizeX, WorkgroupCount: l.WorkgroupCount,
		SharedMemory: l.SharedMemory, StorageRange: l.StorageRange, StorageAlignment: l.StorageAlignment,
		StorageBuffers: l.StorageBuffers, PushConstants: l.PushConstants, SubgroupSize: l.SubgroupSize,
		TimestampPeriod: l.TimestampPeriod, MaxAllocations: l.MaxAllocations, MaxAllocation: l.MaxAllocation,
	}
}
