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

// The layer compares submissions with each other only when it is asked to.
func TestAlarmMissingBarrierBetweenSubmissions(t *testing.T) {
	vktest.Instance(t, true) // or skip
	t.Setenv("VK_LAYER_ENABLES", "VALIDATION_CHECK_ENABLE_SYNCHRONIZATION_VALIDATION_QUEUE_SUBMIT")
	i, err := vk.NewInstance(vk.InstanceOptions{Validation: true})
	must(t, err)
	t.Cleanup(func() { must(t, i.Close()) })
	for _, p := range i.Devices() {
		t.Run(p.Name, func(t *testing.T) {
			d := openDevice(t, p)
			x, y := buffer(t, d, 100, vk.OnDevice), buffer(t, d, 100, vk.OnDevice)
			k, l := affine(t, d), timeline(t, d)
			for v, planted := range []bool{false, true} {
				i.Messages()
				for _, args := range [][]vk.Arg{{read(x), write(y)}, {read(y), write(x)}} {
					c := commands(t, d)
					if planted {
						c.LeaveOutBarriers()
					}
					must(t, c.Begin())
					c.Dispatch(k, args, []uint32{100, 0, 0}, groups(100))
					must(t, c.End())
					must(t, d.Submit(c, nil, vk.Point{}))
				}
				must(t, d.Submit(nil, nil, vk.Point{Timeline: l, Value: uint64(v + 1)}))
				must(t, l.Wait(uint64(v+1)))
				text := strings.Join(i.Messages(), "\n")
				if reported := strings.Contains(text, "SYNC-HAZARD"); reported != planted {
					t.Errorf("barriers left out: %v, reported: %v; %q", planted, reported, text)
				}
			}
		})
	}
}
