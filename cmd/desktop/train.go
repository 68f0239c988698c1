package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"tandem/engine/nn"
	"tandem/engine/train"
)

const trainHelp = `Train a network. The run's folder gets checkpoints (the last few and the best),
the figures of every step (metrics.jsonl, and events for TensorBoard), and at the
end pictures: filters.png, activations.png and curves.png.

--rate multiplies a network's whole schedule: half the rate halves every rate of
it. What no flag says comes from the network's recipe; see tandem net show.

Ctrl-C finishes the step, saves, and says how to go on; a second one quits at
once. A run that was resumed ends with the same weights, bit for bit, as one that
was never interrupted. The exit status is 130 after Ctrl-C.`

const trainExamples = `  tandem train --data fashion-mnist
  tandem train --data images:photos --net alexnet --device cpu,cpu
  tandem train --data cifar10:DIR --net cifar-quick --epochs 20 --out runs/quick
  tandem train --resume --out runs/quick
  tandem train --resume runs/quick/step-00001200.safetensors --rate 0.0001 --out runs/slower`

// trainFlags are the flags of `tandem train`.
type trainFlags struct {
	set *pflag.FlagSet

	net                  netChoice
	data, device, out    string
	batch, epochs, steps int
	rate, momentum       float32
	seed                 uint64
	size, workers        int
	saveEvery, keep      int
	saveMinutes          float64
	resume               bool
	headless, window     bool
	asJSON               bool
}

func trainCommand() *cobra.Command {
	f := &trainFlags{}
	c := &cobra.Command{
		Use:     "train --data DATA [flags] | --resume [CKPT|DIR] [flags]",
		Short:   "train a network",
		Long:    trainHelp,
		Example: trainExamples,
		Args:    arguments(0, 1, ""),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := f.check(args); err != nil {
				return err
			}
			return runTraining(cmd, f, args)
		},
	}
	f.define(c)
	return c
}

func (f *trainFlags) define(c *cobra.Command) {
	f.set = c.Flags()
	f.set.SortFlags = false
	f.set.StringVar(&f.data, "data", "", "what to train on: `SPEC` as tandem data list shows them")
	f.net.flags(c, "alexnet-mini")
	f.set.StringVar(&f.device, "device", "auto", "where to train: `DEV`[,DEV] of "+deviceHelp)
	f.set.IntVar(&f.batch, "batch", 0, "images a step (default: the recipe's)")
	f.set.IntVar(&f.epochs, "epochs", 0, "passes over the training images (default: the recipe's)")
	f.set.IntVar(&f.steps, "steps", 0, "end after this many steps, if the epochs are not over before")
	f.set.Float32Var(&f.rate, "rate", 0, "initial learning rate (default: the recipe's)")
	f.set.Float32Var(&f.momentum, "momentum", 0, "momentum (default: the recipe's)")
	f.set.Uint64Var(&f.seed, "seed", 1, "number that all chance is drawn from")
	f.set.StringVar(&f.out, "out", "", "the run's `FOLDER` (default runs/NET-DATE-TIME)")
	f.set.BoolVar(&f.resume, "resume", false, "go on from a checkpoint, or from the newest one of a folder or of --out")
	f.set.IntVar(&f.saveEvery, "save-every", 0, "steps between checkpoints, besides those at each epoch's end")
	f.set.Float64Var(&f.saveMinutes, "save-minutes", 10, "minutes between checkpoints, likewise; 0: none but those")
	f.set.IntVar(&f.keep, "keep", 3, "checkpoints kept besides the best one; 0 keeps all")
	f.set.IntVar(&f.size, "size", 0, "shortest side that images are resized to (default: the recipe's)")
	f.set.IntVar(&f.workers, "workers", 0, "images prepared at a time (default: one per core)")
	f.set.BoolVar(&f.window, "window", false, "show the run in a window, and refuse to train without one")
	f.set.BoolVar(&f.headless, "headless", false, "open no window; one opens by itself where there is a terminal and a display")
	f.set.BoolVar(&f.asJSON, "json", false, "print a JSON object a line instead of text")
	completeFlag(c, "data", dataSpecs)
	completeFlag(c, "device", deviceNames)
}

