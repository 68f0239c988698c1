package album

import (
	"bytes"
	"encoding/json"
	"math"
	"time"

	"tandem/cmd/internal/live"
	"tandem/cmd/internal/scene"
	"tandem/engine/nn"
	"tandem/engine/train"
)

// sameNetwork tells whether a model of one checkpoint can take the other's weights.
// What can change while a run trains makes no difference.
func sameNetwork(a, b *train.Checkpoint) bool {
	one, err := json.Marshal(untrained(a.Net))
	other, otherErr := json.Marshal(untrained(b.Net))
	return err == nil && otherErr == nil && bytes.Equal(one, other)
}

// untrained leaves out how a network is trained.
func untrained(net *nn.Network) *nn.Network {
	params, _ := net.Params() // as they are in a checkpoint
	none := map[string]float32{}
	for _, p := range params {
		none[p.Name] = 0
	}
	return net.WithRecipe(nn.Recipe{Images: net.Recipe.Images}).WithKeep(1).WithDecay(none)
}

// publish shows what a checkpoint holds.
func (a *Album) publish(c *train.Checkpoint) {
	w := &scene.Weights{Step: c.State.Step, Epoch: epochOf(c, c.State.Step), Params: c.Params()}
	a.lock.Lock()
	a.lab.SetWeights(w)
	a.lock.Unlock()
	h := health(c)
	a.Update(func(s *scene.Scene) { s.Weights, s.Health = w, h })
	a.publishSeries()
	a.publishCurves()
	a.publishRun()
}

// epochOf returns the passes over the training images after so many steps.
func epochOf(c *train.Checkpoint, step int) float64 {
	return float64(step) * float64(c.Net.Recipe.Batch) / float64(max(1, c.State.Images))
}

// health is what a checkpoint tells of its layers. It holds no gradients.
func health(c *train.Checkpoint) *scene.Health {
	h := &scene.Health{Step: c.State.Step}
	params := c.Params()
	for _, l := range c.Health() {
		of := live.Health(l)
		of.Weights = live.Histogram(params[l.Name+".weight"].Data)
		h.Layers = append(h.Layers, of)
	}
	return h
}

// publishRun says how the run stands: as its record has it where another program
// trains, else as the checkpoint has it.
func (a *Album) publishRun() {
	c := a.loaded
	if c == nil {
		return
	}
	r := &scene.Run{State: scene.Finished, Folder: a.dir, Devices: a.options.Names, Epochs: c.Net.Recipe.Epochs, TestError: math.NaN()}
	r.Rate, r.Momentum, r.Decay, r.Keep = hyperparameters(c)
	r.Step, r.Epoch = c.State.Step, epochOf(c, c.State.Step)
	r.Steps = stepsOf(c.Net, c.State.Images)
	if a.options.Follow {
		a.follow(r, c)
	}
	a.Update(func(s *scene.Scene) { s.Run = r })
}

func hyperparameters(c *train.Checkpoint) (rate, momentum, decay, keep float64) {
	h, err := c.Hyperparameters()
	if err != nil {
		nan := math.NaN()
		return nan, nan, nan, nan
	}
	return float64(h.Rate), float64(h.Momentum), float64(h.Decay), float64(h.Keep)
}

func stepsOf(net *nn.Network, images int) int {
	return (net.Recipe.Epochs*images + net.Recipe.Batch - 1) / max(1, net.Recipe.Batch)
}

// follow fills in what the record says of a run that another program trains, and
// tells when that program is gone.
func (a *Album) follow(r *scene.Run, c *train.Checkpoint) {
	if n := len(a.record.curve.Steps); n > 0 {
		last := a.record.curve.Steps[n-1]
		r.Step, r.Epoch, r.Loss, r.Error, r.Rate = last.Step, last.Epoch, last.Loss, last.Error, last.Rate
	}
	if n := len(a.record.curve.Validations); n > 0 {
		r.TestError = a.record.curve.Validations[n-1].Top1
	}
	trains := a.options.Training == nil || a.options.Training(a.dir)
	switch {
	case trains:
		r.State = scene.Elsewhere
		a.pace(r, c.Net.Recipe.Batch)
	case r.Step < r.Steps && !c.State.Over:
		r.State = scene.Failed
	}
	if a.alive && !trains {
		a.tellEnd(r)
	}
	a.alive = trains
}

// pace says how fast a run goes.
func (a *Album) pace(r *scene.Run, batch int) {
	if s := a.record.seconds; s > 0 {
		r.ImagesPerSecond = float64(batch) / s
		r.Remaining = time.Duration(s * float64(max(0, r.Steps-r.Step)) * float64(time.Second))
	}
}

// tellEnd tells that the program that trained is gone.
func (a *Album) tellEnd(r *scene.Run) {
	if r.State == scene.Finished {
		a.Notice(false, a.dir+": training has ended")
		return
	}
	a.Notice(true, a.dir+": the program that trained there is gone, with steps left; go on with: tandem train --resume --out "+a.dir)
}

// publishCurves shows what the folder's record holds.
func (a *Album) publishCurves() {
	c := a.record.curve
	if a.options.References != nil && a.loaded != nil {
		c.References = a.options.References(len(a.loaded.State.Classes))
	}
	curves := []*scene.Curve{&c}
	if len(c.Steps)+len(c.Validations) == 0 {
		curves = nil
	}
	a.Update(func(s *scene.Scene) { s.Curves = append(curves, a.options.Others...) })
}
