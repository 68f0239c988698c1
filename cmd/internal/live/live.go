// Package live makes a training run of this process a scene.Source: the run's
// figures, weights and images as scenes, and orders that pause and change it.
//
// The trainer publishes copies between two steps and never waits for a viewer,
// except while it is paused. What copying and measuring may cost is bounded by
// shares of the run's time, so a large network is copied less often.
package live

import (
	"context"
	"math"
	"sync"
	"time"

	"tandem/cmd/internal/lab"
	"tandem/cmd/internal/scene"
	"tandem/engine/device"
	"tandem/engine/train"
)

// Options says what a source shows besides the run.
type Options struct {
	Devices    []device.Device // for pictures, apart from the run's; one will do
	Names      []string        // of the run's devices
	Earlier    *scene.Curve    // what a resumed run has measured before; nil: nothing
	Others     []*scene.Curve  // of runs to compare with
	References []scene.Reference
	// Share is the part of one core's time that pictures of new weights may take.
	Share float64
}

// Source is a scene.Source of one run.
type Source struct {
	scene.Board
	options Options
	lab     *lab.Lab

	lock   sync.Mutex // of orders
	orders []scene.Order
	told   chan struct{} // holds one when there are orders

	// What follows belongs to the run's goroutine.
	run     scene.Run
	paused  bool // run.State says so, too, unless the run validates
	mines   bool // validations survey the test images
	curve   scene.Curve
	weights *budget
	health  *budget
	shown   time.Time // when figures were last published
	rate    smooth
}

// The shares of the run's time that go into copies.
const (
	weightsShare = 0.01
	healthShare  = 0.005
	figuresEvery = 66 * time.Millisecond
)

// New returns the source of a run that is still to begin, and makes the run report
// to it: what the configuration had as a reporter hears everything as before. Let
// Work run beside the run. The error is one of the network.
func New(c *train.Config, o Options) (*Source, error) {
	net, err := scene.Describe(c.Net, c.Data.Train.Classes(), c.Data.Name)
	if err != nil {
		return nil, err
	}
	s := &Source{options: o, told: make(chan struct{}, 1), weights: newBudget(weightsShare), health: newBudget(healthShare)}
	if o.Earlier != nil {
		s.curve = *o.Earlier
	}
	s.curve.Name, s.curve.References = c.Out, o.References
	s.run = scene.Run{State: scene.Starting, Devices: o.Names, Folder: c.Out, TestError: math.NaN()}
	if n := len(s.curve.Validations); n > 0 {
		s.run.TestError = s.curve.Validations[n-1].Top1
	}
	s.lab = lab.New(labOptions(c, o, &s.Board))
	s.mines = c.Data.Test != nil && c.Data.Test.Len() <= mostMined
	c.Report, c.Watch, c.Validate = &reporter{Reporter: c.Report, source: s}, s.watch, s.validate
	s.Update(func(sc *scene.Scene) { sc.Network = net })
	s.publishRun()
	return s, nil
}

// mostMined is the largest test set that is mined while the run validates on it: a
// feature vector of each image is kept. Of larger ones a sample that large is
// surveyed when somebody looks.
const mostMined = 10_000

func labOptions(c *train.Config, o Options, board *scene.Board) lab.Options {
	l := lab.Options{Board: board, Devices: o.Devices, Share: o.Share, Sets: lab.SetOptions{Survey: mostMined}}
	if c.Data.Test != nil {
		l.Images, l.About = c.Data.Test, "test images of "+c.Data.Name
	}
	return l
}

// Work computes pictures until ctx ends.
func (s *Source) Work(ctx context.Context) { s.lab.Run(ctx) }

// Want implements scene.Source.
func (s *Source) Want(w scene.Want) {
	w.Checkpoint = scene.Newest
	s.lab.Want(w)
}

// Tell implements scene.Source.
func (s *Source) Tell(o scene.Order) {
	if o.Do == scene.Open {
		s.lab.Open(o.Name, o.Data)
		return
	}
	s.lock.Lock()
	s.orders = append(s.orders, o)
	s.lock.Unlock()
	select {
	case s.told <- struct{}{}:
	default:
	}
}

// End says how the run ended. Its last weights stay on show.
func (s *Source) End(sum *train.Summary, err error) {
	s.run.Live, s.run.Remaining = false, 0
	s.run.State = scene.Finished
	if err != nil {
		s.run.State = scene.Failed
		s.Notice(true, "training has ended: "+err.Error())
	} else if sum.Checkpoint != "" {
		s.Notice(false, "training has ended; the network is in "+sum.Checkpoint)
	}
	s.endJob() // of a validation that was cut short
	s.publishRun()
}

func (s *Source) publishRun() {
	run := s.run
	s.Update(func(sc *scene.Scene) { sc.Run = &run })
	s.shown = time.Now()
}

// publishCurve publishes the run's measurements so far. The slices only ever grow
// at their ends, so scenes share them.
func (s *Source) publishCurve() {
	c := s.curve
	s.Update(func(sc *scene.Scene) { sc.Curves = append([]*scene.Curve{&c}, s.options.Others...) })
}
