//go:build cgo

package vk_test

import (
	"errors"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"tandem/vk"
	"tandem/vk/vktest"
)

// Tests that need a process of their own, with other drivers or another loader,
// run this test program again with one of these in the environment.
const childVariable = "TANDEM_VK_CHILD"

func TestMain(m *testing.M) {
	if child := os.Getenv(childVariable); child != "" {
		os.Exit(runChild(child))
	}
	os.Exit(m.Run())
}

// runChild opens Vulkan in that environment and prints what it found.
func runChild(how string) int {
	i, err := vk.NewInstance(vk.InstanceOptions{Validation: how == "validation"})
	if err != nil {
		os.Stdout.WriteString("error: " + err.Error() + "\n")
		return 0
	}
	for _, p := range i.Devices() {
		os.Stdout.WriteString("device: " + p.Name + "\n")
	}
	if err := i.Close(); err != nil {
		os.Stdout.WriteString("close: " + err.Error() + "\n")
	}
	return 0
}

// child returns what a process with this environment prints, "" for nothing.
func child(t *testing.T, how string, env ...string) string {
	t.Helper()
	vktest.Instance(t, false) // skips where Vulkan is not installed
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(append(os.Environ(), childVariable+"="+how), env...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return strings.TrimSpace(string(out))
}

func TestMissingLoaderIsOneClearLine(t *testing.T) {
	_, err := vk.NewInstance(vk.InstanceOptions{Loader: "/nowhere/libvulkan.so.1"})
	if !errors.Is(err, vk.ErrNoLoader) {
		t.Fatalf("error %v, want ErrNoLoader", err)
	}
	for _, word := range []string{"Vulkan is not installed", "/nowhere/libvulkan.so.1", "install"} {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("%q does not say %q", err, word)
		}
	}
	if strings.Contains(err.Error(), "\n") {
		t.Errorf("%q has several lines", err)
	}
}

func TestLoaderFromTheEnvironment(t *testing.T) {
	out := child(t, "plain", vk.LoaderVariable+"=/nowhere/libvulkan.so.1")
	if !strings.HasPrefix(out, "error: Vulkan is not installed (/nowhere/libvulkan.so.1") {
		t.Errorf("printed %q", out)
	}
}

// A library that is no Vulkan loader.
func TestWrongLibrary(t *testing.T) {
	libc := "libm.so.6"
	_, err := vk.NewInstance(vk.InstanceOptions{Loader: libc})
	if !errors.Is(err, vk.ErrNoLoader) {
		t.Fatalf("error %v, want ErrNoLoader", err)
	}
}

func TestNoDrivers(t *testing.T) {
	out := child(t, "plain", "VK_DRIVER_FILES=/nowhere.json", "VK_ICD_FILENAMES=/nowhere.json")
	if out != "" && !strings.HasPrefix(out, "error: Vulkan is installed, but no driver for it: ") {
		t.Errorf("printed %q", out)
	}
	if strings.Contains(out, "\n") {
		t.Errorf("%q has several lines", out)
	}
}

// A driver whose GPU is not there is a list without devices.
func TestDriverWithoutDevice(t *testing.T) {
	const radeon = "/usr/share/vulkan/icd.d/radeon_icd.x86_64.json"
	if _, err := os.Stat(radeon); err != nil {
		t.Skip("no " + radeon)
	}
	if out := child(t, "plain", "VK_DRIVER_FILES="+radeon, "VK_ICD_FILENAMES="+radeon); out != "" && !strings.HasPrefix(out, "device: AMD") {
		t.Errorf("printed %q", out)
	}
}

func TestMissingValidationLayer(t *testing.T) {
	out := child(t, "validation", "VK_LAYER_PATH="+t.TempDir(), "XDG_DATA_DIRS=/nowhere", "XDG_DATA_HOME=/nowhere")
	if !strings.HasPrefix(out, "error: the validation layer VK_LAYER_KHRONOS_validation is not installed: install ") {
		t.Errorf("printed %q", out)
	}
}

func TestInstancesOneAfterAnotherAndAtOnce(t *testing.T) {
	want := len(vktest.Instance(t, false).Devices())
	var open []*vk.Instance
	for n := range 6 {
		i, err := vk.NewInstance(vk.InstanceOptions{Validation: n == 2})
		if err != nil {
			t.Skip(err)
		}
		if len(i.Devices()) != want {
			t.Errorf("instance %d has %d devices, the first had %d", n, len(i.Devices()), want)
		}
		if open = append(open, i); n%2 == 1 {
			closeTwice(t, i)
		}
	}
	for _, i := range open {
		closeTwice(t, i)
	}
}

func closeTwice(t *testing.T, i *vk.Instance) {
	t.Helper()
	for range 2 {
		if err := i.Close(); err != nil {
			t.Error(err)
		}
	}
	if m := i.Messages(); len(m) > 0 {
		t.Errorf("messages %q", m)
	}
}

