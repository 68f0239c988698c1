//go:build cgo

package vulkan

import (
	"errors"
	"slices"
	"testing"
	"time"

	"tandem/vk"
	"tandem/vk/vktest"
)

// A device without timestamps does everything but tell the time.
func TestWithoutTimestamps(t *testing.T) {
	vktest.Each(t, func(t *testing.T, p *vk.PhysicalDevice) {
		timeless := *p
		timeless.QueueFamilies = slices.Clone(p.QueueFamilies)
		for i := range timeless.QueueFamilies {
			timeless.QueueFamilies[i].TimestampBits = 0
		}
		d := open(t, &timeless, Options{})
		x, err := d.Alloc(3)
		if err != nil {
			t.Fatal(err)
		}
		d.Mark(0)
		r := d.Record(func() {
			d.Fill(x, 7)
			d.Mark(1)
		})
		r.Replay()
		if err := d.Marks(make([]time.Time, 2)); !errors.Is(err, vk.ErrNoTimestamps) || !isLine(err, "vulkan: "+p.Name) {
			t.Errorf("Marks: %v", err)
		}
		got := make([]float32, 3)
		if err := d.Download(x, 0, got); err != nil || !slices.Equal(got, []float32{7, 7, 7}) {
			t.Errorf("%v, %v", got, err)
		}
		r.Close()
		d.Free(x)
		if err := d.Close(); err != nil || d.gpu.Live() > 0 || len(d.Notes()) > 0 {
			t.Errorf("Close: %v, %d handles, notes %q", err, d.gpu.Live(), d.Notes())
		}
	})
}
