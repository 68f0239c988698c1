//go:build cgo

package vk_test

import (
	"strings"
	"testing"

	"tandem/vk"
	"tandem/vk/vktest"
)

// Devices opened for the kernels' accesses to be checked report a write one
// element past a view, also where the buffer goes on, and none within.
func TestAlarmStrayWrite(t *testing.T) {
	vktest.Instance(t, true) // or skip
	i, err := vk.NewInstance(vk.InstanceOptions{Validation: true, GPUAssisted: true})
	must(t, err)
	t.Cleanup(func() { must(t, i.Close()) })
	for _, p := range i.Devices() {
		t.Run(p.Name, func(t *testing.T) {
			d := openDevice(t, p)
			x := buffer(t, d, 200, vk.OnDevice)
			k := kernel(t, d, vk.PipelineInfo{Name: "stray", Bindings: 1, PushWords: 1, Spec: []uint32{1}})
			view := vk.Arg{Buffer: x, Size: 4 * 100, Access: vk.Write}
			for at, wanted := range map[uint32]bool{0: false, 99: false, 100: true} {
				i.Messages()
				run(t, d, func(c *vk.Commands) { c.Dispatch(k, []vk.Arg{view}, []uint32{at}, [3]uint32{1, 1, 1}) })
				text := strings.Join(i.Messages(), "\n")
				if reported := strings.Contains(text, "out of bounds"); reported != wanted || !wanted && text != "" {
					t.Errorf("a write to element %d of 100: reported %v, want %v; %q", at, reported, wanted, text)
				}
			}
		})
	}
}
