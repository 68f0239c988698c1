package train

import (
	"context"
	"fmt"
	"math"
	"time"

	"tandem/engine/device"
)

// train takes a step and does what is due after it.
func (r *run) train(ctx context.Context) error {
	if err := r.step(ctx); err != nil {
		return err
	}
	r.noteSkipped()
	if r.stuck.steps >= stuckWindow {
		r.hint()
	}
	if r.saveIsDue() {
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
	r.traffic.since(r.Devices, r.model) // leaves out what was no step
	rate := r.state.rate()
	r.model.SetStep(device.StepState{Seed: r.Seed, Step: uint32(r.state.Step), Rate: rate, Momentum: r.recipe.Momentum})
	r.model.Load(b.X, b.Labels)
	r.model.Train()
	if err := r.model.Scores(r.loss, r.rank); err != nil {
		return r.failed(r.state.Step+1, err)
	}
	r.loader.Recycle(b)
	return r.count(rate, time.Since(began).Seconds())
}

// failed is the error that ends a run when a device has failed: it says where
// to go on from.
func (r *run) failed(step int, err error) error {
	return fmt.Errorf("step %d: %w; %s", step, err, r.lastCheckpoint())
}

// count adds a step's scores to the epoch, reports and records them.
func (r *run) count(rate float32, seconds float64) error {
	loss, wrong := r.score()
	n := len(r.loss)
	r.state.Step++
	s := StepReport{
		Step: r.state.Step, Steps: r.steps, Epoch: r.passes(),
		Loss: loss / float64(n), Top1Error: float64(wrong) / float64(n), Rate: rate, Seconds: seconds, Images: n,
	}
	s.MovedBytes, s.MovedSeconds = r.traffic.since(r.Devices, r.model)
	if err := r.recordStep(s); err != nil {
		return err
	}
	if !finite(s.Loss) {
		return r.diverged("the loss", s.Loss)
	}
	r.state.Sums.add(n, loss, wrong)
	r.stuck.add(s.Loss)
	r.pace.add(seconds)
	r.summary.Seconds += seconds
	r.summary.Images += n
	s.Remaining = r.pace.remaining(r.steps - r.state.Step)
	r.last = s
	r.Report.Step(s)
	return nil
}

// score sums up the batch: its loss, and how many images were not told right.
func (r *run) score() (loss float64, wrong int) {
	for i, l := range r.loss {
		loss += float64(l)
		if r.rank[i] >= 1 {
			wrong++
		}
	}
	return loss, wrong
}

func (r *run) recordStep(s StepReport) error {
	values := map[string]float64{
		"epoch": s.Epoch, "train/loss": s.Loss, "train/top1_error": s.Top1Error, "rate": float64(s.Rate), "seconds": s.Seconds,
	}
	if len(r.Devices) > 1 {
		values["transfer/bytes"], values["transfer/seconds"] = float64(s.MovedBytes), s.MovedSeconds
	}
	r.state.recordChanges(values)
	return r.record.Scalars(int64(s.Step), time.Now(), values)
}

// diverged is the error that ends a run whose figures are no longer finite.
func (r *run) diverged(what string, value float64) error {
	rate := r.state.Schedule.at(max(0, r.state.Step-1), r.state.Epoch)
	return fmt.Errorf("step %d: %s is %g at learning rate %g: training has diverged; %s; try a lower rate (--rate %g)",
		r.state.Step, what, value, rate, r.lastCheckpoint(), rate/10)
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

func (r *run) noteSkipped() {
	all := r.loader.Skipped()
	for _, s := range all[r.noted:] {
		r.Report.Note(fmt.Sprintf("skipped %s: %s", s.Path, s.Reason))
	}
	r.noted = len(all)
}
