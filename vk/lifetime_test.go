//go:build cgo

package vk_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"tandem/vk"
	"tandem/vk/vktest"
)

// Everything can be closed twice, after its device too, and counts until then.
func TestHandlesComeBackToZero(t *testing.T) {
	vktest.Each(t, func(t *testing.T, p *vk.PhysicalDevice) {
		d, err := p.Open(vk.DeviceOptions{})
		must(t, err)
		open := func() []interface{ Close() } {
			b, err := d.NewBuffer(100, vk.OnDevice)
			must(t, err)
			c, err := d.NewCommands()
			must(t, err)
			l, err := d.NewTimeline()
			must(t, err)
			q, err := d.NewQueries(2)
			must(t, err)
			code, err := kernels.ReadFile("testdata/grid.spv")
			must(t, err)
			k, err := d.NewPipeline(vk.PipelineInfo{Name: "grid", SPIRV: code, Bindings: 1, Spec: []uint32{1}})
			must(t, err)
			return []interface{ Close() }{b, c, l, q, k}
		}
		for i, h := range open() {
			if n := d.Live(); n != 5-i {
				t.Errorf("%d handles are open, want %d", n, 5-i)
			}
			h.Close()
			h.Close()
		}
		if n := d.Live(); n != 0 {
			t.Errorf("%d handles are open after all were closed", n)
		}
		if used, _ := d.Budget(); used != 0 {
			t.Errorf("%d bytes are allocated after all was closed", used)
		}
		left := append(open(), open()[:1]...)
		extra := open()[1:]
		_ = extra
		must(t, d.Close())
		must(t, d.Close())
		want := p.Name + ": closed with handles still open: 3 buffers, 3 command buffers, 3 pipelines, 3 query pools, 3 timelines"
		if !slices.Contains(d.Notes(), want) {
			t.Errorf("notes: %q, want %q", d.Notes(), want)
		}
		for _, h := range left {
			h.Close()
		}
	})
}

// panicOf returns what f panics with, as text, "" if it returns.
func panicOf(f func()) (text string) {
	defer func() {
		if r := recover(); r != nil {
			text = fmt.Sprint(r)
		}
	}()
	f()
	return ""
}

// After Close every use says so, by an error or a panic.
func TestUseAfterClose(t *testing.T) {
	vktest.Each(t, func(t *testing.T, p *vk.PhysicalDevice) {
		d := openDevice(t, p)
		c, l := commands(t, d), timeline(t, d)
		q, err := d.NewQueries(1)
		must(t, err)
		b, k := buffer(t, d, 10, vk.ToDevice), kernel(t, d, vk.PipelineInfo{Name: "grid", Bindings: 1, Spec: []uint32{1}})
		live := buffer(t, d, 10, vk.ToDevice)
		must(t, c.Begin())
		b.Close()
		q.Close()
		for name, f := range map[string]func(){
			"Bytes":             func() { b.Bytes() },
			"Dispatch's buffer": func() { c.Dispatch(k, []vk.Arg{write(b)}, nil, [3]uint32{1, 1, 1}) },
			"Copy":              func() { c.Copy(b, 0, live, 0, 4) },
			"Fill":              func() { c.Fill(b, 0, 4, 0) },
			"Update":            func() { c.Update(b, 0, []uint32{0}) },
			"Timestamp":         func() { c.Timestamp(q, 0) },
		} {
			if text := panicOf(f); !strings.Contains(text, "is closed") {
				t.Errorf("%s: %q", name, text)
			}
		}
		k.Close()
		if text := panicOf(func() { c.Dispatch(k, []vk.Arg{write(live)}, nil, [3]uint32{1, 1, 1}) }); !strings.Contains(text, "grid: ") || !strings.Contains(text, "is closed") {
			t.Errorf("Dispatch of a closed kernel: %q", text)
		}
		must(t, c.End())
		c.Close()
		l.Close()
		_, valueError := l.Value()
		for name, err := range map[string]error{
			"Begin": c.Begin(), "Value": valueError, "Wait": l.Wait(0), "Signal": l.Signal(1), "Read": q.Read(make([]uint64, 1)),
		} {
			if err == nil || !strings.Contains(err.Error(), "is closed") {
				t.Errorf("%s: %v", name, err)
			}
		}
		if text := panicOf(func() { d.Submit(c, nil, vk.Point{}) }); !strings.Contains(text, "is closed") {
			t.Errorf("Submit of closed commands: %q", text)
		}
	})
}

func TestClosedDevice(t *testing.T) {
	vktest.Each(t, func(t *testing.T, p *vk.PhysicalDevice) {
		d, err := p.Open(vk.DeviceOptions{})
		must(t, err)
		b := buffer(t, d, 10, vk.ToDevice)
		c, l := record(t, d, func(*vk.Commands) {}), timeline(t, d)
		must(t, d.Close())
		_, bufferError := d.NewBuffer(4, vk.OnDevice)
		_, commandsError := d.NewCommands()
		_, timelineError := d.NewTimeline()
		_, queriesError := d.NewQueries(1)
		_, pipelineError := d.NewPipeline(vk.PipelineInfo{})
		_, _, calibrateError := d.Calibrate()
		for name, err := range map[string]error{
			"NewBuffer": bufferError, "NewCommands": commandsError, "NewTimeline": timelineError, "NewQueries": queriesError,
			"NewPipeline": pipelineError, "Calibrate": calibrateError, "WaitIdle": d.WaitIdle(), "Submit": d.Submit(c, nil, vk.Point{}), "Begin": c.Begin(), "Wait": l.Wait(0),
		} {
			if err == nil || !strings.Contains(err.Error(), p.Name) || !strings.Contains(err.Error(), "is closed") {
				t.Errorf("%s: %v", name, err)
			}
		}
		if text := panicOf(func() { b.Bytes() }); !strings.Contains(text, "is closed") {
			t.Errorf("Bytes: %q", text)
		}
		if n := d.Live(); n != 0 {
			t.Errorf("%d handles are open", n)
		}
	})
}
