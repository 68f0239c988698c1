package train

import (
	"math"
	"testing"

	"tandem/engine/nn"
)

func TestSchedules(t *testing.T) {
	step := newSchedule(nn.Recipe{Rate: 1, Schedule: nn.Schedule{Kind: "step", Factor: 0.1, Every: 100}})
	epochs := newSchedule(nn.Recipe{Rate: 9, Schedule: nn.Schedule{Kind: "epochs", Rates: []nn.Fall{{Epoch: 0, Rate: 1}, {Epoch: 3, Rate: 0.5}, {Epoch: 4, Rate: 0.25}}}})
	constant := newSchedule(nn.Recipe{Rate: 2, Schedule: nn.Schedule{Kind: "constant"}})
	for _, c := range []struct {
		s           schedule
		step, epoch int
		want        float32
	}{
		{step, 0, 0, 1}, {step, 99, 0, 1}, {step, 100, 0, 0.1}, {step, 250, 0, 0.01},
		{epochs, 0, 0, 1}, {epochs, 0, 2, 1}, {epochs, 0, 3, 0.5}, {epochs, 0, 4, 0.25}, {epochs, 0, 99, 0.25},
		{constant, 1e6, 99, 2},
	} {
		if got := c.s.at(c.step, c.epoch); math.Abs(float64(got/c.want-1)) > 1e-6 {
			t.Errorf("%s at step %d, epoch %d: %g, want %g", c.s.recipe.Schedule.Kind, c.step, c.epoch, got, c.want)
		}
	}
}

// The paper: "divide the learning rate by 10 when the validation error rate
// stopped improving ... reduced three times prior to termination".
func TestPlateauFallsThreeTimesThenEnds(t *testing.T) {
	s := newSchedule(nn.Recipe{Rate: 1, Schedule: nn.Schedule{Kind: "plateau", Factor: 0.5, Times: 3, Wait: 2}})
	errors := []float64{0.9, 0.8, 0.8, 0.85, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7}
	rates := []float32{1, 1, 1, 0.5, 0.5, 0.5, 0.25, 0.25, 0.125, 0.125, 0.125}
	for i, e := range errors {
		over := s.validated(e)
		if s.at(0, 0) != rates[i] || over != (i == len(errors)-1) {
			t.Errorf("after epoch %d: rate %g, over %v, want %g", i+1, s.at(0, 0), over, rates[i])
		}
	}
}
