package train

import (
	"fmt"
	"math"
	"slices"

	"tandem/engine/nn"
)

// schedule yields the learning rate. Its exported fields are what a checkpoint
// keeps.
type schedule struct {
	Rate  float32 // in force, plateau only
	Falls int     // so far, plateau only
	Best  float64 // validation error the plateau is measured against
	Since int     // epochs without a better one

	recipe nn.Recipe
}

func newSchedule(r nn.Recipe) schedule {
	return schedule{Rate: r.Rate, Best: math.MaxFloat64, recipe: r}
}

// at returns the learning rate of a step in an epoch, both counted from 0.
func (s *schedule) at(step, epoch int) float32 {
	switch c := s.recipe.Schedule; c.Kind {
	case "step":
		return s.recipe.Rate * s.fallen(step)
	case "epochs":
		rate := s.recipe.Rate
		for _, f := range c.Rates {
			if epoch >= f.Epoch {
				rate = f.Rate
			}
		}
		return rate
	case "plateau":
		return s.Rate
	}
	return s.recipe.Rate
}

// fallen returns what a step schedule multiplies the first rate by.
func (s *schedule) fallen(step int) float32 {
	c := s.recipe.Schedule
	return float32(math.Pow(float64(c.Factor), float64(step/c.Every)))
}

// withRate returns the schedule that has a rate, or its neighbour among the
// numbers, at a step in an epoch, and all others in proportion.
func (s schedule) withRate(rate float32, step, epoch int) (schedule, error) {
	was := s.at(step, epoch)
	switch kind := s.recipe.Schedule.Kind; {
	case rate == was:
	case kind == "plateau":
		s.Rate = rate
	case kind == "step":
		s.recipe.Rate = rate / s.fallen(step)
	default:
		s.recipe = scaleRates(s.recipe, float64(rate)/float64(was))
	}
	if !(s.recipe.Rate <= math.MaxFloat32) || s.recipe.Check() != nil {
		return s, fmt.Errorf("a learning rate of %g now is too far from %g for the schedule's other rates to follow", rate, was)
	}
	return s, nil
}

func scaleRates(r nn.Recipe, by float64) nn.Recipe {
	scaled := func(rate float32) float32 { return float32(float64(rate) * by) }
	r.Rate = scaled(r.Rate)
	r.Schedule.Rates = slices.Clone(r.Schedule.Rates)
	for i := range r.Schedule.Rates {
		r.Schedule.Rates[i].Rate = scaled(r.Schedule.Rates[i].Rate)
	}
	return r
}

// validated tells a plateau schedule the error after an epoch. It reports
// whether training is over: the paper's rate fell three times, and when the
// error stopped improving once more there was nothing left to do.
func (s *schedule) validated(err float64) (over bool) {
	c := s.recipe.Schedule
	if c.Kind != "plateau" {
		return false
	}
	if err < s.Best {
		s.Best, s.Since = err, 0
		return false
	}
	s.Since++
	if s.Since < c.Wait {
		return false
	}
	if s.Falls == c.Times {
		return true
	}
	s.Falls++
	s.Since = 0
	s.Rate *= c.Factor
	return false
}