// check refuses values and combinations that cannot be meant.
func (f *trainFlags) check(args []string) error {
	for _, name := range []string{"batch", "epochs", "steps", "save-every", "size", "workers"} {
		if n, _ := f.set.GetInt(name); f.set.Changed(name) && n < 1 {
			return usagef("--%s must be at least 1, got %d", name, n)
		}
	}
	switch {
	case !(f.saveMinutes >= 0 && f.saveMinutes < 1e6):
		return usagef("--save-minutes must be from 0 to a million, got %g", f.saveMinutes)
	case f.keep < 0:
		return usagef("--keep must not be negative, got %d", f.keep)
	case f.set.Changed("rate") && !(f.rate > 0):
		return usagef("--rate must be above 0, got %g", f.rate)
	case f.set.Changed("momentum") && !(f.momentum >= 0 && f.momentum < 1):
		return usagef("--momentum must be at least 0 and below 1, got %g", f.momentum)
	case f.workers > maxWorkers:
		return usagef("--workers must be at most %d, got %d", maxWorkers, f.workers)
	case f.window && f.headless:
		return usagef("--window and --headless cannot both be given")
	case f.window && f.asJSON:
		return usagef("--window and --json cannot both be given: a program that reads JSON looks at no window")
	}
	if _, err := parseDevices(f.device); err != nil {
		return err
	}
	if f.window {
		if err := checkWindow(""); err != nil {
			return err
		}
	}
	return f.checkStart(args)
}

// opensWindow tells whether a run is shown in a window: where the user asked for it,
// or is there to look.
func (f *trainFlags) opensWindow(cmd *cobra.Command) bool {
	switch {
	case f.window:
		return true
	case f.headless || f.asJSON || !isTerminal(cmd.OutOrStdout()):
		return false
	}
	return checkWindow("") == nil
}

// checkStart tells new runs from resumed ones.
func (f *trainFlags) checkStart(args []string) error {
	switch {
	case !f.resume && len(args) > 0:
		return usagef("tandem train: what is %q for? a checkpoint goes with --resume, data with --data", args[0])
	case !f.resume && f.data == "":
		return usagef("tandem train needs --data; tandem data list shows what there is, and --data fashion-mnist is built in")
	case f.resume && f.out == "" && len(args) == 0:
		return usagef("--resume needs a checkpoint, or the run's folder with --out")
	case !f.resume:
		return nil
	}
	for _, name := range []string{"net", "recipe", "batch", "seed", "size"} {
		if f.set.Changed(name) {
			return usagef("--%s cannot change in the middle of a run: leave it out with --resume", name)
		}
	}
	return nil
}

// runTraining is `tandem train` once its flags make sense.
func runTraining(cmd *cobra.Command, f *trainFlags, args []string) error {
	s := newScreen(cmd, f.asJSON)
	defer s.done()
	ctx := interruptible(cmd.Context(), s, "finishing the step, then saving; Ctrl-C again quits at once")
	defer ctx.stop()
	devices, closeDevices, err := openDevices(f.device, s.note)
	if err != nil {
		return err
	}
	defer closeDevices()
	c, err := f.prepare(args, s)
	if err != nil {
		return err
	}
	defer c.Data.Close()
	unlock, err := lockFolder(c.Out)
	if err != nil {
		return err
	}
	defer unlock()
	c.Devices = devices
	if err := checkMemory(c.Net, nn.Options{Batch: c.Net.Recipe.Batch, Devices: devices}); err != nil {
		return err
	}
	c.Report = newReporter(c.Net.Name, cmd.OutOrStdout(), s, f.asJSON)
	windowed := f.opensWindow(cmd)
	summary, err := f.record(ctx, c, windowed, func(line string) { s.line(cmd.OutOrStdout(), line) })
	if err != nil {
		return interruptedOr(ctx, f.wayOut(c, err))
	}
	s.done()
	if err := conclude(cmd.OutOrStdout(), c, summary, s, f.asJSON); err != nil || !summary.Interrupted {
		return err
	}
	stopped := fmt.Sprintf("stopped after step %s; go on with: %s", count(summary.Step), f.resumeCommand(c.Out))
	if err := ctx.caught(stopped); err != nil {
		return err
	}
	s.note(stopped) // the window was closed, as it should be one day
	return nil
}

// record trains, in a window or without.
func (f *trainFlags) record(ctx context.Context, c train.Config, windowed bool, out func(string)) (*train.Summary, error) {
	if !windowed {
		return recordRun(ctx, c)
	}
	return trainInWindow(ctx, c, windowOptions{
		title: "Tandem: " + c.Net.Name, out: out, command: func(at string) string { return viewLine(c.Out, at) },
	})
}

// interruptedOr replaces the error of work that a signal has ended.
func interruptedOr(ctx *interruption, err error) error {
	if stop := ctx.caught("interrupted"); stop != nil && errors.Is(err, ctx.Err()) {
		return stop
	}
	return err
}

// resumeCommand repeats the program's name as it was typed, and those flags that
// a checkpoint does not hold.
func (f *trainFlags) resumeCommand(out string) string {
	line := quote(os.Args[0]) + " train --resume --out " + quote(out)
	for _, name := range []string{"device", "steps", "save-every", "save-minutes", "keep", "workers"} {
		if flag := f.set.Lookup(name); flag.Changed {
			line += fmt.Sprintf(" --%s %s", name, quote(flag.Value.String()))
		}
	}
	if f.asJSON {
		line += " --json"
	}
	return line
}
