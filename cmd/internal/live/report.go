package live

import (
	"tandem/cmd/internal/lab"
	"tandem/cmd/internal/scene"
	"tandem/engine/data"
	"tandem/engine/nn"
	"tandem/engine/train"
	"tandem/engine/viz/survey"
)

// reporter takes in what a run reports and passes it on.
type reporter struct {
	train.Reporter
	source *Source
}

func (r *reporter) Start(p train.Plan) {
	run := &r.source.run
	run.Step, run.Steps, run.Epochs, run.Bytes = p.FirstStep, p.Steps, p.Epochs, p.ModelBytes
	r.source.publishRun()
	r.Reporter.Start(p)
}

func (r *reporter) Measuring(done, total int) {
	r.source.job("measuring images", done, total)
	r.Reporter.Measuring(done, total)
}

func (r *reporter) Validating(done, total int) {
	if r.source.run.State != scene.Validating {
		r.source.run.State = scene.Validating
		r.source.publishRun()
	}
	r.source.job("testing", done, total)
	r.Reporter.Validating(done, total)
}

// job shows progress; the lab's own shows again when this is over.
func (s *Source) job(name string, done, total int) {
	var j *scene.Job
	if done < total {
		j = &scene.Job{Name: name, Done: done, Total: total}
	}
	s.Update(func(sc *scene.Scene) { sc.Job = j })
}

func (r *reporter) Epoch(e train.EpochReport) {
	if e.Test != nil {
		r.source.validated(e)
	}
	r.Reporter.Epoch(e)
}

func (r *reporter) Note(text string) {
	r.source.Notice(false, text)
	r.Reporter.Note(text)
}

func (s *Source) validated(e train.EpochReport) {
	epoch := float64(e.Epoch)
	if n := len(s.curve.Steps); n > 0 {
		epoch = s.curve.Steps[n-1].Epoch
	}
	s.curve.Validations = append(s.curve.Validations, scene.Validation{Step: e.Step, Epoch: epoch, Loss: e.Test.Loss, Top1: e.Test.Top1Error, Top5: e.Test.Top5Error})
	s.run.State, s.run.TestError = scene.Training, e.Test.Top1Error
	s.publishRun()
	s.publishCurve()
}

// validate mines the test images while the run validates on them anyway.
func (s *Source) validate(step int) (observe func(*nn.Model, *data.Batch) error, done func(train.Evaluation)) {
	net := s.Scene().Network.Net
	sv, err := survey.New(net, lab.SurveyOptions(net))
	if err != nil {
		s.Notice(true, err.Error())
		return nil, nil
	}
	return sv.Observe, func(train.Evaluation) { s.lab.Surveyed(sv, step) }
}
