//go:build cgo

package vk_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"tandem/vk"
	"tandem/vk/vktest"
)

// wantError fails unless err is this device's, from this call with this result.
func wantError(t *testing.T, err error, p *vk.PhysicalDevice, call string, result vk.Result) {
	t.Helper()
	var e *vk.Error
	if !errors.As(err, &e) || e.Call != call || e.Result != result || !strings.HasPrefix(err.Error(), p.Name) {
		t.Errorf("got %v, want %s: %s: %v", err, p.Name, call, result)
	}
}

// A lost device ends waits that would never end otherwise, and can be closed.
func TestLostDevice(t *testing.T) {
	vktest.Each(t, func(t *testing.T, p *vk.PhysicalDevice) {
		d := openDevice(t, p)
		b, l := buffer(t, d, 100, vk.OnDevice), timeline(t, d)
		c := record(t, d, func(c *vk.Commands) { c.Fill(b, 0, 400, 1) })
		restore := vk.InjectFault("vkQueueSubmit", 3, int32(vk.DeviceLost))
		defer restore()
		must(t, d.Submit(c, nil, vk.Point{Timeline: l, Value: 1}))
		must(t, l.Wait(1))
		must(t, d.Submit(c, nil, vk.Point{Timeline: l, Value: 2}))
		must(t, l.Wait(2))
		before := d.Counts()
		wantError(t, d.Submit(c, nil, vk.Point{Timeline: l, Value: 3}), p, "vkQueueSubmit", vk.DeviceLost)
		wantError(t, d.Submit(c, nil, vk.Point{Timeline: l, Value: 4}), p, "vkQueueSubmit", vk.DeviceLost)
		if after := d.Counts(); after.Submits != before.Submits || after.Copies != before.Copies {
			t.Errorf("refused submissions count: %+v, before %+v", after, before)
		}
		wantError(t, l.Wait(3), p, "vkQueueSubmit", vk.DeviceLost)
		must(t, l.Wait(2))
		_, _, err := d.Calibrate()
		wantError(t, err, p, "vkQueueSubmit", vk.DeviceLost)
	})
}

func TestWaitThatFails(t *testing.T) {
	vktest.Each(t, func(t *testing.T, p *vk.PhysicalDevice) {
		d := openDevice(t, p)
		l := timeline(t, d)
		must(t, l.Signal(5))
		restore := vk.InjectFault("vkWaitSemaphores", 2, int32(vk.DeviceLost))
		defer restore()
		must(t, l.Wait(5))
		wantError(t, l.Wait(5), p, "vkWaitSemaphores", vk.DeviceLost)
		restore()
		must(t, l.Wait(5))
	})
}

func TestKernelThatDoesNotCompile(t *testing.T) {
	vktest.Each(t, func(t *testing.T, p *vk.PhysicalDevice) {
		d := openDevice(t, p)
		code, err := kernels.ReadFile("testdata/grid.spv")
		must(t, err)
		restore := vk.InjectFault("vkCreateComputePipelines", 1, int32(vk.OutOfHostMemory))
		defer restore()
		_, err = d.NewPipeline(vk.PipelineInfo{Name: "sample", SPIRV: code, Bindings: 1, Spec: []uint32{1}})
		wantError(t, err, p, "vkCreateComputePipelines", vk.OutOfHostMemory)
		if err != nil && !strings.Contains(err.Error(), "kernel sample") {
			t.Errorf("%v names no kernel", err)
		}
		if n := d.Live(); n != 0 {
			t.Errorf("%d handles are left of a failure", n)
		}
	})
}

func TestFaultsAreOfKnownCalls(t *testing.T) {
	if text := panicOf(func() { vk.InjectFault("vkNoSuchCall", 1, -1) }); !strings.Contains(text, "vkNoSuchCall") {
		t.Errorf("panic: %q", text)
	}
}

// Closing a timeline, or its device, ends waits for it with an error.
func TestCloseEndsWaits(t *testing.T) {
	vktest.Each(t, func(t *testing.T, p *vk.PhysicalDevice) {
		for name, all := range map[string]bool{"timeline": false, "device": true} {
			d, err := p.Open(vk.DeviceOptions{})
			must(t, err)
			l, err := d.NewTimeline()
			must(t, err)
			done := make(chan error)
			go func() { done <- l.Wait(1) }()
			time.Sleep(20 * time.Millisecond)
			if all {
				must(t, d.Close())
			} else {
				l.Close()
			}
			select {
			case err := <-done:
				if err == nil || !strings.Contains(err.Error(), "is closed") {
					t.Errorf("%s: %v", name, err)
				}
			case <-time.After(10 * time.Second):
				t.Fatalf("%s: the wait goes on", name)
			}
			must(t, d.Close())
		}
	})
}
