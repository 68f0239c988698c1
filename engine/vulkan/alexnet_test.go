//go:build cgo

package vulkan

import (
	"math"
	"strings"
	"testing"

	"tandem/engine/device"
	"tandem/engine/nn"
	"tandem/engine/tensor"
	"tandem/vk"
	"tandem/vk/vktest"
)

// The paper's network, whole, on one device and on two: equal losses, the bytes
// between them that paper says, and towers that compute at the same time.
func TestAlexNetOnTwoDevices(t *testing.T) {
	if testing.Short() {
		t.Skip("half a minute")
	}
	vktest.Each(t, func(t *testing.T, p *vk.PhysicalDevice) {
		if strings.HasPrefix(p.Name, "SwiftShader") {
			t.Skip("minutes a step")
		}
		one := newAlexNet(t, p, 1)
		defer one.close()
		want := one.losses(t, 3)
		one.close()
		two := newAlexNet(t, p, 2)
		defer two.close()
		got := two.losses(t, 3)
		for i := range want {
			if off := math.Abs(got[i]-want[i]) / want[i]; !(off <= 1e-4) {
				t.Errorf("step %d: loss %g on two devices, %g on one", i+1, got[i], want[i])
			}
		}
		two.exchanged(t, 3)
		profile, err := two.Profile()
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("losses %.5f; both devices compute in %.0f %% of %v", got, 100*profile.Overlap(), profile.Wall())
		if profile.Overlap() < 0.5 {
			t.Errorf("both devices compute in just %.0f %% of the time", 100*profile.Overlap())
		}
	})
}

const alexNetBatch = 8

// alexNet is the paper's network with a batch of noise.
type alexNet struct {
	*nn.Model
	devices []device.Device
}

func newAlexNet(t *testing.T, p *vk.PhysicalDevice, n int) *alexNet {
	t.Helper()
	net, err := nn.Build("alexnet", nn.BuildOptions{})
	if err != nil {
		t.Fatal(err)
	}
	a := &alexNet{}
	for range n {
		a.devices = append(a.devices, open(t, p, Options{}))
	}
	if a.Model, err = nn.New(net, nn.Options{Batch: alexNetBatch, Devices: a.devices}); err != nil {
		t.Fatal(err)
	}
	a.Init(trainerSeed)
	return a
}

func (a *alexNet) close() {
	a.Model.Close()
	for _, d := range a.devices {
		d.Close()
	}
}

// losses trains on the same batch again and again.
func (a *alexNet) losses(t *testing.T, steps int) (means []float64) {
	t.Helper()
	images, labels := make([]float32, alexNetBatch*a.Net.Input.Size()), make([]float32, alexNetBatch)
	tensor.NewStream(trainerSeed, 1, 0).FillNormal(images, 0, 50)
	for i := range labels {
		labels[i] = float32(100 * i)
	}
	a.Load(images, labels)
	loss, rank := make([]float32, alexNetBatch), make([]float32, alexNetBatch)
	for i := range steps {
		a.SetStep(device.StepState{Seed: trainerSeed, Step: uint32(i), Rate: 0.001, Momentum: 0.9})
		a.Train()
		if err := a.Scores(loss, rank); err != nil {
			t.Fatal(err)
		}
		means = append(means, mean(loss))
	}
	return means
}

func mean(x []float32) (m float64) {
	for _, v := range x {
		m += float64(v) / float64(len(x))
	}
	return m
}

// exchanged compares what crossed in so many steps with what the shapes say:
// 30.0 MB each way at batch 128.
func (a *alexNet) exchanged(t *testing.T, steps int) {
	t.Helper()
	transfers, err := a.Net.Transfers(alexNetBatch)
	if err != nil {
		t.Fatal(err)
	}
	paper := nn.StepBytes(transfers)
	for dev, sent := range a.Moved() {
		if sent.Bytes != int64(steps)*paper[dev] {
			t.Errorf("device %d sent %d bytes in %d steps, on paper %d a step", dev, sent.Bytes, steps, paper[dev])
		}
		if mb := float64(paper[dev]) * 128 / alexNetBatch / 1e6; math.Abs(mb-30.0) > 0.1 {
			t.Errorf("device %d sends %.2f MB a step at batch 128", dev, mb)
		}
	}
}
