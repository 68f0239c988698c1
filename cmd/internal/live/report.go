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
	run.Epoch = float64(p.FirstStep) * float64(p.Batch) / float64(p.TrainImages)
	r.source.publishRun()
	r.Reporter.Start(p)
}

func (r *reporter) Measuring(done, total int) {
	r.source.job("measuring images", done, total)
	r.Reporter.Measuring(done, total)
}

func (r *reporter) Step(p train.StepReport) {
	r.source.step(p)
	r.Reporter.Step(p)
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
	if done >= total {
		s.endJob()
		return
	}
	s.Update(func(sc *scene.Scene) { sc.Job = &scene.Job{Name: name, Done: done, Total: total} })
}

func (s *Source) endJob() { s.Update(func(sc *scene.Scene) { sc.Job = nil }) }

func (r *reporter) Note(text string) {
	r.source.Notice(false, text)
	r.Reporter.Note(text)
}

// step takes in the report of a step.
func (s *Source) step(r train.StepReport) {
	s.curve.Steps = append(s.curve.Steps, scene.CurvePoint{Step: r.Step, Epoch: r.Epoch, Loss: r.Loss, Error: r.Top1Error, Rate: float64(r.Rate)})
	s.run.Step, s.run.Steps, s.run.Epoch = r.Step, r.Steps, r.Epoch
	s.run.Loss, s.run.Error, s.run.Remaining, s.run.Moved = r.Loss, r.Top1Error, r.Remaining, r.MovedBytes
	s.run.ImagesPerSecond = 1 / s.rate.add(r.Seconds/float64(r.Images))
}

// validate takes in what comes of a validation.
func (s *Source) validate(step int) (observe func(*nn.Model, *data.Batch) error, done func(train.Evaluation)) {
	mined := s.mine()
	if mined == nil {
		return nil, func(e train.Evaluation) { s.validated(step, e) }
	}
	return mined.Observe, func(e train.Evaluation) {
		s.lab.Surveyed(mined, step)
		s.validated(step, e)
	}
}

// mine begins a survey of the test images, which pass through the network anyway;
// nil where they are too many.
func (s *Source) mine() *survey.Survey {
	if !s.mines {
		return nil
	}
	net := s.Scene().Network.Net
	sv, err := survey.New(net, lab.SurveyOptions(net))
	if err != nil {
		s.Notice(true, err.Error())
		return nil
	}
	return sv
}

func (s *Source) validated(step int, e train.Evaluation) {
	s.curve.Validations = append(s.curve.Validations, scene.Validation{Step: step, Epoch: s.run.Epoch, Loss: e.Loss, Top1: e.Top1Error, Top5: e.Top5Error})
	s.run.TestError = e.Top1Error
	s.goOn()
	s.endJob() // images that cannot be read leave it undone
	s.publishRun()
	s.publishCurve()
}
