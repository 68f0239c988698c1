package main

import (
	"runtime"
	"slices"
	"time"

	"tandem/engine/device"
	"tandem/engine/nn"
	"tandem/engine/tensor"
)

// bencher is a model with a batch to run on, and what was measured of it, in
// milliseconds.
type bencher struct {
	*nn.Model
	devices                  []device.Device
	images, labels           []float32
	loss, rank               []float32
	steps, forwards, updates []float64
	profiles                 []*nn.Profile
	before, after            tally // all steps
}

// tally is what had been done at some time.
type tally struct {
	counts   []device.Counts // by device
	sent     [2]device.LinkStats
	mallocs  uint64
	measured int // steps
}

func newBencher(m *nn.Model, devices []device.Device) *bencher {
	n := m.Batch()
	b := &bencher{
		Model: m, devices: devices,
		images: make([]float32, n*m.Net.Input.Size()), labels: make([]float32, n), loss: make([]float32, n), rank: make([]float32, n),
	}
	tensor.NewStream(1, tensor.Purpose("bench"), 0).FillNormal(b.images, 0, 50)
	m.Init(1)
	return b
}

// step is what training does with a batch that is ready. The rate is too low
// for weights to leave their range.
func (b *bencher) step() error {
	b.SetStep(device.StepState{Seed: 1, Rate: 1e-6, Momentum: 0.9})
	b.Load(b.images, b.labels)
	b.Train()
	if err := b.Scores(b.loss, b.rank); err != nil {
		return err
	}
	return b.Sync()
}

func (b *bencher) forward() error {
	b.Load(b.images, b.labels)
	b.Infer()
	return b.Sync()
}

func (b *bencher) update() error {
	b.Update()
	return b.Sync()
}

func (b *bencher) profile() error {
	p, err := b.Profile()
	b.profiles = append(b.profiles, p)
	return err
}

// measure takes samples of each kind of work, after one that does not count.
func (b *bencher) measure(samples int, s *screen) error {
	if err := b.warmUp(s); err != nil {
		return err
	}
	b.steps = make([]float64, 0, samples) // nothing is allocated between the tallies
	b.before = b.tally()
	s.progress("training", 0, 0, "")
	if err := repeat(samples, b.step, &b.steps); err != nil {
		return err
	}
	b.after = b.tally()
	s.progress("classifying", 0, 0, "")
	if err := repeat(samples, b.forward, &b.forwards); err != nil {
		return err
	}
	if err := repeat(samples, b.update, &b.updates); err != nil {
		return err
	}
	for i := range samples {
		s.progress("timing layers", i, samples, "")
		if err := b.profile(); err != nil {
			return err
		}
	}
	return nil
}

// warmUp has kernels compiled and everything recorded.
func (b *bencher) warmUp(s *screen) error {
	s.progress("warming up", 0, 0, "")
	for _, work := range []func() error{b.step, b.forward, b.update, b.profile} {
		if err := work(); err != nil {
			return err
		}
	}
	b.profiles = nil
	return nil
}

// repeat appends how many milliseconds work takes, time after time.
func repeat(samples int, work func() error, into *[]float64) error {
	for range samples {
		began := time.Now()
		if err := work(); err != nil {
			return err
		}
		*into = append(*into, milliseconds(time.Since(began)))
	}
	return nil
}

func (b *bencher) tally() tally {
	t := tally{sent: b.Moved(), measured: len(b.steps)}
	for _, d := range b.devices {
		t.counts = append(t.counts, d.Counts())
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	t.mallocs = m.Mallocs
	return t
}

// last returns the last profile.
func (b *bencher) last() *nn.Profile { return b.profiles[len(b.profiles)-1] }

func milliseconds(d time.Duration) float64 { return d.Seconds() * 1000 }

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

// medianOf takes the median of one figure of several profiles.
func medianOf(profiles []*nn.Profile, figure func(*nn.Profile) float64) float64 {
	var values []float64
	for _, p := range profiles {
		values = append(values, figure(p))
	}
	return median(values)
}

func gflops(multiplyAdds int64, ms float64) float64 { return 2 * float64(multiplyAdds) / ms / 1e6 }
