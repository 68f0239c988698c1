package main

import (
	"fmt"
	"io"
	"runtime"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"tandem/engine/device"
	"tandem/engine/nn"
	"tandem/engine/tensor"
)

const benchHelp = `Measure how fast a network trains here: images a second, trained and only
classified, on random images; then milliseconds and GFLOP/s of every layer and
pass (a multiply-add counts as two operations), each waited for, so that layers
add up to more than a step where work overlaps. All figures are medians.`

type benchFlags struct {
	net          netChoice
	device       string
	batch, steps int
	asJSON       bool
}

func benchCommand() *cobra.Command {
	f := &benchFlags{}
	c := &cobra.Command{
		Use:     "bench",
		Short:   "measure how fast a network trains here",
		Long:    benchHelp,
		Example: "  tandem bench\n  tandem bench --net alexnet --recipe caffe --batch 32 --steps 5 --json",
		Args:    arguments(0, 0, ""),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := f.check(); err != nil {
				return err
			}
			return f.run(cmd)
		},
	}
	f.net.flags(c, "alexnet")
	c.Flags().IntVar(&f.batch, "batch", 128, "images a step")
	c.Flags().IntVar(&f.steps, "steps", 3, "steps measured, after one that is not")
	c.Flags().StringVar(&f.device, "device", "auto", "what to measure: `DEV`[,DEV] of "+deviceHelp)
	c.Flags().BoolVar(&f.asJSON, "json", false, "print JSON")
	completeFlag(c, "device", deviceNames)
	return c
}

func (f *benchFlags) check() error {
	switch {
	case f.batch < 1:
		return usagef("--batch must be at least 1, got %d", f.batch)
	case f.steps < 1:
		return usagef("--steps must be at least 1, got %d", f.steps)
	}
	_, err := parseDevices(f.device)
	return err
}

// benchResult is what `tandem bench --json` prints.
type benchResult struct {
	Network   string      `json:"network"`
	Batch     int         `json:"batch"`
	Input     []int       `json:"input"`
	Device    string      `json:"device"`
	Driver    string      `json:"driver"`
	Processor string      `json:"processor"`
	Cores     int         `json:"cores"`
	Trained   float64     `json:"images_per_second_trained"`
	Forward   float64     `json:"images_per_second_forward"`
	StepMS    []float64   `json:"step_ms"` // every one measured
	ForwardMS []float64   `json:"forward_ms"`
	UpdateMS  float64     `json:"update_ms"` // of the weights, part of a step
	Layers    []layerLine `json:"layers"`
	ModelSize int64       `json:"model_bytes"`
	Peak      int64       `json:"peak_bytes"` // of the whole process
}

type layerLine struct {
	Name           string  `json:"name"`
	Type           string  `json:"type"`
	ForwardMS      float64 `json:"forward_ms"`
	ForwardGFLOPS  float64 `json:"forward_gflops,omitempty"`
	BackwardMS     float64 `json:"backward_ms"`
	BackwardGFLOPS float64 `json:"backward_gflops,omitempty"`
}

func (f *benchFlags) run(cmd *cobra.Command) error {
	net, err := f.net.build(nn.BuildOptions{})
	if err != nil {
		return err
	}
	s := newScreen(cmd, f.asJSON)
	defer s.done()
	devices, closeDevices, err := openDevices(f.device, s.note)
	if err != nil {
		return err
	}
	defer closeDevices()
	if err := checkMemory(net, nn.Options{Batch: f.batch, Devices: devices}); err != nil {
		return err
	}
	m, err := nn.New(net, nn.Options{Batch: f.batch, Devices: devices})
	if err != nil {
		return err
	}
	defer m.Close()
	r, err := f.measure(newBencher(m), s)
	if err != nil {
		return err
	}
	info := devices[0].Info()
	r.Device, r.Driver, r.Processor, r.Cores = f.device, info.Driver, info.Name, runtime.GOMAXPROCS(0)
	r.ModelSize, r.Peak = m.Bytes(), peakMemory()
	s.done()
	if f.asJSON {
		return printJSON(cmd.OutOrStdout(), r)
	}
	r.print(cmd.OutOrStdout())
	return nil
}

