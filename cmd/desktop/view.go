package main

import (
	"context"
	"fmt"
	"image"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"tandem/cmd/desktop/internal/album"
	"tandem/cmd/internal/scene"
	"tandem/engine/data"
	"tandem/engine/train"
	"tandem/engine/viz/curves"
)

const viewHelp = `Look inside a trained network: its filters, what it makes of an image and why, and
how it learned. The window shows the test images that the network was trained with,
or the images that are given; more can be dropped on it. h shows keys and mouse.

With a run's folder, all its checkpoints can be scrubbed through. --follow shows a
run that another program still trains, as it goes.

--screenshot writes a picture of the window, as soon as all that it shows has been
computed, and closes it. --at takes a view as the window's key y prints it.`

const viewExamples = `  tandem view runs/quick
  tandem view runs/quick/best.safetensors photo.jpg
  tandem view runs/quick photos/
  tandem view --follow runs/quick
  tandem view runs/quick --with runs/slower --at view=curves --screenshot curves.png`

// viewFlags are the flags of `tandem view`.
type viewFlags struct {
	set *pflag.FlagSet

	images, with         []string
	data, device         string
	at, size, screenshot string
	scale                float64
	patience             time.Duration
	follow               bool
}

func viewCommand() *cobra.Command {
	f := &viewFlags{}
	c := &cobra.Command{
		Use:     "view CKPT|DIR [IMAGE|FOLDER...]",
		Short:   "look inside a trained network, in a window",
		Long:    viewHelp,
		Example: viewExamples,
		Args:    arguments(1, -1, "a checkpoint or a run's folder"),
		RunE: func(cmd *cobra.Command, args []string) error {
			size, err := f.check(args[0])
			if err != nil {
				return err
			}
			return f.view(cmd, args[0], append(args[1:], f.images...), size)
		},
	}
	f.set = c.Flags()
	f.set.SortFlags = false
	f.set.StringArrayVar(&f.images, "image", nil, "look at this `FILE`, or at the images of this folder (may be given more than once)")
	f.set.StringVar(&f.data, "data", "", "look at the test images of `SPEC` in place of those it was trained with")
	f.set.BoolVar(&f.follow, "follow", false, "go with a run that another program trains")
	f.set.StringArrayVar(&f.with, "with", nil, "lay the curves of another run's `FOLDER` over this one's (may be given more than once)")
	f.set.StringVar(&f.at, "at", "", "the `VIEW` to begin with, such as view=activations,unit=conv2:5")
	f.set.StringVar(&f.screenshot, "screenshot", "", "write a picture of the window to this `FILE` (PNG), and close it")
	f.set.StringVar(&f.size, "size", "", "of the window, as `WIDTHxHEIGHT` (default: most of the screen)")
	f.set.Float64Var(&f.scale, "scale", 0, "pixels of the screen for one of the window's (default: as the screen has it)")
	f.set.DurationVar(&f.patience, "patience", 5*time.Minute, "how long a screenshot may take to compute")
	f.set.StringVar(&f.device, "device", "auto", "where to compute: `DEV` of "+deviceHelp)
	completeFlag(c, "data", dataSpecs)
	completeFlag(c, "device", deviceNames)
	return c
}

// mostPixels is the side of the largest picture that common graphics cards draw.
const mostPixels = 16384

// check refuses values that cannot be meant, and returns the window's size.
func (f *viewFlags) check(path string) (size image.Point, err error) {
	if f.size != "" {
		var rest string
		n, _ := fmt.Sscanf(f.size+" ", "%dx%d%s", &size.X, &size.Y, &rest)
		if n != 2 || size.X < 800 || size.Y < 600 || size.X > 8192 || size.Y > 8192 {
			return size, usagef("--size must be WIDTHxHEIGHT from 800x600 to 8192x8192, got %q", f.size)
		}
	}
	for name, value := range map[string]string{"screenshot": f.screenshot, "data": f.data, "at": f.at, "size": f.size} {
		if f.set.Changed(name) && value == "" {
			return size, usagef("--%s is empty", name)
		}
	}
	switch {
	case f.set.Changed("scale") && !(f.scale >= 0.5 && f.scale <= 8):
		return size, usagef("--scale must be from 0.5 to 8, got %g", f.scale)
	case float64(max(size.X, size.Y))*f.scale > mostPixels:
		return size, usagef("--size %s with --scale %g is more than the %d pixels that graphics cards draw", f.size, f.scale, mostPixels)
	case f.patience <= 0:
		return size, usagef("--patience must be above 0, got %v", f.patience)
	case f.screenshot != "" && f.follow:
		return size, usagef("--screenshot waits until all is computed, which --follow never ends; leave one out")
	}
	if _, err := parseDevices(f.device); err != nil {
		return size, err
	}
	if err := f.checkFiles(path); err != nil {
		return size, err
	}
	return size, checkWindow(f.at)
}