func TestBothDriversAreDevices(t *testing.T) {
	if os.Getenv("TANDEM_VULKAN_TESTS") != "required" {
		t.Skip("only where both drivers must be")
	}
	var names []string
	for _, p := range vktest.Instance(t, false).Devices() {
		names = append(names, strings.Fields(p.Name)[0])
	}
	slices.Sort(names)
	if !slices.Equal(names, []string{"SwiftShader", "llvmpipe"}) {
		t.Errorf("devices %q", names)
	}
}

// What every Vulkan device must tell, and what we know of these two.
func TestDevicesDescribeThemselves(t *testing.T) {
	vktest.Each(t, func(t *testing.T, p *vk.PhysicalDevice) {
		l := p.Limits
		for _, n := range []struct {
			name     string
			got, min int64
		}{
			{"WorkgroupInvocations", int64(l.WorkgroupInvocations), 128},
			{"WorkgroupSizeX", int64(l.WorkgroupSizeX), 128},
			{"WorkgroupCount[0]", int64(l.WorkgroupCount[0]), 65535},
			{"WorkgroupCount[1]", int64(l.WorkgroupCount[1]), 65535},
			{"WorkgroupCount[2]", int64(l.WorkgroupCount[2]), 65535},
			{"SharedMemory", int64(l.SharedMemory), 16384},
			{"StorageRange", l.StorageRange, 1 << 27},
			{"StorageAlignment", int64(l.StorageAlignment), 1},
			{"StorageBuffers", int64(l.StorageBuffers), 4},
			{"PushConstants", int64(l.PushConstants), 128},
			{"SubgroupSize", int64(l.SubgroupSize), 1},
			{"MaxAllocations", l.MaxAllocations, 4096},
			{"MaxAllocation", l.MaxAllocation, 1 << 30},
			{"NonCoherentAtom", int64(l.NonCoherentAtom), 1},
			{"Heaps", int64(len(p.Heaps)), 1},
			{"MemoryTypes", int64(len(p.MemoryTypes)), 1},
			{"QueueFamilies", int64(len(p.QueueFamilies)), 1},
		} {
			if n.got < n.min {
				t.Errorf("%s is %d, Vulkan promises %d", n.name, n.got, n.min)
			}
		}
		if p.UUID == [16]byte{} || p.Name == "" || p.Driver == "" || p.Vendor == "" || !p.Features.TimelineSemaphore {
			t.Errorf("UUID %x, name %q, driver %q, vendor %q, features %+v", p.UUID, p.Name, p.Driver, p.Vendor, p.Features)
		}
		if p.Features.Subgroup&vk.SubgroupBasic == 0 {
			t.Errorf("subgroup operations %b lack the basic ones", p.Features.Subgroup)
		}
		checkMemory(t, p)
	})
}

func checkMemory(t *testing.T, p *vk.PhysicalDevice) {
	t.Helper()
	onDevice := false
	for _, m := range p.MemoryTypes {
		if m.Heap < 0 || m.Heap >= len(p.Heaps) {
			t.Fatalf("memory type %+v of %d heaps", m, len(p.Heaps))
		}
		onDevice = onDevice || m.Flags&vk.DeviceLocal != 0 && p.Heaps[m.Heap].DeviceLocal
		if p.Heaps[m.Heap].Bytes < 1<<20 {
			t.Errorf("a heap of %d bytes", p.Heaps[m.Heap].Bytes)
		}
	}
	if !onDevice {
		t.Error("no memory on the device")
	}
}

// The two drivers of the tests, by what the specification of each says.
func TestKnownDrivers(t *testing.T) {
	want := map[string]struct{ vendor, kind, driver string }{
		"llvmpipe":    {"Mesa", "software", "llvmpipe Mesa "},
		"SwiftShader": {"Google", "software", "SwiftShader driver"},
	}
	vktest.Each(t, func(t *testing.T, p *vk.PhysicalDevice) {
		w, known := want[strings.Fields(p.Name)[0]]
		if !known {
			t.Skipf("nothing is written down of %s", p.Name)
		}
		if p.Vendor != w.vendor || p.Kind != w.kind || !strings.HasPrefix(p.Driver, w.driver) {
			t.Errorf("vendor %q, kind %q, driver %q; want %+v", p.Vendor, p.Kind, p.Driver, w)
		}
		if p.APIVersion < vk.MakeVersion(1, 2, 0) || p.APIVersion >= vk.MakeVersion(2, 0, 0) {
			t.Errorf("version %v", p.APIVersion)
		}
		if !p.HasExtension("VK_KHR_timeline_semaphore") || p.HasExtension("VK_KHR_timeline") {
			t.Errorf("extensions %q", p.Extensions)
		}
		if f := p.QueueFamilies[0]; !f.Compute || f.Count < 1 || f.TimestampBits != 64 {
			t.Errorf("queue family %+v", f)
		}
	})
}
