package main

import (
	"strings"
	"testing"

	"tandem/engine/cpu"
	"tandem/engine/device"
	"tandem/engine/nn"
)

// What is weighed is what a model takes, and memory grows by the image.
func TestWeighing(t *testing.T) {
	for _, devices := range []int{1, 2} {
		net, err := nn.Build("alexnet-mini", nn.BuildOptions{})
		if err != nil {
			t.Fatal(err)
		}
		o := nn.Options{Batch: 37}
		for range devices {
			d := cpu.New(1)
			defer d.Close()
			o.Devices = append(o.Devices, d)
		}
		m, err := nn.New(net, o)
		if err != nil {
			t.Fatal(err)
		}
		defer m.Close()
		bytes, err := weigh(net, o)
		if err != nil {
			t.Fatal(err)
		}
		var sum int64
		for i, n := range bytes {
			one, _ := weighBatch(net, o, 1)
			two, _ := weighBatch(net, o, 2)
			if want := one[i] + 36*(two[i]-one[i]); n != want {
				t.Errorf("device %d of %d: %d bytes, want %d by the image", i, devices, n, want)
			}
			sum += n
		}
		if sum != m.Bytes() {
			t.Errorf("%d bytes weighed, the model takes %d", sum, m.Bytes())
		}
	}
}

// small is a device with that many MiB.
type small struct {
	device.Device
	mib int64
}

func (s small) Info() device.Info {
	return device.Info{ID: "small", Name: "a small one", MemoryMB: s.mib}
}

func TestBatchesThatDoNotFit(t *testing.T) {
	net, err := nn.Build("alexnet-mini", nn.BuildOptions{})
	if err != nil {
		t.Fatal(err)
	}
	pair := func(a, b int64) []device.Device { return []device.Device{small{mib: a}, small{mib: b}} }
	for _, c := range []struct {
		devices []device.Device
		batch   int
		says    string
	}{
		{pair(100, 100), 1, ""},
		{pair(100, 100)[:1], 1000, "try --batch "},
		{pair(100, 100), 1000, "try --batch "},
		{pair(0, 0), 1 << 20, ""}, // nobody knows how much there is
		{pair(1<<20, 1), 1, "too small"},
		{pair(1, 1<<20), 4, "too small"},
	} {
		o := nn.Options{Batch: c.batch, Devices: c.devices}
		err := checkMemory(net, o)
		if c.says == "" {
			if err != nil {
				t.Errorf("batch %d: %v", c.batch, err)
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), "small (a small one)") || !strings.Contains(err.Error(), "MiB") {
			t.Errorf("batch %d: %v", c.batch, err)
		}
	}
}

// The batch that is advised fits, and twice as many images do not.
func TestAdvisedBatchFits(t *testing.T) {
	net, err := nn.Build("alexnet-mini", nn.BuildOptions{})
	if err != nil {
		t.Fatal(err)
	}
	o := nn.Options{Batch: 100_000, Devices: []device.Device{small{mib: 300}}}
	one, _ := weighBatch(net, o, 1)
	two, _ := weighBatch(net, o, 2)
	advised := roundBatch(misfit{o.Devices[0].Info(), two[0] - one[0], one[0]}.largestBatch())
	for batch, fits := range map[int]bool{advised: true, 2 * advised: false} {
		o.Batch = batch
		if err := checkMemory(net, o); (err == nil) != fits {
			t.Errorf("batch %d: %v", batch, err)
		}
	}
	if advised < 16 {
		t.Errorf("advised batch %d", advised)
	}
}

func TestRoundBatch(t *testing.T) {
	for n, want := range map[int]int{1: 1, 2: 2, 3: 2, 4: 4, 7: 4, 8: 8, 15: 8, 16: 16, 131: 128} {
		if got := roundBatch(n); got != want {
			t.Errorf("%d becomes %d, want %d", n, got, want)
		}
	}
}