// measure takes one sample that does not count, then the others.
func (f *benchFlags) measure(b *bencher, s *screen) (benchResult, error) {
	s.progress("warming up", 0, 0, "")
	if _, err := b.time(b.step); err != nil {
		return benchResult{}, err
	}
	for i := range f.steps {
		s.progress("measuring", i, f.steps, "")
		if err := b.sample(); err != nil {
			return benchResult{}, err
		}
	}
	return benchResult{
		Network: b.Net.Name, Batch: f.batch, Input: b.Net.Input,
		Trained: 1000 * float64(f.batch) / median(b.steps),
		Forward: 1000 * float64(f.batch) / median(b.forwards),
		StepMS:  b.steps, ForwardMS: b.forwards, UpdateMS: median(b.updates),
		Layers: layerLines(b.profiles),
	}, nil
}

// bencher is a model with a batch to run on, and what was measured of it, in
// milliseconds.
type bencher struct {
	*nn.Model
	images, labels           []float32
	steps, forwards, updates []float64
	profiles                 [][]nn.LayerTime
}

// sample times each kind of work once.
func (b *bencher) sample() error {
	for _, kind := range []struct {
		work func()
		into *[]float64
	}{{b.step, &b.steps}, {b.forward, &b.forwards}, {b.Update, &b.updates}} {
		ms, err := b.time(kind.work)
		if err != nil {
			return err
		}
		*kind.into = append(*kind.into, ms)
	}
	p, err := b.Profile()
	if err == nil {
		b.profiles = append(b.profiles, p.Layers)
	}
	return err
}

func newBencher(m *nn.Model) *bencher {
	b := &bencher{Model: m, images: make([]float32, m.Batch()*m.Net.Input.Size()), labels: make([]float32, m.Batch())}
	tensor.NewStream(1, tensor.Purpose("bench"), 0).FillNormal(b.images, 0, 50)
	m.Init(1)
	m.SetStep(device.StepState{Seed: 1, Rate: 1e-6, Momentum: 0.9}) // too low for weights to leave their range
	return b
}

func (b *bencher) step() {
	b.Load(b.images, b.labels)
	b.Train()
}

func (b *bencher) forward() {
	b.Load(b.images, b.labels)
	b.Infer()
}

// time returns how many milliseconds work takes.
func (b *bencher) time(work func()) (float64, error) {
	began := time.Now()
	work()
	err := b.Sync()
	return milliseconds(time.Since(began)), err
}

func milliseconds(d time.Duration) float64 { return d.Seconds() * 1000 }

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

// layerLines takes the median of several profiles of one model.
func layerLines(profiles [][]nn.LayerTime) []layerLine {
	lines := make([]layerLine, len(profiles[0]))
	for i, l := range profiles[0] {
		var forward, backward []float64
		for _, p := range profiles {
			forward = append(forward, milliseconds(p[i].Forward))
			backward = append(backward, milliseconds(p[i].Backward))
		}
		lines[i] = layerLine{Name: l.Name, Type: l.Type, ForwardMS: median(forward), BackwardMS: median(backward)}
		lines[i].ForwardGFLOPS = gflops(l.ForwardMultiplyAdds, lines[i].ForwardMS)
		lines[i].BackwardGFLOPS = gflops(l.BackwardMultiplyAdds, lines[i].BackwardMS)
	}
	return lines
}

func gflops(multiplyAdds int64, ms float64) float64 { return 2 * float64(multiplyAdds) / ms / 1e6 }

func (r benchResult) print(w io.Writer) {
	fmt.Fprintf(w, "%s, batch %d, on %s: %s, %s, %s\n", r.Network, r.Batch, r.Device, r.Processor, plural(r.Cores, "core"), r.Driver)
	fmt.Fprintf(w, "trained     %8s images/s  %8.1f ms a step, of which %.1f for the update\n", rate(r.Trained), median(r.StepMS), r.UpdateMS)
	fmt.Fprintf(w, "classified  %8s images/s  %8.1f ms\n", rate(r.Forward), median(r.ForwardMS))
	fmt.Fprintf(w, "memory      %8s for the network, at most %s for the process\n\n", memory(r.ModelSize), memory(r.Peak))
	t := newTable("layer", "type", ">forward ms", ">GFLOP/s", ">backward ms", ">GFLOP/s")
	for _, l := range r.Layers {
		t.add(l.Name, l.Type, fmt.Sprintf("%.2f", l.ForwardMS), speed(l.ForwardGFLOPS), fmt.Sprintf("%.2f", l.BackwardMS), speed(l.BackwardGFLOPS))
	}
	t.print(w)
}

func speed(gflops float64) string {
	if gflops == 0 {
		return ""
	}
	return fmt.Sprintf("%.1f", gflops)
}
