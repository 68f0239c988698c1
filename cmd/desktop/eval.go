package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"tandem/engine/data"
	"tandem/engine/nn"
	"tandem/engine/train"
)

const evalHelp = `Measure a checkpoint's error on the test images (where there are none, the
training images). A top-1 error is a wrong first guess; a top-5 error, none of
five right.

With --views 10 an image is judged by ten crops, four corners and the centre and
their mirror images, whose probabilities are averaged (the paper, section 4.1).
Errors in JSON are fractions.`

type evalFlags struct {
	data, device          string
	views, batch, workers int
	asJSON                bool
}

func evalCommand() *cobra.Command {
	f := &evalFlags{}
	c := &cobra.Command{
		Use:     "eval CKPT|DIR --data DATA",
		Short:   "measure a checkpoint's test error",
		Long:    evalHelp,
		Example: "  tandem eval runs/quick/best.safetensors --data cifar10:DIR\n  tandem eval runs/quick --data images:photos --views 10 --json",
		Args:    arguments(1, 1, "a checkpoint"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := f.check(); err != nil {
				return err
			}
			return evaluate(cmd, f, args[0])
		},
	}
	c.Flags().StringVar(&f.data, "data", "", "what to judge by: `SPEC` as tandem data list shows them")
	c.Flags().IntVar(&f.views, "views", 1, "crops of each image: 1, 2, 5 or 10")
	c.Flags().IntVar(&f.batch, "batch", 100, "crops a pass")
	c.Flags().StringVar(&f.device, "device", "auto", "where to run: `DEV`[,DEV] of "+deviceHelp)
	c.Flags().IntVar(&f.workers, "workers", 0, "images prepared at a time (default: one per core)")
	c.Flags().BoolVar(&f.asJSON, "json", false, "print JSON")
	completeFlag(c, "data", dataSpecs)
	completeFlag(c, "device", deviceNames)
	return c
}

func (f *evalFlags) check() error {
	switch {
	case f.data == "":
		return usagef("tandem eval needs --data; tandem data list shows what there is")
	case f.views != 1 && f.views != 2 && f.views != 5 && f.views != 10:
		return usagef("--views must be 1, 2, 5 or 10, got %d", f.views)
	case f.batch < f.views:
		return usagef("--batch must be at least the number of views, got %d for %d", f.batch, f.views)
	case f.workers < 0 || f.workers > maxWorkers:
		return usagef("--workers must be from 0 to %d, got %d", maxWorkers, f.workers)
	}
	return checkSpec(f.data)
}

func evaluate(cmd *cobra.Command, f *evalFlags, path string) error {
	s := newScreen(cmd, f.asJSON)
	defer s.done()
	ctx := interruptible(cmd.Context(), s, "stopping")
	defer ctx.stop()
	devices, closeDevices, err := openDevices(f.device, s.note)
	if err != nil {
		return err
	}
	defer closeDevices()
	ckpt, err := loadCheckpoint(path)
	if err != nil {
		return err
	}
	d, err := openData(f.data, ckpt.State.Options(), s)
	if err != nil {
		return err
	}
	defer d.Close()
	if err := checkMemory(ckpt.Net, nn.Options{Batch: f.batch, Devices: devices, Inference: true}); err != nil {
		return err
	}
	e, err := ckpt.Evaluate(ctx, judged(d), d.Name, train.EvaluateOptions{
		Views: f.views, Batch: f.batch, Devices: devices, Workers: f.workers,
		Progress: func(done, total int) { s.progress("evaluating", done, total, "") },
	})
	if err != nil {
		return interruptedOr(ctx, err)
	}
	s.done()
	return printEvaluation(cmd, e, f.asJSON)
}

// judged returns the images to judge by.
func judged(d *data.Splits) data.Dataset {
	if d.Test != nil {
		return d.Test
	}
	return d.Train
}

func printEvaluation(cmd *cobra.Command, e train.Evaluation, asJSON bool) error {
	if asJSON {
		return printJSON(cmd.OutOrStdout(), e)
	}
	out := cmd.OutOrStdout()
	fmt.Fprintf(out, "%s, %s each: top-1 error %s, top-5 error %s, loss %.4f\n",
		plural(e.Images, "image"), plural(e.Views, "view"), percent(e.Top1Error), percent(e.Top5Error), e.Loss)
	for _, s := range e.Skipped {
		fmt.Fprintf(out, "left out %s: %s\n", s.Path, s.Reason)
	}
	return nil
}
