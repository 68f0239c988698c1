//go:build cgo

package train_test

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"tandem/engine/device"
	"tandem/engine/train/metrics"
	"tandem/engine/vulkan"
	"tandem/vk"
	"tandem/vk/vktest"
)

// A run on Vulkan that is changed and stopped on its way ends alike, too: the
// recordings of its command buffers are made anew.
func TestChangedRunsEndAlikeOnVulkan(t *testing.T) {
	if testing.Short() {
		t.Skip("nothing here runs at once that does not elsewhere")
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	draw := rand.New(rand.NewPCG(seed, 0))
	vktest.Each(t, func(t *testing.T, gpu *vk.PhysicalDevice) {
		d, err := vulkan.Open("vulkan", gpu, vulkan.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		changes := randomPlan(draw, 23)
		whole, broken := newSetup(t, 2), newSetup(t, 2)
		whole.Devices, broken.Devices = []device.Device{d}, []device.Device{d}
		whole.record(metrics.NewRun)
		whole.during(changes.apply)
		want := whole.run(t, context.Background())
		if got := broken.interrupted(t, draw, changes); fileHash(t, got.Checkpoint) != fileHash(t, want.Checkpoint) || timeless(t, whole.Out) != timeless(t, broken.Out) {
			t.Error("checkpoints or metrics differ")
		}
	})
}
