package train

import (
	"context"
	"fmt"
	"time"

	"tandem/engine/nn"
)

// endEpoch validates, lets the schedule react, records and saves. If ctx ends
// during the validation the epoch stays open: the checkpoint written then
// repeats the validation when it is resumed.
func (r *run) endEpoch(ctx context.Context, epoch int) error {
	report := r.report(epoch)
	if r.Data.Test != nil {
		e, err := r.validate(ctx)
		if err != nil {
			return err
		}
		report.Test, report.Best = &e, r.isBest(e)
		r.state.Over = r.state.Schedule.validated(e.Top1Error)
	}
	r.state.Epoch = epoch
	r.state.Sums = sums{}
	if err := r.recordEpoch(report); err != nil {
		return err
	}
	if err := r.save(report.Best); err != nil {
		return err
	}
	report.Checkpoint = r.savedPath()
	r.Report.Epoch(report)
	if r.state.Over {
		r.Report.Note("the test error has stopped falling at the lowest learning rate; training is over")
	}
	r.hint()
	return nil
}

func (r *run) report(epoch int) EpochReport {
	s := r.state.Sums
	seconds, images := r.pace.lap()
	e := EpochReport{Epoch: min(epoch, r.recipe.Epochs), Epochs: r.recipe.Epochs, Step: r.state.Step, Seconds: seconds,
		TrainLoss: s.Loss / float64(s.Images), TrainTop1Error: float64(s.Wrong) / float64(s.Images)}
	if seconds > 0 {
		e.ImagesPerSecond = float64(images*r.recipe.Batch) / seconds
	}
	return e
}

// validate measures the test error with one view.
func (r *run) validate(ctx context.Context) (Evaluation, error) {
	o := EvaluateOptions{Views: 1, Workers: r.Workers, Budget: r.Budget, Progress: r.Report.Validating}
	var done func(Evaluation)
	if r.Validate != nil {
		o.Observe, done = r.Validate(r.state.Step)
	}
	e, err := evaluate(ctx, r.model, r.Data.Test, r.stats, o)
	switch {
	case err != nil:
		return e, r.failed(r.state.Step, err)
	case !finite(e.Loss):
		return e, r.diverged("the test loss", e.Loss)
	}
	r.judged, r.summary.Last = r.state.Step, &e
	if done != nil {
		done(e)
	}
	return e, nil
}

// isBest keeps the lowest test error.
func (r *run) isBest(e Evaluation) bool {
	if r.state.BestError != nil && e.Top1Error >= *r.state.BestError {
		return false
	}
	r.state.BestError = &e.Top1Error
	return true
}

func (r *run) recordEpoch(e EpochReport) error {
	step, now := int64(e.Step), time.Now()
	values := map[string]float64{"epoch/train_loss": e.TrainLoss, "epoch/train_top1_error": e.TrainTop1Error}
	if e.Test != nil {
		values["test/loss"] = e.Test.Loss
		values["test/top1_error"] = e.Test.Top1Error
		values["test/top5_error"] = e.Test.Top5Error
	}
	if err := r.record.Scalars(step, now, values); err != nil {
		return err
	}
	if err := r.recordHistograms(step, now); err != nil || r.Pictures == nil {
		return err
	}
	pictures, err := r.Pictures(r.model)
	if err != nil {
		return r.failed(r.state.Step, err)
	}
	for tag, img := range pictures {
		if err := r.record.Image(step, now, tag, img); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) recordHistograms(step int64, now time.Time) error {
	if r.Metrics == nil {
		return nil
	}
	for _, p := range r.model.Params() {
		for tag, kind := range map[string]nn.Kind{"weights/": nn.Weights, "gradients/": nn.Gradient} {
			t, err := r.model.ReadParam(p.Name, kind)
			if err != nil {
				return r.failed(r.state.Step, err)
			}
			if err := r.record.Histogram(step, now, tag+p.Name, t.Data); err != nil {
				return err
			}
		}
	}
	return nil
}

// hint tells the user what is wrong when the loss does not leave ln(classes).
func (r *run) hint() {
	if !r.stuck.verdict() {
		return
	}
	h, err := Diagnose(r.model)
	if err != nil {
		r.Report.Note(fmt.Sprintf("the loss stays at ln(classes), and looking for the reason failed: %v", err))
		return
	}
	r.Report.Note(r.stuck.message(h))
}
