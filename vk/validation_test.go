//go:build cgo

package vk_test

import (
	"strings"
	"sync"
	"testing"

	vulkan "github.com/vulkan-go/vulkan"

	"tandem/vk"
	"tandem/vk/vktest"
)

// Calls that ask about an image for no use at all, and about one with a flag that
// there is not. Drivers answer both without harm.
func askWithoutUsage(p *vk.PhysicalDevice) { askAboutImage(p, 0, 0) }
func askWithWrongFlag(p *vk.PhysicalDevice) {
	askAboutImage(p, vulkan.ImageUsageFlags(vulkan.ImageUsageStorageBit), 1<<30)
}

const (
	usageMessage = "VUID-vkGetPhysicalDeviceImageFormatProperties-usage-requiredbitmask"
	flagMessage  = "VUID-vkGetPhysicalDeviceImageFormatProperties-flags-parameter"
)

func askAboutImage(p *vk.PhysicalDevice, usage vulkan.ImageUsageFlags, flags vulkan.ImageCreateFlags) {
	var answer vulkan.ImageFormatProperties
	vulkan.GetPhysicalDeviceImageFormatProperties(p.Handle(), vulkan.FormatR8g8b8a8Unorm, vulkan.ImageType2d, vulkan.ImageTilingOptimal, usage, flags, &answer)
	answer.Free()
}

// validated returns an instance of its own, so that its messages are.
func validated(t *testing.T) *vk.Instance {
	t.Helper()
	vktest.Instance(t, true)
	i, err := vk.NewInstance(vk.InstanceOptions{Validation: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { i.Close() })
	return i
}

func TestWrongCallsAreReportedInOrderAndOnce(t *testing.T) {
	i := validated(t)
	if m := i.Messages(); len(m) > 0 {
		t.Errorf("opening: %q", m)
	}
	p := i.Devices()[0]
	askWithoutUsage(p)
	askWithWrongFlag(p)
	m := i.Messages()
	if len(m) != 2 || !strings.Contains(m[0], usageMessage) || !strings.Contains(m[1], flagMessage) {
		t.Fatalf("messages %q", m)
	}
	for _, line := range m {
		if !strings.HasPrefix(line, "error: ") || strings.Contains(line, "\n") {
			t.Errorf("%q is not one line that says error", line)
		}
	}
	if m := i.Messages(); len(m) > 0 {
		t.Errorf("told twice: %q", m)
	}
}

func TestMessagesOutliveTheInstance(t *testing.T) {
	i := validated(t)
	askWithoutUsage(i.Devices()[0])
	if err := i.Close(); err != nil {
		t.Fatal(err)
	}
	if m := i.Messages(); len(m) != 1 || !strings.Contains(m[0], usageMessage) {
		t.Errorf("messages %q", m)
	}
}

// The layer reports from any thread while another reads.
func TestMessagesFromManyThreads(t *testing.T) {
	const threads, calls = 8, 20
	i := validated(t)
	var wg sync.WaitGroup
	for range threads {
		wg.Go(func() {
			for range calls {
				askWithoutUsage(i.Devices()[0])
			}
		})
	}
	done := make(chan struct{})
	go func() { wg.Wait(); close(done) }()
	heard := 0
	for open := true; open; {
		select {
		case <-done:
			open = false
		default:
		}
		heard += len(i.Messages())
	}
	if heard != threads*calls {
		t.Errorf("%d messages of %d", heard, threads*calls)
	}
}

func TestWithoutValidationNothingIsReported(t *testing.T) {
	vktest.Instance(t, false)
	i, err := vk.NewInstance(vk.InstanceOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer i.Close()
	askWithoutUsage(i.Devices()[0])
	if m := i.Messages(); len(m) > 0 {
		t.Errorf("messages %q", m)
	}
}
