package train

import (
	"context"

	"tandem/engine/data"
	"tandem/engine/nn"
)

// Moment is a run between two steps. Config.Watch may look at it, and change how
// the run goes on, until it returns: after that its methods panic.
type Moment struct{ run *run }

// watch shows Config.Watch the run, once after each step.
func (r *run) watch(ctx context.Context) error {
	r.watched = r.state.Step
	if r.Watch == nil {
		return nil
	}
	m := &Moment{r}
	defer func() { m.run = nil }()
	return r.Watch(ctx, m)
}

// Model returns the model in training. Passes forwards of other images, and back
// from them, change nothing that is learned; whoever writes parameters steps out
// of the run's record.
func (m *Moment) Model() *nn.Model { return m.run.model }

// State returns what a checkpoint of this moment would say.
func (m *Moment) State() State { return m.run.state }

// Stats returns the statistics by which images are prepared. Nobody changes them.
func (m *Moment) Stats() *data.Stats { return m.run.stats }

// Steps returns the step after which the run ends.
func (m *Moment) Steps() int { return m.run.steps }

// Epoch returns the passes over the training set so far, parts included.
func (m *Moment) Epoch() float64 { return m.run.passes() }

// Last returns the report of the last step; its Step is 0 before the first one
// that this process takes.
func (m *Moment) Last() StepReport { return m.run.last }

// Hyperparameters returns what the next step is taken with.
func (m *Moment) Hyperparameters() Hyperparameters {
	return hyperparameters(m.run.model.Net, m.run.model.Params(), m.run.state)
}

// Save writes a checkpoint of this moment, unless there is one, and returns its
// path. It goes when Config.KeepLast newer ones are there, as any other.
func (m *Moment) Save() (string, error) {
	r := m.run
	if r.saved == r.state.Step && !r.unsaved {
		return r.savedPath(), nil
	}
	if err := r.save(false); err != nil {
		return "", err
	}
	return r.savedPath(), nil
}
