//go:build cgo

package vktest

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

	"tandem/vk"
)

// required tells whether tests must not skip.
func required() bool { return os.Getenv("TANDEM_VULKAN_TESTS") == "required" }

// validating tells whether Each uses the validation layer.
func validating() bool { return os.Getenv("TANDEM_VULKAN_VALIDATION") != "off" }

// missing ends a test that cannot run.
func missing(t testing.TB, why string) {
	t.Helper()
	if required() {
		t.Fatal(why + "; TANDEM_VULKAN_TESTS=required wants it")
	}
	t.Skip(why)
}

// search sets the environment for the process, once, before Vulkan is opened.
var search = sync.OnceValue(func() []string {
	watchQueue()
	if chosen() {
		return nil
	}
	return choose()
})

type opened struct {
	instance *vk.Instance
	err      error
}

func open(validation bool) func() opened {
	return sync.OnceValue(func() opened {
		i, err := vk.NewInstance(vk.InstanceOptions{Validation: validation})
		return opened{i, err}
	})
}

var plain, validated = open(false), open(true)

// Instance returns the process's instance, with or without the validation layer.
// It has a device per driver; nobody may close it. Where one of the drivers or
// the layer is missing, the test is skipped.
func Instance(t testing.TB, validation bool) *vk.Instance {
	t.Helper()
	if os.Getenv("TANDEM_VULKAN_TESTS") == "none" {
		t.Skip("TANDEM_VULKAN_TESTS=none")
	}
	if lacking := search(); len(lacking) == len(drivers) || required() && len(lacking) > 0 {
		missing(t, strings.Join(lacking, ", "))
	}
	o := plain()
	if validation {
		o = validated()
	}
	if o.err != nil {
		missing(t, o.err.Error())
	}
	return o.instance
}

// Each runs f as a subtest for each driver, with validation. Messages of the
// validation layer fail the subtest that they came in.
func Each(t *testing.T, f func(t *testing.T, p *vk.PhysicalDevice)) {
	t.Helper()
	i := Instance(t, validating())
	i.Messages() // of earlier tests
	for _, p := range i.Devices() {
		t.Run(deviceName(p), func(t *testing.T) {
			if why := p.Unsuitable(); why != "" {
				missing(t, p.Name+": "+why)
			}
			t.Cleanup(func() { failOnMessages(t, i) })
			f(t, p)
		})
	}
	for _, why := range search() {
		name, _, _ := strings.Cut(why, " ")
		t.Run(name, func(t *testing.T) { missing(t, why) })
	}
}

func failOnMessages(t testing.TB, i *vk.Instance) {
	for _, m := range i.Messages() {
		t.Errorf("validation: %s", m)
	}
}

// deviceName names the driver where it is one of ours.
func deviceName(p *vk.PhysicalDevice) string {
	for _, d := range drivers {
		if strings.HasPrefix(p.Name, d.device) {
			return d.name
		}
	}
	return fmt.Sprintf("%d %s", p.Index, p.Name)
}
