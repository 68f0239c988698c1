//go:build cgo

package vk_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tandem/vk"
	"tandem/vk/vktest"
)

// compile opens a device with that cache file, compiles and runs a kernel and
// closes the device. It returns the device's notes.
func compile(t *testing.T, p *vk.PhysicalDevice, file string) []string {
	t.Helper()
	d, err := p.Open(vk.DeviceOptions{CacheFile: file})
	must(t, err)
	t.Run("kernel", func(t *testing.T) { // closes what it opens
		k, b := kernel(t, d, vk.PipelineInfo{Name: "grid", Bindings: 1, Spec: []uint32{1}}), buffer(t, d, 1, vk.FromDevice)
		fillNaN(floats(b))
		run(t, d, func(c *vk.Commands) { c.Dispatch(k, []vk.Arg{write(b)}, nil, [3]uint32{1, 1, 1}) })
		if floats(b)[0] != 0 {
			t.Errorf("the kernel gives %g", floats(b)[0])
		}
	})
	must(t, d.Close())
	return d.Notes()
}

func TestPipelineCache(t *testing.T) {
	vktest.Each(t, func(t *testing.T, p *vk.PhysicalDevice) {
		file := filepath.Join(t.TempDir(), "folder", "cache")
		if notes := compile(t, p, file); len(notes) != 0 {
			t.Errorf("first use: %q", notes)
		}
		whole, err := os.ReadFile(file)
		must(t, err)
		first, err := os.Stat(file)
		must(t, err)
		if notes := compile(t, p, file); len(notes) != 0 {
			t.Errorf("second use: %q", notes)
		}
		again, err := os.ReadFile(file)
		must(t, err)
		second, err := os.Stat(file)
		must(t, err)
		if bytes.Equal(whole, again) && !os.SameFile(first, second) {
			t.Error("written again with nothing new")
		}
		entries, err := os.ReadDir(filepath.Dir(file))
		must(t, err)
		if len(entries) != 1 {
			t.Errorf("%d files are left", len(entries))
		}
		for name, data := range damaged(whole) {
			must(t, os.WriteFile(file, data, 0o666))
			if notes := compile(t, p, file); len(notes) != 1 || !strings.Contains(notes[0], p.Name+": pipeline cache "+file+" is not used: ") {
				t.Errorf("%s: notes %q", name, notes)
			}
			if notes := compile(t, p, file); len(notes) != 0 {
				t.Errorf("%s: it is not replaced: %q", name, notes)
			}
		}
	})
}

// damaged returns what can become of a file, by name.
func damaged(whole []byte) map[string][]byte {
	flip := func(i int) []byte {
		d := bytes.Clone(whole)
		d[i] ^= 1
		return d
	}
	return map[string][]byte{
		"empty":        {},
		"cut early":    whole[:10],
		"cut in sum":   whole[:30],
		"cut in data":  whole[:len(whole)-1],
		"no data":      whole[:19+32],
		"longer":       append(bytes.Clone(whole), 0),
		"magic":        flip(3),
		"sum":          flip(25),
		"first byte":   flip(19 + 32),
		"last byte":    flip(len(whole) - 1),
		"another file": bytes.Repeat([]byte("not a cache "), 100),
	}
}

// Another driver's cache is whole, and yet of no use.
func TestForeignPipelineCache(t *testing.T) {
	devices := vktest.Instance(t, true).Devices()
	if len(devices) < 2 {
		t.Skip("one device only")
	}
	file := filepath.Join(t.TempDir(), "cache")
	compile(t, devices[0], file)
	if notes := compile(t, devices[1], file); len(notes) != 1 || !strings.Contains(notes[0], "another device or driver") {
		t.Errorf("notes: %q", notes)
	}
	if notes := compile(t, devices[1], file); len(notes) != 0 {
		t.Errorf("it is not replaced: %q", notes)
	}
}

// A cache that cannot be read or written is a note, too.
func TestUnusablePipelineCacheFile(t *testing.T) {
	vktest.Each(t, func(t *testing.T, p *vk.PhysicalDevice) {
		folder := t.TempDir()
		notes := compile(t, p, folder) // a folder is no file
		if len(notes) != 2 || !strings.Contains(notes[0], "is not used") || !strings.Contains(notes[1], "is not saved") {
			t.Errorf("notes: %q", notes)
		}
		must(t, os.WriteFile(filepath.Join(folder, "file"), nil, 0o666))
		if notes := compile(t, p, filepath.Join(folder, "file", "cache")); len(notes) != 2 {
			t.Errorf("below a file: %q", notes)
		}
		if left, _ := filepath.Glob(filepath.Join(folder, ".pipelines*")); len(left) != 0 {
			t.Errorf("left behind: %q", left)
		}
	})
}
