package train

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"time"

	"tandem/engine/data"
	"tandem/engine/nn"
	"tandem/engine/train/metrics"
	"tandem/engine/weights"
)

// Run trains until the recipe's epochs, or MaxSteps, are done. When ctx ends it
// finishes the step, saves, and returns a Summary with Interrupted set. A run
// that is resumed from any of its checkpoints ends with the same bits as one
// that was never interrupted.
func Run(ctx context.Context, c Config) (sum *Summary, err error) {
	r, err := newRun(ctx, c)
	if err != nil {
		return nil, err
	}
	defer func() {
		r.close()
		err = errors.Join(err, r.record.Close())
	}()
	if err := r.loop(ctx); err != nil {
		return nil, err
	}
	r.summary.Skipped = r.loader.Skipped()
	return &r.summary, r.record.Flush()
}

type run struct {
	Config
	recipe  nn.Recipe
	model   *nn.Model
	stats   *data.Stats
	loader  *data.Loader
	store   weights.Store
	record  metrics.Writer
	state   State
	steps   int // the run ends after this many
	saved   int // step of the last checkpoint, -1 for none
	savedAt time.Time
	unsaved bool // the run was changed since
	loss    []float32
	rank    []float32
	stuck   stuckDetector
	pace    pace
	traffic traffic
	judged  int // step of the last validation in this process, -1 for none
	watched int // step after which Watch was called last, -1 for none
	last    StepReport
	noted   int // skipped images reported so far
	summary Summary
}

func newRun(ctx context.Context, c Config) (*run, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	r := &run{Config: c, recipe: c.Net.Recipe, store: weights.Store{Dir: c.Out}, record: metrics.Multi{}, saved: -1, savedAt: time.Now(), judged: -1, watched: -1}
	if err := r.prepare(ctx); err != nil {
		r.close()
		return nil, err
	}
	return r, nil
}

func (r *run) prepare(ctx context.Context) (err error) {
	r.loss, r.rank = make([]float32, r.recipe.Batch), make([]float32, r.recipe.Batch)
	if r.model, err = nn.New(r.Net, nn.Options{Batch: r.recipe.Batch, Devices: r.Devices}); err != nil {
		return err
	}
	if err := r.begin(ctx); err != nil {
		return err
	}
	r.stuck = newStuckDetector(r.classes())
	r.steps = (r.recipe.Epochs*r.Data.Train.Len() + r.recipe.Batch - 1) / r.recipe.Batch
	if r.MaxSteps > 0 {
		r.steps = min(r.steps, r.MaxSteps)
	}
	r.loader, err = data.NewLoader(r.Data.Train, r.stats, augment(r.Net), r.Seed, r.recipe.Batch,
		data.LoaderOptions{Workers: r.Workers, Budget: r.Budget, FirstStep: r.state.Step})
	if err != nil {
		return err
	}
	if r.Metrics != nil {
		w, err := r.Metrics()
		if err != nil {
			return err
		}
		r.record = w
	}
	r.Report.Start(r.plan())
	return nil
}

// begin sets weights, statistics and state: new ones, or the checkpoint's.
func (r *run) begin(ctx context.Context) error {
	if r.Resume != nil {
		return r.takeUp(r.Resume)
	}
	steps, err := r.store.Steps()
	if err != nil {
		return pathError(err)
	}
	if len(steps) > 0 {
		return fmt.Errorf("%s: holds the checkpoints of another run; resume it with --resume, or give another --out", r.Out)
	}
	if r.stats, err = data.ComputeStats(ctx, r.Data.Train, r.Report.Measuring); err != nil {
		return err
	}
	r.model.Init(r.Seed)
	r.state = State{
		Seed: r.Seed, Data: r.Data.Name, Size: r.Options.Size, Channels: r.Options.Channels,
		Images: r.Data.Train.Len(), Classes: r.Data.Train.Classes(), Schedule: newSchedule(r.recipe),
	}
	return nil
}

