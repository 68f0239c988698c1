//go:build cgo

package vk

import (
	"fmt"

	vulkan "github.com/vulkan-go/vulkan"
)

// PhysicalDevice is a device as its driver describes it.
type PhysicalDevice struct {
	Index    int    // in Instance.Devices
	Name     string // "NVIDIA H100 80GB HBM3", "llvmpipe (LLVM 15.0.6, 256 bits)"
	Vendor   string // of the hardware, or of a driver without hardware
	Driver   string // name and version: "llvmpipe, Mesa 22.3.6 (LLVM 15.0.6)"
	Kind     string // "discrete", "integrated", "virtual", "software" or "other"
	VendorID uint32
	DeviceID uint32
	// APIVersion is what the device and the loader both have.
	APIVersion    Version
	UUID          [16]byte // the same on every start and in every process; zero before Vulkan 1.1
	Limits        Limits
	Features      Features
	Heaps         []Heap
	MemoryTypes   []MemoryType
	QueueFamilies []QueueFamily
	Extensions    []string // sorted

	instance *Instance
	handle   vulkan.PhysicalDevice
}

// Limits are the limits that compute meets, sizes in bytes.
type Limits struct {
	WorkgroupInvocations int
	WorkgroupSizeX       int
	WorkgroupCount       [3]int // largest along each dimension
	SharedMemory         int
	StorageRange         int64 // largest view of a storage buffer
	StorageAlignment     int   // of a view's offset
	StorageBuffers       int   // in one pipeline
	PushConstants        int
	SubgroupSize         int     // 0 before Vulkan 1.1
	TimestampPeriod      float64 // nanoseconds a tick
	MaxAllocations       int64
	MaxAllocation        int64 // largest single one; 0 before Vulkan 1.1
	NonCoherentAtom      int
	HostPointerAlignment int // of imported host memory; 0 without VK_EXT_external_memory_host
}

// Features are what devices may lack.
type Features struct {
	TimelineSemaphore bool
	Float16           bool // arithmetic in shaders
	Storage16         bool // 16-bit types in storage buffers
	MemoryBudget      bool // VK_EXT_memory_budget
	Portability       bool // VK_KHR_portability_subset, which Open must then enable
	Subgroup          SubgroupOps
}

// SubgroupOps are VkSubgroupFeatureFlagBits of compute shaders.
type SubgroupOps uint32

// The operations within a subgroup.
const (
	SubgroupBasic SubgroupOps = 1 << iota
	SubgroupVote
	SubgroupArithmetic
	SubgroupBallot
	SubgroupShuffle
	SubgroupShuffleRelative
	SubgroupClustered
	SubgroupQuad
)

// Heap is a memory that allocations come out of.
type Heap struct {
	Bytes       int64
	DeviceLocal bool
}

// MemoryFlags are VkMemoryPropertyFlagBits.
type MemoryFlags uint32

// The properties of memory. Bits above them belong to memory of special kinds.
const (
	DeviceLocal MemoryFlags = 1 << iota
	HostVisible
	HostCoherent
	HostCached
	LazilyAllocated
	Protected
)

// MemoryType is a way to allocate from a heap.
type MemoryType struct {
	Heap  int
	Flags MemoryFlags
}

// QueueFamily is a kind of queue.
type QueueFamily struct {
	Compute, Graphics, Transfer bool // compute and graphics queues can copy without saying so
	Count                       int
	TimestampBits               int // 0: no timestamps
}

// Version is a version of Vulkan as it is packed there.
type Version uint32

// MakeVersion packs a version.
func MakeVersion(major, minor, patch uint32) Version { return Version(major<<22 | minor<<12 | patch) }

func (v Version) String() string {
	return fmt.Sprintf("%d.%d.%d", v>>22&0x7f, v>>12&0x3ff, v&0xfff)
}
