package live

import (
	"context"
	"fmt"
	"math"
	"time"

	"tandem/cmd/internal/scene"
	"tandem/engine/nn"
	"tandem/engine/tensor"
	"tandem/engine/train"
	"tandem/engine/viz/survey"
)

// watch publishes a moment, does what was ordered, and holds the run while it is
// paused.
func (s *Source) watch(ctx context.Context, m *train.Moment) error {
	if err := s.begin(m); err != nil {
		return err
	}
	s.step(m.Last())
	stepped := false
	for {
		stepped = s.obey(m) || stepped
		paused := s.run.State == scene.Paused && !stepped
		if err := s.show(m, paused || m.State().Step >= m.Steps()); err != nil {
			return err
		}
		if !paused || ctx.Err() != nil {
			return nil
		}
		select {
		case <-s.told:
		case <-ctx.Done():
		}
	}
}

// begin introduces the run to the lab at its first moment.
func (s *Source) begin(m *train.Moment) error {
	if s.run.State != scene.Starting {
		return nil
	}
	if err := s.lab.SetNetwork(m.Model().Net, m.Stats()); err != nil {
		return err
	}
	s.run.State, s.run.Live = scene.Training, true
	return nil
}

// obey does what was ordered and tells whether that was a single step.
func (s *Source) obey(m *train.Moment) (step bool) {
	s.lock.Lock()
	orders := s.orders
	s.orders = nil
	s.lock.Unlock()
	for _, o := range orders {
		var err error
		switch v := float32(o.Value); o.Do {
		case scene.Play:
			s.run.State = scene.Training
		case scene.Pause:
			s.run.State = scene.Paused
		case scene.StepOnce:
			s.run.State, step = scene.Paused, true
		case scene.SetRate:
			err = m.SetRate(v)
		case scene.SetMomentum:
			err = m.SetMomentum(v)
		case scene.SetDecay:
			err = m.SetDecay(v)
		case scene.SetKeep:
			err = m.SetKeep(v)
		case scene.Save:
			err = s.save(m)
		}
		if err != nil {
			s.Notice(true, err.Error())
		}
	}
	return step
}

func (s *Source) save(m *train.Moment) error {
	path, err := m.Save()
	if err != nil {
		return fmt.Errorf("the checkpoint was not written: %w", err)
	}
	s.Notice(false, "a checkpoint was written: "+path)
	return nil
}

// step takes in the report of the last step, once.
func (s *Source) step(r train.StepReport) {
	if n := len(s.curve.Steps); r.Step == 0 || n > 0 && s.curve.Steps[n-1].Step >= r.Step {
		return
	}
	s.curve.Steps = append(s.curve.Steps, scene.CurvePoint{Step: r.Step, Epoch: r.Epoch, Loss: r.Loss, Error: r.Top1Error, Rate: float64(r.Rate)})
	s.run.Step, s.run.Steps, s.run.Epoch = r.Step, r.Steps, r.Epoch
	s.run.Loss, s.run.Error, s.run.Remaining, s.run.Moved = r.Loss, r.Top1Error, r.Remaining, r.MovedBytes
	s.run.ImagesPerSecond = 1 / s.rate.add(r.Seconds/float64(r.Images))
}

// show publishes what is due, or all.
func (s *Source) show(m *train.Moment, all bool) error {
	if err := s.weights.do(all, func() error { return s.showWeights(m) }); err != nil {
		return err
	}
	if m.Last().Step > 0 {
		if err := s.health.do(all, func() error { return s.showHealth(m) }); err != nil {
			return err
		}
	}
	if !all && time.Since(s.shown) < figuresEvery {
		return nil
	}
	h := m.Hyperparameters()
	s.run.Rate, s.run.Momentum, s.run.Decay, s.run.Keep = float64(h.Rate), float64(h.Momentum), float64(h.Decay), float64(h.Keep)
	s.publishRun()
	s.publishCurve()
	return nil
}

// showWeights copies all parameters.
func (s *Source) showWeights(m *train.Moment) error {
	w := &scene.Weights{Step: m.State().Step, Epoch: m.Epoch(), Params: map[string]*tensor.Tensor{}}
	for _, p := range m.Model().Params() {
		t, err := m.Model().ReadParam(p.Name, nn.Weights)
		if err != nil {
			return err
		}
		w.Params[p.Name] = t
	}
	s.Update(func(sc *scene.Scene) { sc.Weights = w })
	s.lab.SetWeights(w)
	return nil
}

// histogramBins is how many bins the little histograms have at most.
const histogramBins = 32

func (s *Source) showHealth(m *train.Moment) error {
	layers, err := train.Diagnose(m.Model())
	if err != nil {
		return err
	}
	h := &scene.Health{Step: m.State().Step}
	for _, l := range layers {
		of := scene.LayerHealth{Name: l.Name, Dead: l.DeadReLUs, WeightNorm: l.WeightNorm, GradientNorm: l.GradientNorm, Update: l.UpdateRatio}
		if !math.IsNaN(l.WeightNorm) {
			for kind, to := range map[nn.Kind]*scene.Histogram{nn.Weights: &of.Weights, nn.Gradient: &of.Gradients} {
				t, err := m.Model().ReadParam(l.Name+".weight", kind)
				if err != nil {
					return err
				}
				*to = Histogram(t.Data)
			}
		}
		h.Layers = append(h.Layers, of)
	}
	s.Update(func(sc *scene.Scene) { sc.Health = h })
	return nil
}

// Histogram counts values for a small picture.
func Histogram(values []float32) scene.Histogram {
	h := survey.Count(values, histogramBins)
	return scene.Histogram{Width: h.Width, First: h.First, Counts: h.Counts}
}
