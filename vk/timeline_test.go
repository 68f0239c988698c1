//go:build cgo

package vk_test

import (
	"sync"
	"testing"
	"time"

	"tandem/vk"
	"tandem/vk/vktest"
)

func TestTimelineOfTheHost(t *testing.T) {
	vktest.Each(t, func(t *testing.T, p *vk.PhysicalDevice) {
		l := timeline(t, openDevice(t, p))
		for _, v := range []uint64{1, 2, 1 << 20} {
			must(t, l.Signal(v))
			must(t, l.Wait(v))
			must(t, l.Wait(v-1))
			if got, err := l.Value(); got != v || err != nil {
				t.Errorf("value %d, %v; want %d", got, err, v)
			}
		}
	})
}

// A submission waits for points of several timelines, without holding up Submit.
func TestSubmissionWaitsForTheHost(t *testing.T) {
	vktest.Each(t, func(t *testing.T, p *vk.PhysicalDevice) {
		d := openDevice(t, p)
		up, down := buffer(t, d, 1000, vk.ToDevice), buffer(t, d, 1000, vk.FromDevice)
		c := record(t, d, func(c *vk.Commands) { c.Copy(up, 0, down, 0, 4000) })
		done := timeline(t, d)
		var wait []vk.Point
		for range 4 {
			wait = append(wait, vk.Point{Timeline: timeline(t, d), Value: 3})
		}
		must(t, d.Submit(c, wait, vk.Point{Timeline: done, Value: 1}))
		for i, w := range wait {
			time.Sleep(5 * time.Millisecond)
			if v, err := done.Value(); v != 0 || err != nil {
				t.Fatalf("ran with %d of 4 points reached (%v)", i, err)
			}
			if i == 3 {
				fillRandom(floats(up))
			}
			must(t, w.Timeline.Signal(3))
		}
		must(t, done.Wait(1))
		for i, x := range floats(up) {
			if got := floats(down)[i]; got != x {
				t.Fatalf("element %d: %g, want %g", i, got, x)
			}
		}
	})
}

// Submissions without commands only wait and signal.
func TestSubmissionOfNothing(t *testing.T) {
	vktest.Each(t, func(t *testing.T, p *vk.PhysicalDevice) {
		d := openDevice(t, p)
		a, b := timeline(t, d), timeline(t, d)
		must(t, d.Submit(nil, nil, vk.Point{Timeline: a, Value: 1}))
		must(t, d.Submit(nil, []vk.Point{{Timeline: a, Value: 1}}, vk.Point{Timeline: b, Value: 7}))
		must(t, b.Wait(7))
	})
}

// Both devices at once, each with a goroutine that submits and several that wait
// for every value: for the race detector.
func TestConcurrentWaits(t *testing.T) {
	i := vktest.Instance(t, true)
	var all sync.WaitGroup
	for _, p := range i.Devices() {
		d := openDevice(t, p)
		x, l := buffer(t, d, 1000, vk.OnDevice), timeline(t, d)
		c := record(t, d, func(c *vk.Commands) { c.Fill(x, 0, 4000, 7) })
		const steps = 100
		for range 4 {
			all.Go(func() {
				for v := range uint64(steps) {
					if err := l.Wait(v + 1); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		all.Go(func() {
			for v := range uint64(steps) {
				if err := d.Submit(c, nil, vk.Point{Timeline: l, Value: v + 1}); err != nil {
					t.Error(err)
					l.Close()
					return
				}
				if err := l.Wait(v + 1); err != nil { // a recording must not be pending twice
					t.Error(err)
				}
			}
		})
		all.Go(func() {
			for range 30 {
				b, err := d.NewBuffer(1000, vk.ToDevice)
				if err != nil {
					t.Error(err)
					return
				}
				d.Counts()
				d.Budget()
				d.Live()
				b.Close()
			}
		})
	}
	all.Wait()
	for _, m := range i.Messages() {
		t.Error(m)
	}
}
