//go:build cgo

package vk_test

import (
	"strings"
	"testing"

	"tandem/vk"
	"tandem/vk/vktest"
)

// Wrong arguments panic before the driver sees them, and say which kernel.
func TestWrongDispatches(t *testing.T) {
	vktest.Each(t, func(t *testing.T, p *vk.PhysicalDevice) {
		d := openDevice(t, p)
		k := affine(t, d)
		b, o := buffer(t, d, 1000, vk.OnDevice), buffer(t, d, 1000, vk.OnDevice)
		push, one := []uint32{1, 0, 0}, [3]uint32{1, 1, 1}
		arg := func(offset, size int64) vk.Arg {
			return vk.Arg{Buffer: o, Offset: offset, Size: size, Access: vk.Write}
		}
		limit := p.Limits
		c := commands(t, d)
		must(t, c.Begin())
		for name, f := range map[string]func(){
			"too few buffers":  func() { c.Dispatch(k, []vk.Arg{read(b)}, push, one) },
			"too many buffers": func() { c.Dispatch(k, []vk.Arg{read(b), write(o), read(b)}, push, one) },
			"push constants":   func() { c.Dispatch(k, []vk.Arg{read(b), write(o)}, push[:2], one) },
			"no workgroups":    func() { c.Dispatch(k, []vk.Arg{read(b), write(o)}, push, [3]uint32{1, 0, 1}) },
			"many workgroups": func() {
				c.Dispatch(k, []vk.Arg{read(b), write(o)}, push, [3]uint32{1, uint32(limit.WorkgroupCount[1]) + 1, 1})
			},
			"before it":   func() { c.Dispatch(k, []vk.Arg{read(b), arg(-int64(limit.StorageAlignment), 4)}, push, one) },
			"beyond it":   func() { c.Dispatch(k, []vk.Arg{read(b), arg(0, 4004)}, push, one) },
			"empty":       func() { c.Dispatch(k, []vk.Arg{read(b), arg(0, 0)}, push, one) },
			"not aligned": func() { c.Dispatch(k, []vk.Arg{read(b), arg(4, 4)}, push, one) },
			"no access":   func() { c.Dispatch(k, []vk.Arg{read(b), {Buffer: o, Size: 4}}, push, one) },
		} {
			if text := panicOf(f); !strings.Contains(text, "affine: ") {
				t.Errorf("%s: %q", name, text)
			}
		}
		must(t, c.End())
	})
}

// A view may be as large as the device says, and no larger.
func TestLargestView(t *testing.T) {
	vktest.Each(t, func(t *testing.T, p *vk.PhysicalDevice) {
		if p.Limits.StorageRange > 256*mib {
			t.Skipf("views of %d bytes are possible; the test would need that much memory", p.Limits.StorageRange)
		}
		d := openDevice(t, p)
		k, c := kernel(t, d, vk.PipelineInfo{Name: "grid", Bindings: 1, Spec: []uint32{1}}), commands(t, d)
		b, err := d.NewBuffer(p.Limits.StorageRange+4, vk.OnDevice)
		must(t, err)
		defer b.Close()
		must(t, c.Begin())
		c.Dispatch(k, []vk.Arg{{Buffer: b, Size: p.Limits.StorageRange, Access: vk.Write}}, nil, [3]uint32{1, 1, 1})
		if text := panicOf(func() { c.Dispatch(k, []vk.Arg{write(b)}, nil, [3]uint32{1, 1, 1}) }); !strings.Contains(text, "grid: ") {
			t.Errorf("one word too many: %q", text)
		}
		must(t, c.End())
	})
}

