//go:build cgo

package vulkan

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"tandem/engine/cpu"
	"tandem/engine/data"
	"tandem/engine/device"
	"tandem/engine/nn"
	"tandem/vk"
	"tandem/vk/vktest"
)

// A trainer runs alexnet-mini on the built-in set.
type trainer struct {
	*nn.Model
	loader *data.Loader
	step   uint32
	rate   float32
}

const (
	trainerSeed = 7
	trainerRate = 0.005
)

func newTrainer(t testing.TB, batch int, devices ...device.Device) *trainer {
	t.Helper()
	splits, err := data.Open("fashion-mnist", data.Options{})
	if err != nil {
		t.Fatal(err)
	}
	net, err := nn.Build("alexnet-mini", nn.BuildOptions{})
	if err != nil {
		t.Fatal(err)
	}
	m, err := nn.New(net, nn.Options{Batch: batch, Devices: devices})
	if err != nil {
		t.Fatal(err)
	}
	stats, err := data.ComputeStats(context.Background(), splits.Train, func(done, total int) {})
	if err != nil {
		t.Fatal(err)
	}
	augment := data.Augment{Subtract: data.SubtractMeanImage, Scale: net.Recipe.Images.Scale}
	loader, err := data.NewLoader(splits.Train, stats, augment, trainerSeed, batch, data.LoaderOptions{Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		loader.Close()
		m.Close()
	})
	m.Init(trainerSeed)
	return &trainer{Model: m, loader: loader, rate: trainerRate}
}

// run returns the mean losses of some steps.
func (tr *trainer) run(t testing.TB, steps int) []float64 {
	t.Helper()
	losses := make([]float64, steps)
	loss, rank := make([]float32, tr.Batch()), make([]float32, tr.Batch())
	for i := range losses {
		b, err := tr.loader.Next(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		tr.SetStep(device.StepState{Seed: trainerSeed, Step: tr.step, Rate: tr.rate, Momentum: 0.9})
		tr.Load(b.X, b.Labels)
		tr.Train()
		if err := tr.Scores(loss, rank); err != nil {
			t.Fatal(err)
		}
		tr.loader.Recycle(b)
		for _, l := range loss {
			losses[i] += float64(l) / float64(len(loss))
		}
		tr.step++
	}
	return losses
}

// trainOn returns the losses of steps of two images: SwiftShader takes half a
// second for each.
func trainOn(t *testing.T, steps int, rate float32, devices ...device.Device) []float64 {
	t.Helper()
	tr := newTrainer(t, 2, devices...)
	tr.rate = rate
	return tr.run(t, steps)
}

// One network, every device, alone and in pairs: the first fifty losses agree,
// and two devices repeat themselves bit for bit.
func TestEveryDeviceLearnsTheSame(t *testing.T) {
	steps := 50
	if testing.Short() {
		steps = 5
	}
	var cards []*vk.PhysicalDevice
	vktest.Each(t, func(t *testing.T, p *vk.PhysicalDevice) { cards = append(cards, p) })
	want := trainOn(t, steps, trainerRate, cpu.New(0))
	if idle := trainOn(t, steps, 0, cpu.New(0)); maxDifference(idle, want) < 5*lossTolerance {
		t.Fatalf("what is learnt in %d steps makes no difference", steps)
	}
	open := func(p *vk.PhysicalDevice) device.Device {
		d := open(t, p, Options{})
		t.Cleanup(func() { d.Close() })
		return d
	}
	for _, p := range cards {
		t.Run(p.Name, func(t *testing.T) { sameLosses(t, trainOn(t, steps, trainerRate, open(p)), want) })
		if strings.HasPrefix(p.Name, "SwiftShader") {
			continue // slow; it is in the pair
		}
		t.Run(p.Name+" twice", func(t *testing.T) {
			repeats(t, want, steps, func() []device.Device { return []device.Device{open(p), open(p)} })
		})
		t.Run(p.Name+" and CPU", func(t *testing.T) { sameLosses(t, trainOn(t, steps, trainerRate, open(p), cpu.New(1)), want) })
	}
	if len(cards) > 1 {
		t.Run("Pair", func(t *testing.T) {
			repeats(t, want, steps, func() []device.Device { return []device.Device{open(cards[0]), open(cards[1])} })
		})
	}
}

// repeats trains on two devices twice.
func repeats(t *testing.T, want []float64, steps int, pair func() []device.Device) {
	first := trainOn(t, steps, trainerRate, pair()...)
	sameLosses(t, first, want)
	if again := trainOn(t, steps, trainerRate, pair()...); !slices.Equal(first, again) {
		t.Errorf("a second run gives other losses: %g, before %g", again, first)
	}
}

const lossTolerance = 1e-3 // relative

func maxDifference(a, b []float64) (worst float64) {
	for i := range b {
		worst = max(worst, math.Abs(a[i]-b[i])/b[i])
	}
	return worst
}

func sameLosses(t *testing.T, got, want []float64) {
	t.Helper()
	worst := maxDifference(got, want)
	if !(worst <= lossTolerance) {
		t.Errorf("losses %g, on the CPU %g", got, want)
	}
	t.Logf("losses %.4f to %.4f, largest relative difference %.2g", got[0], got[len(got)-1], worst)
}

// A step asks nothing of Go's memory, with new images and all.
func TestReplaysAllocateNothing(t *testing.T) {
	vktest.Each(t, func(t *testing.T, p *vk.PhysicalDevice) {
		d := open(t, p, Options{})
		defer d.Close()
		tr := newTrainer(t, 2, d)
		tr.run(t, 2)
		images, labels := make([]float32, 2*tr.Net.Input.Size()), make([]float32, 2)
		allocs := testing.AllocsPerRun(5, func() {
			tr.SetStep(device.StepState{Seed: trainerSeed, Step: 3, Rate: trainerRate})
			tr.Load(images, labels)
			tr.Train()
			if err := tr.Sync(); err != nil {
				t.Fatal(err)
			}
		})
		if allocs != 0 {
			t.Errorf("%g allocations per step", allocs)
		}
	})
}

// Whatever was done, Close leaves no handle open.
func TestCloseLeavesNoHandle(t *testing.T) {
	vktest.Each(t, func(t *testing.T, p *vk.PhysicalDevice) {
		d := open(t, p, Options{})
		tr := newTrainer(t, 3, d)
		tr.run(t, 2)
		tr.Infer()
		tr.Model.Close()
		if err := d.Close(); err != nil {
			t.Error(err)
		}
		if n := d.gpu.Live(); n != 0 {
			t.Errorf("%d handles are open", n)
		}
		for _, note := range d.Notes() {
			t.Error(note)
		}
	})
}

func BenchmarkStep(b *testing.B) {
	for _, p := range vktest.Instance(b, false).Devices() {
		for _, k := range []Kernels{Direct, Tiled} {
			b.Run(p.Name+"/"+kernelNames[k], func(b *testing.B) {
				d := open(b, p, Options{Kernels: k})
				defer d.Close()
				tr := newTrainer(b, 16, d)
				tr.run(b, 1)
				for b.Loop() {
					tr.Train()
					if err := d.Sync(); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
