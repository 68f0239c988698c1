package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	"github.com/spf13/cobra"

	"tandem/engine/device"
	"tandem/engine/nn"
)

const benchHelp = `Measure how fast a network trains here: images a second, trained and only
classified, on random images; then milliseconds and GFLOP/s of every layer and
pass (a multiply-add counts as two operations), by the devices' own clocks. All
figures are medians.

On two devices it also tells what crosses between them, and how much of the time
both compute at once. --trace writes the timeline of a step, forwards and
backwards, for https://ui.perfetto.dev or chrome://tracing.

--sgemm N measures nothing but the product of two N x N matrices.`

type benchFlags struct {
	net             netChoice
	device, kernels string
	batch, steps    int
	sgemm           int
	trace           string
	asJSON          bool
}

func benchCommand() *cobra.Command {
	f := &benchFlags{}
	c := &cobra.Command{
		Use:   "bench",
		Short: "measure how fast a network trains here",
		Long:  benchHelp,
		Example: "  tandem bench\n  tandem bench --net alexnet --recipe caffe --batch 32 --steps 5 --json\n" +
			"  tandem bench --device vulkan:0,vulkan:1 --trace step.json\n  tandem bench --device vulkan:0 --sgemm 512",
		Args: arguments(0, 0, ""),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := f.check(cmd); err != nil {
				return err
			}
			if f.sgemm > 0 {
				return f.runSGEMM(cmd)
			}
			return f.run(cmd)
		},
	}
	f.net.flags(c, "alexnet")
	c.Flags().IntVar(&f.batch, "batch", 128, "images a step")
	c.Flags().IntVar(&f.steps, "steps", 3, "steps measured, after one that is not")
	c.Flags().StringVar(&f.device, "device", "auto", "what to measure: `DEV`[,DEV] of "+deviceHelp)
	c.Flags().IntVar(&f.sgemm, "sgemm", 0, "measure the product of two `N` x N matrices instead")
	c.Flags().StringVar(&f.trace, "trace", "", "write the timeline of a step to this `FILE`, as JSON")
	c.Flags().BoolVar(&f.asJSON, "json", false, "print JSON")
	kernelsFlag(c, &f.kernels)
	completeFlag(c, "device", deviceNames)
	return c
}

func (f *benchFlags) check(cmd *cobra.Command) error {
	switch {
	case f.batch < 1:
		return usagef("--batch must be at least 1, got %d", f.batch)
	case f.steps < 1:
		return usagef("--steps must be at least 1, got %d", f.steps)
	case cmd.Flags().Changed("sgemm") && (f.sgemm < 1 || f.sgemm > maxSGEMM):
		return usagef("--sgemm must be from 1 to %d, got %d", maxSGEMM, f.sgemm)
	case cmd.Flags().Changed("trace") && f.trace == "":
		return usagef("--trace is empty; it takes the name of a file to write")
	case f.sgemm > 0 && f.trace != "":
		return usagef("--trace is of a network's step: leave out --sgemm")
	}
	if err := checkKernels(f.kernels); err != nil {
		return err
	}
	if err := checkTrace(f.trace); err != nil {
		return err
	}
	_, err := parseDevices(f.device)
	return err
}

// checkTrace finds a folder that is not there before anything is measured.
func checkTrace(path string) error {
	if path == "" {
		return nil
	}
	if info, err := os.Stat(filepath.Dir(path)); err != nil || !info.IsDir() {
		return usagef("--trace %s: there is no folder %s", path, filepath.Dir(path))
	}
	return nil
}

func (f *benchFlags) run(cmd *cobra.Command) error {
	net, err := f.net.build(nn.BuildOptions{})
	if err != nil {
		return err
	}
	s := newScreen(cmd, f.asJSON)
	defer s.done()
	devices, closeDevices, err := openWith(f.device, f.kernels, s.note)
	if err != nil {
		return err
	}
	defer closeDevices()
	r, err := f.bench(net, devices, s)
	if err != nil {
		return err
	}
	s.done()
	if f.asJSON {
		return printJSON(cmd.OutOrStdout(), r)
	}
	r.print(cmd.OutOrStdout())
	return nil
}

// bench measures a network on open devices, and writes the timeline.
func (f *benchFlags) bench(net *nn.Network, devices []device.Device, s *screen) (*benchResult, error) {
	o := nn.Options{Batch: f.batch, Devices: devices}
	if err := checkMemory(net, o); err != nil {
		return nil, err
	}
	m, err := nn.New(net, o)
	if err != nil {
		return nil, err
	}
	defer m.Close()
	b := newBencher(m, devices)
	if err := b.measure(f.steps, s); err != nil {
		return nil, err
	}
	r := b.result()
	r.Device, r.Driver, r.Processor, r.Cores = f.device, devices[0].Info().Driver, describeCPU().Name, runtime.GOMAXPROCS(0)
	r.ModelSize, r.Peak = m.Bytes(), peakMemory()
	if f.trace == "" {
		return r, nil
	}
	if err := writeTrace(f.trace, r.Devices, b.last()); err != nil {
		return nil, fmt.Errorf("--trace %w", err)
	}
	return r, nil
}
