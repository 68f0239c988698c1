//go:build cgo

package vk_test

import (
	"strings"
	"testing"
	"time"

	"tandem/vk"
	"tandem/vk/vktest"
)

// Timestamps stand in order and span no more time than the host saw pass.
func TestTimestamps(t *testing.T) {
	vktest.Each(t, func(t *testing.T, p *vk.PhysicalDevice) {
		d := openDevice(t, p)
		q, err := d.NewQueries(4)
		must(t, err)
		defer q.Close()
		b := buffer(t, d, 4<<20, vk.OnDevice)
		c, l := record(t, d, func(c *vk.Commands) {
			for slot := range 4 {
				c.Timestamp(q, slot)
				c.Fill(b, 0, b.Size(), uint32(slot))
			}
		}), timeline(t, d)
		if err := q.Read(make([]uint64, 4)); err == nil || !strings.Contains(err.Error(), p.Name) {
			t.Errorf("read before anything was written: %v", err)
		}
		for round := range uint64(3) {
			start := time.Now()
			must(t, d.Submit(c, nil, vk.Point{Timeline: l, Value: round + 1}))
			must(t, l.Wait(round+1))
			took := time.Since(start)
			var ticks [4]uint64
			must(t, q.Read(ticks[:]))
			for i := range 3 {
				if step := d.Span(ticks[i], ticks[i+1]); step <= 0 || step > took {
					t.Errorf("filling 16 MiB took %v by the device, all of it %v by the host", step, took)
				}
			}
		}
		must(t, q.Read(nil))
		if panicOf(func() { q.Read(make([]uint64, 5)) }) == "" {
			t.Error("5 of 4 slots were read")
		}
	})
}

// Two calibrations tell the same rate of both clocks.
func TestCalibrate(t *testing.T) {
	vktest.Each(t, func(t *testing.T, p *vk.PhysicalDevice) {
		d := openDevice(t, p)
		before := d.Counts()
		host, ticks, err := d.Calibrate()
		must(t, err)
		time.Sleep(100 * time.Millisecond)
		laterHost, laterTicks, err := d.Calibrate()
		must(t, err)
		byHost, byDevice := laterHost.Sub(host), d.Span(ticks, laterTicks)
		if byHost < 100*time.Millisecond {
			t.Errorf("the host's moments are %v apart, with 100 ms between the calls", byHost)
		}
		if off := (byHost - byDevice).Abs(); off > 20*time.Millisecond {
			t.Errorf("%v by the host, %v by the device", byHost, byDevice)
		}
		if after := d.Counts(); after.Submits != before.Submits {
			t.Errorf("calibration counts as %d submissions", after.Submits-before.Submits)
		}
	})
}
