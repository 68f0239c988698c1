// Package train runs the paper's stochastic gradient descent (section 5): the
// loop, learning-rate schedules, validation, checkpoints from which a run goes
// on as if it had never stopped, and evaluation of what was learned.
package train

import (
	"context"
	"errors"
	"fmt"
	"image"
	"time"

	"tandem/engine/data"
	"tandem/engine/device"
	"tandem/engine/nn"
	"tandem/engine/train/metrics"
)

// Config is a run. The network's recipe says how it is trained.
type Config struct {
	Net       *nn.Network
	Data      *data.Splits
	Options   data.Options // with which Data was opened, kept in checkpoints
	Devices   []device.Device
	Seed      uint64
	Out       string        // folder for checkpoints and metrics
	Resume    *Checkpoint   // goes on from here; nil starts anew
	MaxSteps  int           // ends the run early; 0: the recipe's epochs
	SaveEvery int           // steps between checkpoints besides those at each epoch's end; 0: none
	SaveAfter time.Duration // wall time between checkpoints, likewise; 0: none
	KeepLast  int           // checkpoints kept besides the best; 0: all
	Workers   int           // goroutines that prepare images; 0: one per core
	Budget    int64         // bytes of images prepared ahead; 0: data.DefaultPrefetch
	Report    Reporter

	// Metrics opens where figures go besides Report; nil: nowhere. Run calls it
	// when nothing else can keep the run from starting, since opening a record
	// cuts off what an earlier run left behind, and closes what it returns.
	Metrics func() (metrics.Writer, error)
	// Pictures draws what is recorded after each epoch, by tag; nil: nothing.
	Pictures func(*nn.Model) (map[string]image.Image, error)

	// Watch looks at the run before the first step and after each, once what is due
	// after that is done, and may change it; nil: nobody does. Run goes on when it
	// returns, so Watch pauses it by waiting, and should return when its context
	// ends. That time is no training time. Its error ends the run as it is.
	Watch func(context.Context, *Moment) error
	// Validate is called when a validation begins after a step. The functions that
	// it returns, nil or not, see each batch after its pass forwards, and, unless
	// an error or the context cut it short, what came of it.
	Validate func(step int) (observe func(*nn.Model, *data.Batch) error, done func(Evaluation))
}

// Reporter hears how a run goes. Its methods are called from Run's goroutine,
// Measuring from others, but never two at a time.
type Reporter interface {
	Measuring(done, total int) // training images, for their statistics: before Start
	Start(Plan)
	Step(StepReport)
	Validating(done, total int) // images
	Epoch(EpochReport)
	Note(string) // a line for the user: a hint, a skipped image, a file written
}

// Plan says what is about to happen.
type Plan struct {
	FirstStep, Steps int // the run goes from FirstStep to Steps
	Batch, Epochs    int
	TrainImages      int
	TestImages       int
	ModelBytes       int64
	Resumed          string // the checkpoint, "" for a new run
	Parameters       int64
	UntrainedLoss    float64 // ln(classes): the loss of a network that knows nothing
}

// StepReport is one parameter update.
type StepReport struct {
	Step, Steps int // Step counts from 1
	Epoch       float64
	Loss        float64 // mean over the batch, nats
	Top1Error   float64 // fraction of the batch
	Rate        float32
	Seconds     float64 // of this step
	Images      int
	Remaining   time.Duration // estimate for the rest of the run

	MovedBytes   int64   // sent from device to device in this step
	MovedSeconds float64 // spent on copying them through host memory
}

// EpochReport is one pass over the training set, validated.
type EpochReport struct {
	Epoch, Epochs   int // Epoch counts from 1
	Step            int
	TrainLoss       float64
	TrainTop1Error  float64
	Test            *Evaluation // nil where there is no test split
	Best            bool        // the lowest test error so far
	Seconds         float64     // of training since the last report
	ImagesPerSecond float64     // trained, validation left out
	Checkpoint      string      // "" if none was written
}

// Summary is what a finished or interrupted run leaves.
type Summary struct {
	Step        int
	Interrupted bool
	Checkpoint  string // the last one written
	Best        string // "" where nothing was validated
	BestError   float64
	Last        *Evaluation
	Seconds     float64 // of training in this process, validation left out
	Images      int     // trained on in this process
	Skipped     []data.Skipped
}

func (c *Config) check() error {
	if err := c.Net.Recipe.Check(); err != nil {
		return err
	}
	switch shape := c.Net.Input; {
	case c.Data.Train == nil:
		return fmt.Errorf("data %s has no training images", c.Data.Name)
	case c.Data.Train.Len() == 0:
		return fmt.Errorf("data %s: the training split is empty", c.Data.Name)
	case c.Out == "":
		return errors.New("a run needs a folder to write to")
	case c.Net.Recipe.Epochs > maxSteps*c.Net.Recipe.Batch/c.Data.Train.Len():
		return fmt.Errorf("%d epochs of %d images are more than %d steps", c.Net.Recipe.Epochs, c.Data.Train.Len(), maxSteps)
	case c.MaxSteps < 0 || c.MaxSteps > maxSteps:
		return fmt.Errorf("steps must be from 1 to %d, got %d", maxSteps, c.MaxSteps)
	case shape[1] != shape[2]:
		return fmt.Errorf("network %s: the input is %s; images are cropped to squares", c.Net.Name, shape)
	}
	return c.fit()
}

// fit judges both splits.
func (c *Config) fit() error {
	train, test := c.Data.Train, c.Data.Test
	if err := Fits(c.Net, train, c.Data.Name); err != nil || test == nil {
		return err
	}
	if !train.Shape().Equal(test.Shape()) {
		return fmt.Errorf("data %s: training images are %s, test images %s; give both one --size", c.Data.Name, train.Shape(), test.Shape())
	}
	return Fits(c.Net, test, c.Data.Name)
}

// maxSteps keeps the step within the 32 bits that key the random numbers.
const maxSteps = 1 << 31

// Fits returns an error that names the network and the data unless images and
// labels suit the network.
func Fits(net *nn.Network, ds data.Dataset, name string) error {
	shape, in := ds.Shape(), net.Input
	shapes, err := net.Infer()
	if err != nil {
		return err
	}
	classes := shapes[net.Output().Name][0]
	switch {
	case shape[0] != in[0]:
		return fmt.Errorf("network %s takes images of %d channels, data %s has %d", net.Name, in[0], name, shape[0])
	case shape[1] < in[1] || shape[2] < in[2]:
		return fmt.Errorf("network %s takes images of %dx%d, data %s has %dx%d; give a larger --size", net.Name, in[1], in[2], name, shape[1], shape[2])
	case len(ds.Classes()) > classes:
		return fmt.Errorf("network %s tells %d classes apart, data %s has %d", net.Name, classes, name, len(ds.Classes()))
	}
	return nil
}

// augment converts a recipe's image preparation.
func augment(net *nn.Network) data.Augment {
	im := net.Recipe.Images
	a := data.Augment{Crop: net.Input[1], Flip: im.Flip, Subtract: data.Subtract(im.Subtract), Scale: im.Scale}
	if net.Input[0] == 3 { // colour noise has no meaning for grey images
		a.ColourNoise = im.ColourNoise
	}
	return a
}
