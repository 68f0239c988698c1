package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"tandem/engine/data"
	"tandem/engine/nn"
	"tandem/engine/train"
	"tandem/engine/weights"
)

// prepare turns flags into a run, without devices and reporter.
func (f *trainFlags) prepare(args []string, s *screen) (train.Config, error) {
	c := train.Config{
		Seed: f.seed, Out: f.out, MaxSteps: f.steps,
		SaveEvery: f.saveEvery, SaveAfter: time.Duration(f.saveMinutes * float64(time.Minute)), KeepLast: f.keep, Workers: f.workers,
	}
	var err error
	if f.resume {
		err = f.takeUp(&c, args, s)
	} else {
		err = f.begin(&c, s)
	}
	if err != nil {
		return c, err
	}
	if err := makeFolder(c.Out); err != nil {
		c.Data.Close()
		return c, err
	}
	return c, nil
}

// begin builds the network for the data of a new run.
func (f *trainFlags) begin(c *train.Config, s *screen) error {
	net, err := f.net.build(nn.BuildOptions{})
	if err != nil {
		return err
	}
	c.Options = storedImages(net, f.net.builtIn(), f.size)
	if c.Data, err = openToTrain(f.data, c.Options, s); err != nil {
		return err
	}
	if c.Net, err = f.adapt(c.Data); err != nil {
		c.Data.Close()
		return err
	}
	if c.Out == "" {
		c.Out = freshName(filepath.Join("runs", c.Net.Name+time.Now().Format("-20060102-150405")), "")
	}
	return nil
}

// openToTrain opens data that has training images.
func openToTrain(spec string, o data.Options, s *screen) (*data.Splits, error) {
	d, err := openData(spec, o, s)
	if err == nil && d.Train == nil {
		d.Close()
		return nil, fmt.Errorf("data %s has no training images", spec)
	}
	return d, err
}

// adapt builds the network for images of the data's size and as many classes,
// with the recipe as the flags change it.
func (f *trainFlags) adapt(d *data.Splits) (*nn.Network, error) {
	net, err := f.net.build(nn.BuildOptions{Image: d.Train.Shape(), Classes: len(d.Train.Classes())})
	if err != nil {
		return nil, err
	}
	f.override(&net.Recipe)
	return net, nil
}

// storedImages says how images are kept for a network. One with a fixed input
// decides on size and channels; built-in ones for small images take the data's.
func storedImages(net *nn.Network, builtIn bool, size int) data.Options {
	o := data.Options{Size: net.Recipe.Images.Resize}
	if o.Size > 0 || !builtIn {
		o.Channels = net.Input[0]
	}
	if size > 0 {
		o.Size = size
	}
	return o
}

// override puts the flags that were given in place of a recipe's values. A
// schedule's rates keep their proportions.
func (f *trainFlags) override(r *nn.Recipe) {
	if f.set.Changed("batch") {
		r.Batch = f.batch
	}
	if f.set.Changed("epochs") {
		r.Epochs = f.epochs
	}
	if f.set.Changed("momentum") {
		r.Momentum = f.momentum
	}
	if f.set.Changed("rate") {
		falls := append([]nn.Fall(nil), r.Schedule.Rates...)
		for i := range falls {
			falls[i].Rate *= f.rate / r.Rate
		}
		r.Rate, r.Schedule.Rates = f.rate, falls
	}
}

// takeUp goes on from a checkpoint.
func (f *trainFlags) takeUp(c *train.Config, args []string, s *screen) error {
	from := f.out
	if len(args) > 0 {
		from = args[0]
	}
	ckpt, err := loadCheckpoint(from)
	if err != nil {
		return err
	}
	c.Resume, c.Net, c.Options = ckpt, ckpt.Net, ckpt.State.Options()
	if c.Out == "" {
		c.Out = filepath.Dir(ckpt.Path)
	}
	if err := checkOwnFolder(ckpt, c.Out); err != nil {
		return err
	}
	f.override(&c.Net.Recipe)
	if f.set.Changed("rate") {
		ckpt.State.Schedule.Rate = f.rate // what a plateau has left of it
	}
	spec := ckpt.State.Data
	if f.data != "" {
		spec = f.data
	}
	c.Data, err = openToTrain(spec, c.Options, s)
	return err
}

// loadCheckpoint adds the way out to a folder without checkpoints.
func loadCheckpoint(path string) (*train.Checkpoint, error) {
	ckpt, err := train.LoadCheckpoint(path)
	if info, statErr := os.Stat(path); errors.Is(err, fs.ErrNotExist) && statErr == nil && info.IsDir() {
		return nil, fmt.Errorf("%s: holds no checkpoint, so there is nothing to go on from", path)
	}
	return ckpt, err
}

// checkOwnFolder refuses a folder with another run's checkpoints, which the
// resumed run would replace by its own.
func checkOwnFolder(ckpt *train.Checkpoint, out string) error {
	same, err := sameFolder(filepath.Dir(ckpt.Path), out)
	if err != nil || same {
		return err
	}
	steps, err := weights.Store{Dir: out}.Steps()
	if err != nil {
		return fileError(err)
	}
	if len(steps) > 0 {
		return fmt.Errorf("%s: holds the checkpoints of another run; give another --out", out)
	}
	return nil
}

func sameFolder(a, b string) (bool, error) {
	one, err := os.Stat(a)
	if err != nil {
		return false, fileError(err)
	}
	other, err := os.Stat(b)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fileError(err)
	}
	return os.SameFile(one, other), nil
}
