//go:build cgo

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"tandem/vk/vktest"
)

// gpuNames returns the names of the Vulkan devices that tests run on, software
// drivers as a rule; the program sees the same ones.
func gpuNames(t *testing.T) []string {
	t.Helper()
	var names []string
	for i, p := range vktest.Instance(t, false).Devices() {
		if p.Unsuitable() == "" {
			names = append(names, fmt.Sprintf("vulkan:%d", i))
		}
	}
	if len(names) == 0 && os.Getenv("TANDEM_VULKAN_TESTS") == "required" {
		t.Fatal("no Vulkan device can be used; TANDEM_VULKAN_TESTS=required wants one")
	}
	if len(names) == 0 {
		t.Skip("no Vulkan device can be used")
	}
	return names
}

// gpuPair returns a --device value of two drivers, or of one twice.
func gpuPair(t *testing.T) string {
	t.Helper()
	names := gpuNames(t)
	return names[0] + "," + names[len(names)-1]
}

func TestDevicesListsEveryDriver(t *testing.T) {
	names := gpuNames(t)
	var lines []deviceLine
	decode(t, succeed(t, "devices", "--json"), &lines)
	taken := 0
	for _, l := range lines {
		if l.Auto {
			taken++
		}
		if l.Auto && l.Kind == "software" {
			t.Errorf("auto takes %s, which runs on the processor", l.ID)
		}
		if l.ID != "cpu" && (l.Name == "" || l.Vendor == "" || l.Driver == "" || l.MemoryMB == 0 || l.local() == 0 || l.Why == "" ||
			!strings.HasPrefix(l.API, "1.") || l.Limits.StorageRange < 1<<27 || l.Limits.SubgroupSize < 1 || len(l.Queues) == 0) {
			t.Errorf("incomplete: %+v", l)
		}
	}
	if taken != 1 || len(lines) < 1+len(names) {
		t.Errorf("auto takes %d of %d devices, %v can be used", taken, len(lines), names)
	}
	out := succeed(t, "devices")
	for _, l := range lines {
		if !strings.Contains(out, l.ID) || !strings.Contains(out, l.Name) || !strings.Contains(out, l.Why) {
			t.Errorf("no %s in\n%s", l.ID, out)
		}
	}
	for line := range strings.Lines(out) {
		if len(line) > 110 {
			t.Errorf("a line of %d characters: %s", len(line), line)
		}
	}
}

// What a machine lacks is said in one line, and the CPU serves.
func TestMachinesWithoutVulkan(t *testing.T) {
	for name, c := range map[string]struct {
		env  []string
		says string
	}{
		"no drivers": {withoutDrivers, "VK_DRIVER_FILES"},
		"no loader":  {[]string{"TANDEM_VULKAN_LOADER=/nix/libvulkan.so.1"}, "/nix/libvulkan.so.1"},
	} {
		t.Run(name, func(t *testing.T) {
			r := tandemWith(t, c.env, "devices")
			if r.status != 0 || !strings.Contains(r.stdout, "no Vulkan device: ") || !strings.Contains(r.stdout, c.says) || !strings.Contains(r.stdout, "auto takes it") {
				t.Errorf("%+v", r)
			}
			r = tandemWith(t, c.env, "bench", "--device", "vulkan:0")
			if r.status != 1 || strings.Count(r.stderr, "\n") != 1 || !strings.Contains(r.stderr, "vulkan:0") || !strings.Contains(r.stderr, c.says) {
				t.Errorf("%+v", r)
			}
			r = tandemWith(t, c.env, "doctor", "--ops", "Fill", "--json")
			if r.status != 0 || r.stderr != "" {
				t.Errorf("%+v", r)
			}
		})
	}
}

func TestBuiltWithoutCgo(t *testing.T) {
	unraced(t)
	plain := filepath.Join(t.TempDir(), "tandem")
	build := exec.Command("go", "build", "-o", plain, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, c := range []struct {
		args, says string
		status     int
	}{{"devices", "built without cgo", 0}, {"version", "built without cgo", 0}, {"bench --device vulkan:0", "built without cgo", 1}} {
		cmd := command(t, strings.Fields(c.args)...)
		cmd.Path = plain
		if r := finish(t, cmd); r.status != c.status || !strings.Contains(r.stdout+r.stderr, c.says) {
			t.Errorf("%s: %+v", c.args, r)
		}
	}
}

func TestDevicesThatAreNotThere(t *testing.T) {
	gpuNames(t)
	for _, b := range []bad{
		{"bench --device vulkan:63", 1, "vulkan:63"},
		{"doctor --device cpu,vulkan:63", 1, "vulkan:63"},
		{"train --data fashion-mnist --device vulkan:63", 1, "vulkan:63"},
	} {
		b.try(t)
	}
}

// Compiled kernels are kept from run to run, and a damaged file does no harm but
// is told of.
func TestKernelsAreKept(t *testing.T) {
	unraced(t)
	name := gpuNames(t)[0]
	cache := t.TempDir()
	env := []string{"XDG_CACHE_HOME=" + cache}
	if runtime.GOOS != "linux" {
		t.Skip("XDG_CACHE_HOME is of Linux")
	}
	check := func() result {
		r := tandemWith(t, env, "doctor", "--device", name, "--ops", "Fill,Scale")
		if r.status != 0 {
			t.Fatalf("%+v", r)
		}
		return r
	}
	check()
	files, _ := filepath.Glob(filepath.Join(cache, "tandem", "pipelines-*.bin"))
	if len(files) != 1 {
		t.Fatalf("the cache holds %v", files)
	}
	if info, err := os.Stat(filepath.Join(cache, "tandem")); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder: %v, %v", info.Mode(), err)
	}
	if r := check(); r.stderr != "" {
		t.Errorf("the second run says %q", r.stderr)
	}
	if err := os.WriteFile(files[0], []byte("damaged"), 0o600); err != nil {
		t.Fatal(err)
	}
	if r := check(); strings.Count(r.stderr, "\n") != 1 || !strings.Contains(r.stderr, files[0]) {
		t.Errorf("of a damaged cache is said %q", r.stderr)
	}
	if r := check(); r.stderr != "" {
		t.Errorf("the damaged cache was not replaced: %q", r.stderr)
	}
	env[0] = "XDG_CACHE_HOME=/proc/nix"
	if r := check(); r.stderr != "" {
		t.Errorf("without a cache: %q", r.stderr)
	}
}