func (r *run) takeUp(c *Checkpoint) error {
	if n := r.Data.Train.Len(); n != c.State.Images {
		return fmt.Errorf("%s: was trained on %d images, data %s now has %d; resuming needs the same data", c.Path, c.State.Images, r.Data.Name, n)
	}
	if err := c.Knows(r.Data.Train, "data "+r.Data.Name); err != nil {
		return err
	}
	for _, kind := range []nn.Kind{nn.Weights, nn.Velocity} {
		if err := c.restore(r.model, kind); err != nil {
			return err
		}
	}
	r.stats, r.state, r.Seed = c.Stats, c.State, c.State.Seed
	if err := r.noteNewer(); err != nil {
		return err
	}
	r.state.Data = r.Data.Name // the folder may have moved
	r.state.Schedule.recipe = r.recipe
	if _, err := os.Stat(r.store.BestPath()); errors.Is(err, fs.ErrNotExist) {
		r.state.BestError = nil // the best so far stays behind in another folder
	}
	if r.store.StepPath(int64(c.State.Step)) == c.Path {
		r.saved = c.State.Step
	}
	return nil
}

// noteNewer says which checkpoints the resumed run will take the place of.
func (r *run) noteNewer() error {
	steps, err := r.store.Steps()
	if err != nil {
		return pathError(err)
	}
	if n := len(steps); n > 0 && steps[n-1] > int64(r.Resume.State.Step) {
		r.Report.Note(fmt.Sprintf("the checkpoints after step %d, up to %s, go when the first new one is written", r.Resume.State.Step, r.store.StepPath(steps[n-1])))
	}
	return nil
}

func (r *run) classes() int {
	shapes, _ := r.Net.Infer()
	return shapes[r.Net.Output().Name][0]
}

func (r *run) plan() Plan {
	p := Plan{
		FirstStep: r.state.Step, Steps: r.steps, Batch: r.recipe.Batch, Epochs: r.recipe.Epochs,
		TrainImages: r.Data.Train.Len(), ModelBytes: r.model.Bytes(), UntrainedLoss: math.Log(float64(r.classes())),
	}
	for _, q := range r.model.Params() {
		p.Parameters += int64(q.Shape.Size())
	}
	if r.Data.Test != nil {
		p.TestImages = r.Data.Test.Len()
	}
	if r.Resume != nil {
		p.Resumed = r.Resume.Path
	}
	return p
}

func (r *run) close() {
	if r.loader != nil {
		r.loader.Close()
	}
	if r.model != nil {
		r.model.Close()
	}
}

// loop ends an epoch where one is due before it takes the next step, so that a
// run resumed from a checkpoint of an epoch's last step ends that epoch first.
func (r *run) loop(ctx context.Context) error {
	for {
		var err error
		switch epoch := r.epoch(); {
		case ctx.Err() != nil:
			return r.interrupt()
		case epoch > r.state.Epoch:
			err = r.endEpoch(ctx, epoch)
		case r.watched != r.state.Step:
			err = r.watch(ctx)
		case r.state.Step >= r.steps || r.state.Over:
			return r.finish(ctx)
		default:
			err = r.train(ctx)
		}
		if err != nil && ctx.Err() == nil {
			return err
		}
	}
}

// epoch returns the number of passes over the training set that the steps so
// far make up.
func (r *run) epoch() int { return r.state.Step * r.recipe.Batch / r.Data.Train.Len() }

// passes returns epoch with its fraction.
func (r *run) passes() float64 {
	return float64(r.state.Step) * float64(r.recipe.Batch) / float64(r.Data.Train.Len())
}

func (r *run) interrupt() error {
	r.summary.Interrupted = true
	return r.conclude(false)
}

// finish validates a run that ends in the middle of an epoch, and saves.
func (r *run) finish(ctx context.Context) error {
	best := false
	if r.judged != r.state.Step && r.Data.Test != nil {
		e, err := r.validate(ctx)
		if ctx.Err() != nil {
			return r.interrupt()
		}
		if err != nil {
			return err
		}
		best = r.isBest(e)
	}
	return r.conclude(best)
}

// conclude saves what is not saved yet and fills the summary.
func (r *run) conclude(best bool) error {
	r.summary.Step = r.state.Step
	if best || r.unsaved || r.saved != r.state.Step {
		if err := r.save(best); err != nil {
			return err
		}
	}
	r.summary.Checkpoint = r.savedPath()
	if r.state.BestError != nil {
		r.summary.BestError, r.summary.Best = *r.state.BestError, r.store.BestPath()
	}
	return nil
}
