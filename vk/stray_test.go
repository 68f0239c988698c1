//go:build cgo

package vk_test

import (
	"strings"
	"testing"

	"tandem/vk"
	"tandem/vk/vktest"
)

// With the layer's checks of shaders a write past the end of a buffer is reported,
// and none within. Version 1.3.239 of the layer asks where the buffer ends, not
// where its view does.
func TestAlarmStrayWrite(t *testing.T) {
	vktest.Instance(t, true) // or skip
	i, err := vk.NewInstance(vk.InstanceOptions{Validation: true, GPUAssisted: true})
	must(t, err)
	t.Cleanup(func() { must(t, i.Close()) })
	for _, p := range i.Devices() {
		t.Run(p.Name, func(t *testing.T) {
			d := openDevice(t, p)
			x := buffer(t, d, 100, vk.OnDevice)
			k := kernel(t, d, vk.PipelineInfo{Name: "stray", Bindings: 1, PushWords: 1, Spec: []uint32{1}})
			for at, wanted := range map[uint32]bool{0: false, 99: false, 100: true, 10_000: true} {
				i.Messages()
				run(t, d, func(c *vk.Commands) { c.Dispatch(k, []vk.Arg{write(x)}, []uint32{at}, [3]uint32{1, 1, 1}) })
				text := strings.Join(i.Messages(), "\n")
				if reported := strings.Contains(text, "out of bounds"); reported != wanted || !wanted && text != "" {
					t.Errorf("a write to element %d of 100: reported %v, want %v; %q", at, reported, wanted, text)
				}
			}
		})
	}
}
