//go:build cgo

package vk

import "testing"

// Lists of memory types as drivers give them, and which ones serve.
func TestChoiceOfMemory(t *testing.T) {
	const (
		local, visible, coherent, cached = DeviceLocal, HostVisible, HostCoherent, HostCached
		deviceCoherent                   = MemoryFlags(0x40) // AMD's
	)
	for _, c := range []struct {
		name    string
		types   []MemoryFlags
		allowed uint32
		want    [memoryKinds]int
	}{
		{"NVIDIA", []MemoryFlags{0, local, visible | coherent, visible | coherent | cached, local | visible | coherent}, ^uint32(0), [...]int{1, 2, 3}},
		{"AMD", []MemoryFlags{local, visible | coherent, local | visible | coherent, visible | coherent | cached,
			local | deviceCoherent, visible | coherent | deviceCoherent}, ^uint32(0), [...]int{0, 1, 3}},
		{"Intel, shared", []MemoryFlags{local, local | visible | coherent, local | visible | coherent | cached}, ^uint32(0), [...]int{0, 1, 2}},
		{"one type", []MemoryFlags{local | visible | coherent | cached}, ^uint32(0), [...]int{0, 0, 0}},
		{"cached but not coherent", []MemoryFlags{local, visible | cached, visible | coherent}, ^uint32(0), [...]int{0, 2, 2}},
		{"not for buffers", []MemoryFlags{local, local, visible | coherent}, 0b110, [...]int{1, 2, 2}},
		{"none of its own", []MemoryFlags{visible | coherent}, ^uint32(0), [...]int{0, 0, 0}},
		{"none for staging", []MemoryFlags{local, visible}, ^uint32(0), [...]int{0, -1, -1}},
	} {
		var types []MemoryType
		for _, f := range c.types {
			types = append(types, MemoryType{Flags: f})
		}
		for k, want := range c.want {
			if got := chooseType(types, c.allowed, MemoryKind(k)); got != want {
				t.Errorf("%s: kind %d takes type %d, want %d", c.name, k, got, want)
			}
		}
	}
}
