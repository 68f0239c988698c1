//go:build cgo

package vk_test

import (
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"tandem/vk"
	"tandem/vk/vktest"
)

const mib = 1 << 20

// Buffers of all kinds and sizes, some freed between, each filled with a word of
// its own by the device: none writes into another.
func TestBuffersDoNotOverlap(t *testing.T) {
	vktest.Each(t, func(t *testing.T, p *vk.PhysicalDevice) {
		d := openDevice(t, p)
		down := buffer(t, d, 1<<20, vk.FromDevice)
		var held []*vk.Buffer
		for range 60 {
			b, err := d.NewBuffer(4+4*rand.Int64N(40_000), vk.MemoryKind(rand.IntN(3)))
			must(t, err)
			held = append(held, b)
			if rand.IntN(3) == 0 {
				i := rand.IntN(len(held))
				held[i].Close()
				held = append(held[:i], held[i+1:]...)
			}
		}
		run(t, d, func(c *vk.Commands) {
			for i, b := range held {
				c.Fill(b, 0, b.Size(), uint32(i+1))
			}
		})
		for i, b := range held {
			run(t, d, func(c *vk.Commands) { c.Copy(b, 0, down, 0, b.Size()) })
			for k := int64(0); k < b.Size(); k += 4 {
				if got := binary.NativeEndian.Uint32(down.Bytes()[k:]); got != uint32(i+1) {
					t.Fatalf("buffer %d of %d bytes: byte %d has %d", i, b.Size(), k, got)
				}
			}
			b.Close()
		}
	})
}

func TestMappedMemory(t *testing.T) {
	vktest.Each(t, func(t *testing.T, p *vk.PhysicalDevice) {
		d := openDevice(t, p)
		for _, k := range []vk.MemoryKind{vk.OnDevice, vk.ToDevice, vk.FromDevice} {
			b, err := d.NewBuffer(13, k)
			must(t, err)
			if b.Size() != 13 {
				t.Errorf("kind %d: size %d", k, b.Size())
			}
			if n := len(b.Bytes()); k == vk.OnDevice && b.Bytes() != nil || k != vk.OnDevice && n != 13 {
				t.Errorf("kind %d: %d bytes are mapped", k, n)
			}
			b.Close()
		}
	})
}

func TestBudget(t *testing.T) {
	vktest.Each(t, func(t *testing.T, p *vk.PhysicalDevice) {
		d, err := p.Open(vk.DeviceOptions{Budget: 100 * mib})
		must(t, err)
		defer d.Close()
		a, err := d.NewBuffer(40*mib, vk.OnDevice)
		must(t, err)
		b, err := d.NewBuffer(40*mib, vk.OnDevice)
		must(t, err)
		if used, limit := d.Budget(); used != 80*mib || limit != 100*mib {
			t.Errorf("%d of %d bytes in use", used, limit)
		}
		_, err = d.NewBuffer(40*mib, vk.OnDevice)
		var full *vk.OutOfMemory
		if !errors.As(err, &full) || full.Wanted != 40*mib || full.Used != 80*mib || full.Limit != 100*mib {
			t.Fatalf("beyond the budget: %v", err)
		}
		if want := p.Name + ": out of memory: 40 MiB wanted, 80.0 of 100.0 MiB in use"; err.Error() != want {
			t.Errorf("%q, want %q", err, want)
		}
		c, err := d.NewBuffer(100_000, vk.OnDevice) // no room for a shared block
		must(t, err)
		a.Close()
		again, err := d.NewBuffer(40*mib, vk.OnDevice)
		must(t, err)
		for _, b := range []*vk.Buffer{b, c, again} {
			b.Close()
		}
		if used, _ := d.Budget(); used != 0 {
			t.Errorf("%d bytes in use after all", used)
		}
	})
}

// Small buffers share an allocation.
func TestSmallBuffersShare(t *testing.T) {
	vktest.Each(t, func(t *testing.T, p *vk.PhysicalDevice) {
		d := openDevice(t, p)
		buffer(t, d, 1000, vk.OnDevice)
		before := d.Counts().NativeCalls
		used, _ := d.Budget()
		for range 100 {
			buffer(t, d, 1000, vk.OnDevice)
		}
		if now, _ := d.Budget(); now != used {
			t.Errorf("allocated %d bytes for one buffer, %d for 101", used, now)
		}
		if calls := d.Counts().NativeCalls - before; calls != 300 { // create, requirements, bind
			t.Errorf("%d calls for 100 buffers", calls)
		}
	})
}

func TestMemoryThatTheDriverRefuses(t *testing.T) {
	vktest.Each(t, func(t *testing.T, p *vk.PhysicalDevice) {
		d := openDevice(t, p)
		restore := vk.InjectFault("vkAllocateMemory", 1, int32(vk.OutOfDeviceMemory))
		defer restore()
		for _, size := range []int64{1000, 200 * mib} {
			_, err := d.NewBuffer(size, vk.OnDevice)
			var full *vk.OutOfMemory
			if !errors.As(err, &full) || full.Wanted != size || full.Used != 0 {
				t.Errorf("%d bytes: %v", size, err)
			}
			var e *vk.Error
			if !errors.As(err, &e) || e.Call != "vkAllocateMemory" {
				t.Errorf("%d bytes: the cause is lost: %v", size, err)
			}
		}
		restore()
		restore = vk.InjectFault("vkAllocateMemory", 1, int32(vk.TooManyObjects))
		_, err := d.NewBuffer(1000, vk.OnDevice)
		if err == nil || !strings.Contains(err.Error(), p.Name+": vkAllocateMemory: VK_ERROR_TOO_MANY_OBJECTS") {
			t.Errorf("another error: %v", err)
		}
		restore()
		if n := d.Live(); n != 0 {
			t.Errorf("%d handles are left of failures", n)
		}
		b, err := d.NewBuffer(1000, vk.OnDevice)
		must(t, err)
		b.Close()
	})
}

// A shared block that is refused leaves room for one of the size that is wanted.
func TestSmallerAllocationWhereASharedOneFails(t *testing.T) {
	vktest.Each(t, func(t *testing.T, p *vk.PhysicalDevice) {
		d, err := p.Open(vk.DeviceOptions{Budget: mib})
		must(t, err)
		defer d.Close()
		b, err := d.NewBuffer(1000, vk.OnDevice)
		must(t, err)
		if used, _ := d.Budget(); used < 1000 || used > mib {
			t.Errorf("%d bytes in use", used)
		}
		b.Close()
	})
}

func TestImpossibleBuffers(t *testing.T) {
	vktest.Each(t, func(t *testing.T, p *vk.PhysicalDevice) {
		d := openDevice(t, p)
		for _, size := range []int64{0, -1, 1 << 50} {
			if b, err := d.NewBuffer(size, vk.OnDevice); err == nil {
				t.Errorf("a buffer of %d bytes: %v", size, b)
			}
		}
	})
}
