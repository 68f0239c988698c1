//go:build cgo

package vulkan

import (
	"cmp"
	"errors"
	"strings"
	"testing"
	"time"

	"tandem/engine/cpu"
	"tandem/engine/device"
	"tandem/vk"
	"tandem/vk/vktest"
)

// faults are calls of the driver that may fail at any time, and what is said then.
var faults = []struct {
	call   string
	result vk.Result
	text   string
}{
	{"vkQueueSubmit", vk.DeviceLost, "vkQueueSubmit: VK_ERROR_DEVICE_LOST"},
	{"vkWaitSemaphores", vk.DeviceLost, "vkWaitSemaphores: VK_ERROR_DEVICE_LOST"},
	{"vkWaitSemaphores", vk.OutOfHostMemory, "vkWaitSemaphores: VK_ERROR_OUT_OF_HOST_MEMORY"},
	{"vkAllocateMemory", vk.OutOfDeviceMemory, "out of memory"},
	{"vkCreateComputePipelines", vk.OutOfHostMemory, "vkCreateComputePipelines: VK_ERROR_OUT_OF_HOST_MEMORY"},
	{"vkCreateDescriptorPool", vk.OutOfDeviceMemory, "vkCreateDescriptorPool: VK_ERROR_OUT_OF_DEVICE_MEMORY"},
}

// A device whose driver fails, at whichever call, says so in one line. The one
// that it exchanges data with names it, nothing waits, and nothing stays open.
func TestFaults(t *testing.T) {
	stride := 1
	if testing.Short() {
		stride = 5
	}
	for _, f := range faults {
		t.Run(f.call+" "+f.result.String(), func(t *testing.T) {
			vktest.Each(t, func(t *testing.T, p *vk.PhysicalDevice) {
				skipSlow(t, p)
				for after := 1; ; after += stride {
					x := &exchanger{d: open(t, p, Options{})}
					restore := vk.InjectFault(f.call, after, int32(f.result))
					ended := endsWithin(time.Minute, func() { x.run(t) })
					restore()
					switch {
					case !ended:
						t.Fatalf("call %d: it hangs", after)
					case x.err == nil && after == 1:
						t.Fatal("nothing failed")
					case x.err == nil:
						return // there are no more calls
					case !isLine(x.err, "vulkan: "+p.Name) || !isLine(x.err, f.text) || strings.Count(x.err.Error(), p.Name) != 1:
						t.Fatalf("call %d: %q, want one line that names %s once, with %q", after, x.err, p.Name, f.text)
					}
				}
			})
		})
	}
}

func endsWithin(limit time.Duration, f func()) bool {
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	select {
	case <-done:
		return true
	case <-time.After(limit):
		return false
	}
}

func isLine(err error, text string) bool {
	return err != nil && strings.Contains(err.Error(), text) && !strings.Contains(err.Error(), "\n")
}

// exchanger is a device that computes what another one asks of it. Its product
// needs working memory.
type exchanger struct {
	d           *Device
	partner     device.Device
	there, back *device.Link
	x, w, y     device.Buffer
	step        device.Recording
	err         error // first
}

var exchanged = device.FC{N: 3, In: 2048, Out: 5}

func (e *exchanger) run(t *testing.T) {
	e.partner = cpu.New(1)
	defer e.partner.Close()
	e.there, e.back = device.NewLink(exchanged.N*exchanged.In), device.NewLink(exchanged.N*exchanged.Out)
	if e.err = e.alloc(); e.err == nil {
		e.err = e.work(t)
		e.step.Close()
	}
	for _, b := range []device.Buffer{e.x, e.w, e.y} {
		e.d.Free(b)
	}
	failure := e.d.failure()
	if err := e.d.Close(); err != nil && !isLine(err, e.d.id) {
		t.Errorf("Close: %q", err)
	}
	if n := e.d.gpu.Live(); n != 0 {
		t.Errorf("%d handles are open after Close", n)
	}
	for _, note := range e.d.Notes() {
		t.Errorf("after %v: %s", e.err, note)
	}
	if failure != nil {
		e.partnerLearns(t, failure)
	}
}

func (e *exchanger) alloc() (err error) {
	for _, b := range []struct {
		to *device.Buffer
		n  int
	}{{&e.x, exchanged.N * exchanged.In}, {&e.w, exchanged.Out * exchanged.In}, {&e.y, exchanged.N * exchanged.Out}} {
		if *b.to, err = e.d.Alloc(b.n); err != nil {
			*b.to = nil
			return err
		}
	}
	return nil
}