func TestWrongCopies(t *testing.T) {
	vktest.Each(t, func(t *testing.T, p *vk.PhysicalDevice) {
		d := openDevice(t, p)
		a, b := buffer(t, d, 100, vk.OnDevice), buffer(t, d, 100, vk.OnDevice)
		q, err := d.NewQueries(2)
		must(t, err)
		defer q.Close()
		c := commands(t, d)
		must(t, c.Begin())
		for name, f := range map[string]func(){
			"Copy of nothing":          func() { c.Copy(a, 0, b, 0, 0) },
			"Copy before the source":   func() { c.Copy(a, -4, b, 0, 4) },
			"Copy beyond the source":   func() { c.Copy(a, 396, b, 0, 8) },
			"Copy beyond the target":   func() { c.Copy(a, 0, b, 4, 400) },
			"Copy onto itself":         func() { c.Copy(a, 0, a, 8, 12) },
			"Fill of odd bytes":        func() { c.Fill(a, 0, 5, 0) },
			"Fill at an odd place":     func() { c.Fill(a, 2, 4, 0) },
			"Fill beyond the end":      func() { c.Fill(a, 0, 404, 0) },
			"Update of nothing":        func() { c.Update(a, 0, nil) },
			"Update of too much":       func() { c.Update(buffer(t, d, 20_000, vk.OnDevice), 0, make([]uint32, 16385)) },
			"Update at an odd place":   func() { c.Update(a, 1, []uint32{1}) },
			"Update beyond the end":    func() { c.Update(a, 396, []uint32{1, 2}) },
			"Timestamp beyond the end": func() { c.Timestamp(q, 2) },
		} {
			call, _, _ := strings.Cut(name, " ")
			if text := panicOf(f); !strings.Contains(text, call) {
				t.Errorf("%s: %q", name, text)
			}
		}
		must(t, c.End())
	})
}

func TestCommandsOutsideARecording(t *testing.T) {
	vktest.Each(t, func(t *testing.T, p *vk.PhysicalDevice) {
		d := openDevice(t, p)
		b, c := buffer(t, d, 100, vk.OnDevice), commands(t, d)
		fill := func() { c.Fill(b, 0, 4, 0) }
		if panicOf(fill) == "" || panicOf(func() { c.End() }) == "" {
			t.Error("no panic before Begin")
		}
		if err := d.Submit(c, nil, vk.Point{}); err == nil {
			t.Error("an empty recording was submitted")
		}
		must(t, c.Begin())
		if err := d.Submit(c, nil, vk.Point{}); err == nil || !strings.Contains(err.Error(), p.Name) {
			t.Errorf("submitted before End: %v", err)
		}
		fill()
		must(t, c.End())
		if panicOf(fill) == "" {
			t.Error("no panic after End")
		}
	})
}

// What belongs to one device does not get to another.
func TestForeignHandles(t *testing.T) {
	devices := vktest.Instance(t, true).Devices()
	if len(devices) < 2 {
		t.Skip("one device only")
	}
	d, other := openDevice(t, devices[0]), openDevice(t, devices[1])
	k, b, foreign := affine(t, d), buffer(t, d, 10, vk.OnDevice), buffer(t, other, 10, vk.OnDevice)
	l, c := timeline(t, other), commands(t, d)
	must(t, c.Begin())
	for name, f := range map[string]func(){
		"buffer":   func() { c.Dispatch(k, []vk.Arg{read(b), write(foreign)}, []uint32{0, 0, 0}, [3]uint32{1, 1, 1}) },
		"copy":     func() { c.Copy(b, 0, foreign, 0, 4) },
		"timeline": func() { d.Submit(nil, []vk.Point{{Timeline: l}}, vk.Point{}) },
		"signal":   func() { d.Submit(nil, nil, vk.Point{Timeline: l, Value: 1}) },
	} {
		if text := panicOf(f); !strings.Contains(text, devices[1].Name) {
			t.Errorf("%s: %q", name, text)
		}
	}
	must(t, c.End())
}

func TestKernelsThatCannotBe(t *testing.T) {
	vktest.Each(t, func(t *testing.T, p *vk.PhysicalDevice) {
		d := openDevice(t, p)
		code, err := kernels.ReadFile("testdata/grid.spv")
		must(t, err)
		for name, i := range map[string]vk.PipelineInfo{
			"empty":      {SPIRV: nil},
			"cut":        {SPIRV: code[:len(code)-1]},
			"text":       {SPIRV: []byte("#version 450 this is not a kernel")},
			"bindings":   {SPIRV: code, Bindings: 17},
			"push words": {SPIRV: code, Bindings: 1, PushWords: 33},
			"constants":  {SPIRV: code, Bindings: 1, Spec: make([]uint32, 33)},
		} {
			i.Name = "sample"
			if _, err := d.NewPipeline(i); err == nil || !strings.Contains(err.Error(), "kernel sample: ") || !strings.Contains(err.Error(), p.Name) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}
