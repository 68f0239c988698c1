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
	"tandem/engine/device"
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
	loss    []float32
	rank    []float32
	stuck   stuckDetector
	pace    pace
	judged  int // step of the last validation in this process, -1 for none
	noted   int // skipped images reported so far
	summary Summary
}

func newRun(ctx context.Context, c Config) (*run, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	r := &run{Config: c, recipe: c.Net.Recipe, store: weights.Store{Dir: c.Out}, record: metrics.Multi{}, saved: -1, judged: -1}
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
	if err := c.knows(r.Data.Train, r.Data.Name); err != nil {
		return err
	}
	for _, kind := range []nn.Kind{nn.Weights, nn.Velocity} {
		if err := c.restore(r.model, kind); err != nil {
			return err
		}
	}
	r.stats, r.state, r.Seed = c.Stats, c.State, c.State.Seed
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

// train takes a step, and saves after it where SaveEvery says so. Where the
// step ends an epoch, that is left to the epoch's end: a run killed in between
// would else record the epoch twice.
func (r *run) train(ctx context.Context) error {
	if err := r.step(ctx); err != nil {
		return err
	}
	r.noteSkipped()
	if r.SaveEvery > 0 && r.state.Step%r.SaveEvery == 0 && r.epoch() == r.state.Epoch {
		return r.save(false)
	}
	return nil
}

// step makes one update and judges its loss.
func (r *run) step(ctx context.Context) error {
	began := time.Now()
	b, err := r.loader.Next(ctx)
	if err != nil {
		return err
	}
	rate := r.state.Schedule.at(r.state.Step, r.state.Epoch)
	r.model.SetStep(device.StepState{Seed: r.Seed, Step: uint32(r.state.Step), Rate: rate, Momentum: r.recipe.Momentum})
	r.model.Load(b.X, b.Labels)
	r.model.Forward(true)
	r.model.Backward()
	r.model.Update()
	if err := r.model.Scores(r.loss, r.rank); err != nil {
		return fmt.Errorf("step %d: %w; the last checkpoint is %s", r.state.Step+1, err, r.lastCheckpoint())
	}
	r.loader.Recycle(b)
	return r.count(rate, time.Since(began).Seconds())
}

// count adds a step's scores to the epoch and reports them.
func (r *run) count(rate float32, seconds float64) error {
	loss, wrong := 0.0, 0
	for i, l := range r.loss {
		loss += float64(l)
		if r.rank[i] >= 1 {
			wrong++
		}
	}
	r.state.Step++
	n := len(r.loss)
	mean := loss / float64(n)
	if math.IsNaN(mean) || math.IsInf(mean, 0) {
		err := fmt.Errorf("step %d: the loss is %g at learning rate %g: training has diverged; the last checkpoint is %s; try a lower rate (--rate %g)",
			r.state.Step, mean, rate, r.lastCheckpoint(), rate/10)
		return errors.Join(err, r.record.Scalars(int64(r.state.Step), time.Now(), map[string]float64{"train/loss": mean}))
	}
	r.state.Sums.Images += n
	r.state.Sums.Loss += loss
	r.state.Sums.Wrong += wrong
	r.stuck.add(mean)
	r.pace.add(seconds)
	r.summary.Seconds += seconds
	r.summary.Images += n
	s := StepReport{
		Step: r.state.Step, Steps: r.steps, Epoch: float64(r.state.Step) * float64(n) / float64(r.Data.Train.Len()),
		Loss: mean, Top1Error: float64(wrong) / float64(n), Rate: rate, Seconds: seconds, Images: n,
		Remaining: r.pace.remaining(r.steps - r.state.Step),
	}
	r.Report.Step(s)
	return r.record.Scalars(int64(s.Step), time.Now(), map[string]float64{
		"epoch": s.Epoch, "train/loss": s.Loss, "train/top1_error": s.Top1Error, "rate": float64(rate), "seconds": seconds,
	})
}

func (r *run) lastCheckpoint() string {
	switch {
	case r.saved >= 0:
		return r.store.StepPath(int64(r.saved))
	case r.Resume != nil:
		return r.Resume.Path
	}
	return "none yet"
}

func (r *run) noteSkipped() {
	all := r.loader.Skipped()
	for _, s := range all[r.noted:] {
		r.Report.Note(fmt.Sprintf("skipped %s: %s", s.Path, s.Reason))
	}
	r.noted = len(all)
}

// save writes a checkpoint of this moment, after the record that belongs to it.
func (r *run) save(best bool) error {
	if err := r.record.Flush(); err != nil {
		return err
	}
	f, err := snapshot(r.model, r.state, r.stats)
	if err != nil {
		return fmt.Errorf("step %d: %w", r.state.Step, err)
	}
	if err := r.store.Save(int64(r.state.Step), f, r.KeepLast, best); err != nil {
		return fmt.Errorf("step %d: the checkpoint was not written: %w; what was saved before is intact", r.state.Step, err)
	}
	r.saved = r.state.Step
	return nil
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
	if best || r.saved != r.state.Step {
		if err := r.save(best); err != nil {
			return err
		}
	}
	r.summary.Checkpoint = r.lastCheckpoint()
	if r.state.BestError != nil {
		r.summary.BestError, r.summary.Best = *r.state.BestError, r.store.BestPath()
	}
	return nil
}
