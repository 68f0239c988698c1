package live

import (
	"context"
	"fmt"
	"time"

	"tandem/cmd/internal/scene"
	"tandem/engine/nn"
	"tandem/engine/tensor"
	"tandem/engine/train"
)

// watch publishes a moment, does what was ordered, and holds the run while it is
// paused.
func (s *Source) watch(ctx context.Context, m *train.Moment) error {
	if err := s.begin(m); err != nil {
		return err
	}
	for {
		stepped := s.obey(m)
		paused := s.paused && !stepped
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
	if s.run.Live {
		return nil
	}
	if err := s.lab.SetNetwork(m.Model().Net, m.Stats()); err != nil {
		return err
	}
	s.run.Live = true
	return nil
}

// goOn sets the state of a run that does not validate.
func (s *Source) goOn() {
	s.run.State = scene.Training
	if s.paused {
		s.run.State = scene.Paused
	}
}

// obey does what was ordered, up to a single step, and tells whether it came to one.
func (s *Source) obey(m *train.Moment) (step bool) {
	for !step {
		o, ok := s.next()
		if !ok {
			break
		}
		var err error
		switch v := float32(o.Value); o.Do {
		case scene.Play:
			s.paused = false
		case scene.Pause:
			s.paused = true
		case scene.StepOnce:
			s.paused, step = true, true
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
	s.goOn()
	return step
}

// next takes the first order that is left.
func (s *Source) next() (o scene.Order, ok bool) {
	s.lock.Lock()
	defer s.lock.Unlock()
	if len(s.orders) == 0 {
		return o, false
	}
	o, s.orders = s.orders[0], s.orders[1:]
	return o, true
}

func (s *Source) save(m *train.Moment) error {
	path, err := m.Save()
	if err != nil {
		return fmt.Errorf("the checkpoint was not written: %w", err)
	}
	s.Notice(false, "a checkpoint was written: "+path)
	return nil
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
