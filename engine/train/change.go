package train

import (
	"fmt"
	"maps"
	"math"

	"tandem/engine/nn"
)

// Hyperparameters are what an update of the weights depends on besides the
// images.
type Hyperparameters struct {
	Rate     float32 // learning rate, before each parameter's factor
	Momentum float32
	Decay    float32 // weight decay, the largest of any parameter; NaN where none has one
	Keep     float32 // with which dropout keeps a unit, in the first such layer; NaN without dropout
}

func hyperparameters(net *nn.Network, params []nn.Param, s State) Hyperparameters {
	h := Hyperparameters{Rate: s.rate(), Momentum: net.Recipe.Momentum, Decay: nan, Keep: nan}
	if largest(s.firstDecays(params)) > 0 {
		h.Decay = largest(decays(params))
	}
	for _, n := range net.Nodes {
		if l, ok := n.Layer.(*nn.Dropout); ok {
			h.Keep = l.Keep
			break
		}
	}
	return h
}

var nan = float32(math.NaN())

// SetRate sets the learning rate from now on. What the schedule has still to do
// to it stays in proportion.
func (m *Moment) SetRate(rate float32) error {
	st := &m.run.state
	was := st.rate()
	if !(rate > 0 && rate <= math.MaxFloat32) {
		return fmt.Errorf("the learning rate must be above 0 and finite, got %g", rate)
	}
	next, err := st.Schedule.withRate(rate, st.Step, st.Epoch)
	if err != nil || next.at(st.Step, st.Epoch) == was { // as near as it gets
		return err
	}
	st.Schedule = next
	return m.run.change("rate", "learning rate", was, rate, m.run.model.Net.WithRecipe(next.recipe))
}

// SetMomentum sets the momentum for the rest of the run.
func (m *Moment) SetMomentum(momentum float32) error {
	recipe := m.run.recipe
	was := recipe.Momentum
	switch {
	case !(momentum >= 0 && momentum < 1):
		return fmt.Errorf("momentum must be at least 0 and below 1, got %g", momentum)
	case momentum == was:
		return nil
	}
	recipe.Momentum = momentum
	return m.run.change("momentum", "momentum", was, momentum, m.run.model.Net.WithRecipe(recipe))
}

// SetDecay sets the largest weight decay of any parameter; the others that the
// recipe lets decay keep their proportions to it, also after it has been 0.
func (m *Moment) SetDecay(decay float32) error {
	net, was := m.run.model.Net, m.Hyperparameters().Decay
	switch {
	case !(decay >= 0 && decay <= math.MaxFloat32):
		return fmt.Errorf("weight decay must be at least 0 and finite, got %g", decay)
	case math.IsNaN(float64(was)):
		return fmt.Errorf("network %s has no weight decay to change", net.Name)
	case decay == was:
		return nil
	}
	first := m.run.state.firstDecays(m.run.model.Params())
	scale := float64(decay) / float64(largest(first))
	scaled := map[string]float32{}
	for name, d := range first {
		scaled[name] = float32(float64(d) * scale)
	}
	m.run.state.Decays = first
	return m.run.change("decay", "weight decay", was, decay, net.WithDecay(scaled))
}

// SetKeep sets the probability with which all dropout layers keep a unit.
func (m *Moment) SetKeep(keep float32) error {
	net, was := m.run.model.Net, m.Hyperparameters().Keep
	switch {
	case !(keep > 0 && keep <= 1):
		return fmt.Errorf("the probability that dropout keeps a unit must be above 0 and at most 1, got %g", keep)
	case math.IsNaN(float64(was)):
		return fmt.Errorf("network %s has no dropout to change", net.Name)
	case keep == was:
		return nil
	}
	return m.run.change("keep", "probability that dropout keeps a unit", was, keep, net.WithKeep(keep))
}

// change goes on with a network in which a figure is another one. It is
// recorded with the next step, the first that it tells on: the record of this
// one may belong to a checkpoint that knows nothing of it.
func (r *run) change(name, words string, was, now float32, net *nn.Network) error {
	if err := r.model.Retune(net); err != nil {
		return err
	}
	r.recipe, r.state.Schedule.recipe = net.Recipe, net.Recipe
	changes := map[string]float32{}
	maps.Copy(changes, r.state.Changes) // which a Moment may have handed out
	changes[name] = now
	r.state.Changes, r.unsaved = changes, true
	r.Report.Note(fmt.Sprintf("from step %d on: %s %.6g, before %.6g", r.state.Step+1, words, now, was))
	return nil
}

// recordChanges adds what was changed since the last step to a step's values.
func (s *State) recordChanges(values map[string]float64) {
	for name, v := range s.Changes {
		values["change/"+name] = float64(v)
	}
	s.Changes = nil
}

// decays returns the weight decay of the parameters that have one.
func decays(params []nn.Param) map[string]float32 {
	all := map[string]float32{}
	for _, p := range params {
		if p.Decay > 0 {
			all[p.Name] = p.Decay
		}
	}
	return all
}

// firstDecays returns what a network's recipe said of weight decay.
func (s *State) firstDecays(params []nn.Param) map[string]float32 {
	if s.Decays != nil {
		return s.Decays
	}
	return decays(params)
}

func largest(decays map[string]float32) float32 {
	most := float32(0)
	for _, d := range decays {
		most = max(most, d)
	}
	return most
}
