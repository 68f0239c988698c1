package main

import (
	"fmt"
	"io"
	"strings"
)

// deviceLine is one device of `tandem devices --json`. Sizes are in bytes; what
// only Vulkan devices have is left out of a CPU's.
type deviceLine struct {
	ID       string      `json:"id"`
	Name     string      `json:"name"`
	Vendor   string      `json:"vendor,omitempty"`
	Kind     string      `json:"kind"`
	Driver   string      `json:"driver"`
	API      string      `json:"vulkan,omitempty"`
	UUID     string      `json:"uuid,omitempty"`
	MemoryMB int64       `json:"memory_mib"`
	Cores    int         `json:"cores,omitempty"`
	Heaps    []heapLine  `json:"heaps,omitempty"`
	Limits   *limitLine  `json:"limits,omitempty"`
	Queues   []queueLine `json:"queues,omitempty"`
	Usable   bool        `json:"usable"`
	Auto     bool        `json:"auto"`
	Why      string      `json:"why"` // auto takes it or not, or it cannot be used
}

type heapLine struct {
	Bytes       int64 `json:"bytes"`
	DeviceLocal bool  `json:"device_local"`
}

type limitLine struct {
	WorkgroupInvocations int     `json:"workgroup_invocations"`
	WorkgroupSizeX       int     `json:"workgroup_size_x"`
	WorkgroupCount       [3]int  `json:"workgroup_count"`
	SharedMemory         int     `json:"shared_memory"`
	StorageRange         int64   `json:"storage_range"`
	StorageAlignment     int     `json:"storage_alignment"`
	StorageBuffers       int     `json:"storage_buffers"`
	PushConstants        int     `json:"push_constants"`
	SubgroupSize         int     `json:"subgroup_size"`
	TimestampPeriod      float64 `json:"timestamp_period_ns"`
	MaxAllocations       int64   `json:"max_allocations"`
	MaxAllocation        int64   `json:"max_allocation"`
}

type queueLine struct {
	Count         int  `json:"count"`
	Compute       bool `json:"compute"`
	Graphics      bool `json:"graphics"`
	Transfer      bool `json:"transfer"`
	TimestampBits int  `json:"timestamp_bits"`
}

// local is the size of the largest heap that lies on the device.
func (l deviceLine) local() int64 {
	var most int64
	for _, h := range l.Heaps {
		if h.DeviceLocal {
			most = max(most, h.Bytes)
		}
	}
	return most
}

const deviceIndent = "          "

func (l deviceLine) print(w io.Writer) {
	fmt.Fprintf(w, "%-*s%s\n", len(deviceIndent), l.ID, l.Name)
	for _, text := range append(l.details(), l.Why) {
		fmt.Fprintf(w, "%s%s\n", deviceIndent, text)
	}
}

func (l deviceLine) details() []string {
	if l.Limits == nil {
		return []string{fmt.Sprintf("%s, %s memory, %s", plural(l.Cores, "core"), memory(l.MemoryMB<<20), l.Driver)}
	}
	m := l.Limits
	return []string{
		fmt.Sprintf("%s, %s, Vulkan %s", l.kindOfGPU(), l.Vendor, l.API),
		"driver     " + l.Driver,
		"memory     " + l.heaps(),
		fmt.Sprintf("workgroup  %s invocations, %s shared, subgroups of %d", count(m.WorkgroupInvocations), size(int64(m.SharedMemory)), m.SubgroupSize),
		fmt.Sprintf("buffers    views of %s at multiples of %s, up to %d in a kernel", size(m.StorageRange), size(int64(m.StorageAlignment)), m.StorageBuffers),
		"queues     " + l.queues(),
	}
}

func (l deviceLine) kindOfGPU() string {
	switch l.Kind {
	case "discrete", "integrated", "virtual":
		return l.Kind + " GPU"
	}
	return l.Kind + " driver"
}

func (l deviceLine) heaps() string {
	var parts []string
	for _, h := range l.Heaps {
		where := "of the machine"
		if h.DeviceLocal {
			where = "on the device"
		}
		parts = append(parts, memory(h.Bytes)+" "+where)
	}
	return strings.Join(parts, ", ")
}

// queues counts those of families that can do the same together.
func (l deviceLine) queues() string {
	var kinds []string
	number := map[string]int{}
	for _, q := range l.Queues {
		kind := q.uses()
		if number[kind] == 0 && kind != "" {
			kinds = append(kinds, kind)
		}
		number[kind] += q.Count
	}
	for i, kind := range kinds {
		kinds[i] = fmt.Sprintf("%d %s", number[kind], kind)
	}
	return strings.Join(kinds, ", ")
}

func (q queueLine) uses() string {
	var uses []string
	for _, u := range []struct {
		can  bool
		name string
	}{{q.Compute, "compute"}, {q.Graphics, "graphics"}, {q.Transfer && !q.Compute && !q.Graphics, "transfer"}} {
		if u.can {
			uses = append(uses, u.name)
		}
	}
	return strings.Join(uses, " + ")
}