// checkFiles refuses what would otherwise be told in a window, or after much work.
func (f *viewFlags) checkFiles(path string) error {
	if info, err := os.Stat(path); f.follow && err == nil && !info.IsDir() {
		return usagef("--follow shows the run of a folder, and %s is a file", path)
	}
	if f.screenshot != "" {
		if info, err := os.Stat(filepath.Dir(f.screenshot)); err != nil || !info.IsDir() {
			return fmt.Errorf("--screenshot %s: there is no such folder; create it first", f.screenshot)
		}
	}
	if f.data == "" {
		return nil
	}
	if _, dir, ok := strings.Cut(f.data, ":"); ok && dir != "" {
		if _, err := os.Stat(dir); err != nil {
			return fmt.Errorf("--data %s: %w", f.data, fileError(err))
		}
	}
	return checkSpec(f.data)
}

func (f *viewFlags) view(cmd *cobra.Command, path string, pictures []string, size image.Point) error {
	s := newScreen(cmd, false)
	defer s.done()
	set, err := listPictures(pictures)
	if err != nil {
		return err
	}
	others, err := f.others()
	if err != nil {
		return err
	}
	devices, closeDevices, err := openDevices(f.device, s.note)
	if err != nil {
		return err
	}
	defer closeDevices()
	a, err := album.New(album.Options{
		Path: path, Follow: f.follow, Devices: devices, Names: deviceTitles(devices), Others: others,
		Images: f.opener(set), References: referencesOf, Training: folderIsLocked,
	})
	if err != nil {
		return err
	}
	if !f.follow {
		if _, err := loadCheckpoint(path); err != nil { // a window with nothing to show helps nobody
			return err
		}
	}
	ctx, stop := context.WithCancel(cmd.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); guardWork(a, func() { a.Run(ctx) }) }()
	defer func() { stop(); <-ended }()
	return openWindow(ctx, a, windowOptions{
		title: "Tandem: " + filepath.Base(path), at: f.at, size: size, scale: f.scale, screenshot: f.screenshot, patience: f.patience,
		command: func(at string) string { return f.command(path, pictures, at) },
		out:     func(line string) { s.line(cmd.OutOrStdout(), line) },
	})
}

// others reads the runs to compare with.
func (f *viewFlags) others() ([]*scene.Curve, error) {
	var all []*scene.Curve
	for _, dir := range f.with {
		c, err := album.ReadCurve(dir)
		if err != nil {
			return nil, fmt.Errorf("--with %s: %w", dir, fileError(err))
		}
		all = append(all, c)
	}
	return all, nil
}

// opener returns what opens the images to look at.
func (f *viewFlags) opener(pictures []string) func(*train.Checkpoint) (data.Dataset, string, error) {
	return func(c *train.Checkpoint) (data.Dataset, string, error) {
		if len(pictures) > 0 {
			return newPictureSet(pictures, c.Stats.Shape), plural(len(pictures), "picture"), nil
		}
		spec := c.State.Data
		if f.data != "" {
			spec = f.data
		}
		o := c.State.Options()
		o.TestOnly = true
		d, err := data.Open(spec, o)
		if err != nil {
			return nil, "", fmt.Errorf("there are no test images: %w; give others with --data, or drop some on the window", err)
		}
		if d.Test == nil {
			return nil, "", fmt.Errorf("data %s has no test images; drop some on the window", spec)
		}
		if err := train.Fits(c.Net, d.Test, spec); err != nil {
			return nil, "", err
		}
		return d.Test, "test images of " + spec, nil
	}
}

// referencesOf returns published results to lay over the curves of a network for
// ImageNet's thousand classes.
func referencesOf(classes int) []scene.Reference {
	if classes != 1000 {
		return nil
	}
	var all []scene.Reference
	for _, r := range curves.ILSVRC2012() {
		all = append(all, scene.Reference{Name: r.Name, Error: r.Error})
	}
	return all
}

// command is the line that reopens a view.
func (f *viewFlags) command(path string, pictures []string, at string) string {
	line := quote(os.Args[0]) + " view " + quote(path)
	for _, p := range pictures {
		line += " " + quote(p)
	}
	for _, dir := range f.with {
		line += " --with " + quote(dir)
	}
	for _, name := range []string{"data", "device", "scale"} {
		if flag := f.set.Lookup(name); flag.Changed {
			line += fmt.Sprintf(" --%s %s", name, quote(flag.Value.String()))
		}
	}
	if f.follow {
		line += " --follow"
	}
	return line + " --at " + quote(at)
}
