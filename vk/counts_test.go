//go:build cgo

package vk_test

import (
	"testing"

	"tandem/vk"
	"tandem/vk/vktest"
)

// sequence records 3 dispatches, 3 copies and the 4 barriers between them.
func sequence(k *vk.Pipeline, x, y *vk.Buffer) func(c *vk.Commands) {
	n := uint32(x.Size() / 4)
	return func(c *vk.Commands) {
		c.Fill(x, 0, x.Size(), 0)
		c.Dispatch(k, []vk.Arg{read(x), write(y)}, []uint32{n, 0, 0}, groups(int(n)))
		c.Dispatch(k, []vk.Arg{read(y), write(x)}, []uint32{n, 0, 0}, groups(int(n)))
		c.Dispatch(k, []vk.Arg{read(x), write(y)}, []uint32{n, 0, 0}, groups(int(n)))
		c.Copy(y, 0, x, 0, 4)
		c.Update(x, 4, []uint32{1})
	}
}

// One call into C for each command, and one for a submission; a replay counts again.
func TestCounts(t *testing.T) {
	vktest.Each(t, func(t *testing.T, p *vk.PhysicalDevice) {
		d := openDevice(t, p)
		x, y := buffer(t, d, 100, vk.OnDevice), buffer(t, d, 100, vk.OnDevice)
		k, c, l := affine(t, d), commands(t, d), timeline(t, d)
		before := d.Counts()
		must(t, c.Begin())
		sequence(k, x, y)(c)
		must(t, c.End())
		recorded := d.Counts()
		if got, want := recorded, before; got.NativeCalls-want.NativeCalls != 8 || got.Dispatches != want.Dispatches || got.Submits != want.Submits {
			t.Errorf("recording: %+v, before it %+v", got, want)
		}
		for i := range uint64(3) {
			must(t, d.Submit(c, nil, vk.Point{Timeline: l, Value: i + 1}))
			must(t, l.Wait(i+1))
		}
		got := d.Counts()
		want := vk.Counts{Dispatches: before.Dispatches + 9, Barriers: before.Barriers + 15, Copies: before.Copies + 9,
			Submits: before.Submits + 3, NativeCalls: recorded.NativeCalls + 6}
		if got != want {
			t.Errorf("%+v, want %+v", got, want)
		}
	})
}

// Neither recording nor replaying leaves anything to the garbage collector.
func TestRecordingAndReplayingAllocateNothing(t *testing.T) {
	p := vktest.Instance(t, false).Devices()
	for _, p := range p {
		t.Run(p.Name, func(t *testing.T) {
			d := openDevice(t, p)
			x, y := buffer(t, d, 100, vk.OnDevice), buffer(t, d, 100, vk.OnDevice)
			k, c, l := affine(t, d), commands(t, d), timeline(t, d)
			args, push := []vk.Arg{read(x), write(y)}, []uint32{100, 0, 0}
			must(t, c.Begin())
			c.Dispatch(k, args, push, groups(100)) // room for hazards
			if n := testing.AllocsPerRun(100, func() { c.Dispatch(k, args, push, groups(100)) }); n != 0 {
				t.Errorf("a dispatch allocates %g times", n)
			}
			if n := testing.AllocsPerRun(100, func() { c.Copy(x, 0, y, 0, 400); c.Fill(y, 0, 4, 0); c.Update(x, 0, push) }); n != 0 {
				t.Errorf("copy, fill and update allocate %g times", n)
			}
			must(t, c.End())
			wait := []vk.Point{{Timeline: l, Value: 0}}
			v := uint64(0)
			if n := testing.AllocsPerRun(100, func() {
				v++
				d.Submit(c, wait, vk.Point{Timeline: l, Value: v})
				l.Wait(v)
			}); n != 0 {
				t.Errorf("a submission allocates %g times", n)
			}
		})
	}
}

// each runs a benchmark on every driver, without validation.
func each(b *testing.B, f func(b *testing.B, d *vk.Device)) {
	for _, p := range vktest.Instance(b, false).Devices() {
		b.Run(p.Name, func(b *testing.B) { f(b, openDevice(b, p)) })
	}
}

// A recording of 1,000 dispatches, by dispatch.
func BenchmarkDispatch(b *testing.B) {
	each(b, func(b *testing.B, d *vk.Device) {
		x, y, z := buffer(b, d, 100, vk.OnDevice), buffer(b, d, 100, vk.OnDevice), buffer(b, d, 100, vk.OnDevice)
		k, c := mix(b, d, 1), commands(b, d)
		args := []vk.Arg{read(x), read(y), both(z)}
		b.ReportAllocs()
		for b.Loop() {
			must(b, c.Begin())
			for range 1000 {
				c.Dispatch(k, args, []uint32{100}, groups(100))
			}
			must(b, c.End())
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(1000*b.N), "ns/dispatch")
	})
}

// A replay of 60 dispatches that compute next to nothing, as a step has.
func BenchmarkReplay(b *testing.B) {
	each(b, func(b *testing.B, d *vk.Device) {
		x, y, z := buffer(b, d, 100, vk.OnDevice), buffer(b, d, 100, vk.OnDevice), buffer(b, d, 100, vk.OnDevice)
		k, l := mix(b, d, 1), timeline(b, d)
		c := record(b, d, func(c *vk.Commands) {
			for range 60 {
				c.Dispatch(k, []vk.Arg{read(x), read(y), both(z)}, []uint32{1}, groups(1))
			}
		})
		b.ReportAllocs()
		v := uint64(0)
		for b.Loop() {
			v++
			must(b, d.Submit(c, nil, vk.Point{Timeline: l, Value: v}))
			must(b, l.Wait(v))
		}
	})
}