// work goes through everything that calls the driver.
func (e *exchanger) work(t *testing.T) error {
	e.d.Fill(e.w, 1)
	e.step = e.d.Record(func() {
		e.d.Receive(e.there, e.x, e.x.Len())
		e.d.FCForward(exchanged, e.x, e.w, nil, e.y)
		e.d.Send(e.y, e.y.Len(), e.back)
		e.d.Mark(0)
	})
	question, _ := e.partner.Alloc(e.x.Len())
	answer, _ := e.partner.Alloc(e.y.Len())
	for range 3 {
		e.d.SetStep(device.StepState{})
		e.step.Replay()
		e.partner.Send(question, e.x.Len(), e.there)
		e.partner.Receive(e.back, answer, e.y.Len())
	}
	e.d.Upload(e.x, 0, make([]float32, e.x.Len()))
	e.d.FCForward(exchanged, e.x, e.w, nil, e.y)
	return cmp.Or(
		e.d.Download(e.y, 0, make([]float32, e.y.Len())),
		e.d.Marks(make([]time.Time, 1)),
		e.d.Sync())
}

// partnerLearns checks that whoever waits for the device is told what failed.
func (e *exchanger) partnerLearns(t *testing.T, failure error) {
	answer, _ := e.partner.Alloc(e.y.Len())
	e.partner.Receive(e.back, answer, e.y.Len())
	err := e.partner.Sync()
	if !errors.As(err, new(*device.PartnerError)) || !isLine(err, failure.Error()) {
		t.Errorf("the other device says %q, want that %q", err, failure)
	}
}

// Working memory that does not fit is an error like any other, also where
// operations before it are waiting to be submitted, or recorded.
func TestWorkingMemoryThatDoesNotFit(t *testing.T) {
	const n = 100_000
	large := device.LRN{Image: device.Image{N: 1, C: 1, H: 100, W: n / 100}, Groups: 1, Size: 5, K: 2, Alpha: 1, Beta: 0.75, SameMap: true}
	small := large
	small.H, small.W = 10, 10
	vktest.Each(t, func(t *testing.T, physical *vk.PhysicalDevice) {
		for _, recorded := range []bool{false, true} {
			d := open(t, physical, Options{Budget: 1 << 20})
			x, err := d.Alloc(n)
			if err != nil {
				t.Fatal(err)
			}
			y, err := d.Alloc(n)
			if err != nil {
				t.Fatal(err)
			}
			d.LRN(small, x, y) // compiles
			work := func() {
				d.Fill(x, 1)
				d.LRN(large, x, y)
				d.Scale(n, 2, x, y) // and goes on as if nothing had happened
			}
			if recorded {
				r := d.Record(work)
				r.Replay()
				r.Close()
			} else {
				work()
			}
			if err := d.Sync(); !errors.As(err, new(*vk.OutOfMemory)) || !isLine(err, "vulkan: "+physical.Name) {
				t.Errorf("recorded %v: %v", recorded, err)
			}
			d.Free(x)
			d.Free(y)
			if err := d.Close(); !errors.As(err, new(*vk.OutOfMemory)) || !isLine(err, "vulkan") || len(d.Notes()) > 0 {
				t.Errorf("recorded %v: Close: %v; notes %q", recorded, err, d.Notes())
			}
		}
	})
}

// Where memory is short, freed memory is waited for, in a recording too; and
// what fails meanwhile is told as it is.
func TestFreedMemoryIsWaitedFor(t *testing.T) {
	const n = 60_000 // four of them fit, with the one that the message needs; five do not
	layer := device.LRN{Image: device.Image{N: 1, C: 1, H: 100, W: n / 100}, Groups: 1, Size: 5, K: 2, Alpha: 1, Beta: 0.75, SameMap: true}
	vktest.Each(t, func(t *testing.T, p *vk.PhysicalDevice) {
		for _, lost := range []bool{false, true} {
			d := open(t, p, Options{Budget: 1 << 20})
			l := device.NewLink(n)
			x, _ := d.Alloc(n)
			y, _ := d.Alloc(n)
			freed, err := d.Alloc(n)
			if err != nil {
				t.Fatal(err)
			}
			if lost {
				defer vk.InjectFault("vkQueueSubmit", 2, int32(vk.DeviceLost))() // the first is before the message
			}
			d.Fill(freed, 0)
			d.Receive(l, freed, n)
			d.Free(freed)
			time.AfterFunc(50*time.Millisecond, func() { _ = l.Put(n, func([]float32) {}) })
			if !lost {
				d.Record(func() { d.LRN(layer, x, y) }).Close()
				if err := d.Sync(); err != nil {
					t.Error(err)
				}
			} else if _, err := d.Alloc(n); err == nil || err != d.failure() || !isLine(err, "vkQueueSubmit: VK_ERROR_DEVICE_LOST") {
				t.Errorf("Alloc: %v", err)
			}
			d.Free(x)
			d.Free(y)
			_ = d.Close()
		}
	})
}

// A device that cannot be equipped is not opened, and can be later.
func TestOpenThatFails(t *testing.T) {
	vktest.Each(t, func(t *testing.T, p *vk.PhysicalDevice) {
		restore := vk.InjectFault("vkAllocateMemory", 1, int32(vk.OutOfDeviceMemory))
		d, err := Open("vulkan", p, Options{})
		restore()
		if !isLine(err, "vulkan: "+p.Name+": out of memory") {
			t.Errorf("%v, %v", d, err)
		}
		if err := open(t, p, Options{}).Close(); err != nil {
			t.Error(err)
		}
	})
}
