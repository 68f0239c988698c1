//go:build cgo && linux

package vulkan

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"

	"tandem/vk/vktest"
)

// Two thousand steps, each under a forced garbage collection: nothing that C
// holds may depend on what Go frees, and nothing may pile up.
func TestManyStepsUnderGarbageCollection(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a minute")
	}
	defer debug.SetGCPercent(debug.SetGCPercent(1))
	const steps, settled = 2000, 200
	for _, p := range vktest.Instance(t, false).Devices() {
		if !strings.HasPrefix(p.Name, "llvmpipe") {
			continue // one driver will do: others take hours
		}
		d := open(t, p, Options{})
		tr := newTrainer(t, 2, d)
		var before int64
		for i := range steps {
			tr.run(t, 1)
			runtime.GC()
			if i == settled {
				before = residentBytes(t)
			}
		}
		after := residentBytes(t)
		t.Logf("resident memory %.1f MiB after %d steps, %.1f MiB after %d", mib(before), settled, mib(after), steps)
		if float64(after) > 1.05*float64(before) {
			t.Errorf("memory grows: %.1f MiB after %d steps, %.1f MiB after %d", mib(before), settled, mib(after), steps)
		}
		tr.Model.Close()
		if err := d.Close(); err != nil {
			t.Error(err)
		}
		if n := d.gpu.Live(); n != 0 {
			t.Errorf("%d handles are open after Close", n)
		}
	}
}

func mib(bytes int64) float64 { return float64(bytes) / (1 << 20) }

// residentBytes is how much of the process is in memory.
func residentBytes(t *testing.T) int64 {
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		t.Fatal(err)
	}
	var size, resident int64
	if _, err := fmt.Sscan(string(text), &size, &resident); err != nil {
		t.Fatal(err)
	}
	return resident * int64(os.Getpagesize())
}
