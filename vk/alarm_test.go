//go:build cgo

package vk_test

import (
	"strings"
	"testing"

	"tandem/vk"
	"tandem/vk/vktest"
)

// The validation layer is what guards the order of commands, so it must bark: a
// recording without barriers is reported, on every driver.
func TestAlarmMissingBarrier(t *testing.T) {
	i := vktest.Instance(t, true)
	for _, p := range i.Devices() {
		t.Run(p.Name, func(t *testing.T) {
			d := openDevice(t, p)
			x, y := buffer(t, d, 100, vk.OnDevice), buffer(t, d, 100, vk.OnDevice)
			k := affine(t, d)
			i.Messages()
			c := commands(t, d)
			must(t, c.Begin())
			c.LeaveOutBarriers()
			c.Dispatch(k, []vk.Arg{read(x), write(y)}, []uint32{100, 0, 0}, groups(100))
			c.Dispatch(k, []vk.Arg{read(y), write(x)}, []uint32{100, 0, 0}, groups(100))
			must(t, c.End())
			text := strings.Join(i.Messages(), "\n")
			if !strings.Contains(text, "SYNC-HAZARD-READ-AFTER-WRITE") || !strings.Contains(text, "SYNC-HAZARD-WRITE-AFTER-READ") {
				t.Errorf("the layer does not report both hazards, only: %q", text)
			}
		})
	}
}
