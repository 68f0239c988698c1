package train

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

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

// A schedule with another rate has all later ones in proportion, whatever it has
// done so far; setting the rate again changes nothing; and it comes back from a
// checkpoint as it was.
func TestSchedulesKeepTheirProportions(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	draw := rand.New(rand.NewPCG(seed, 0))
	for _, c := range []nn.Schedule{
		{Kind: "constant"}, {Kind: "step", Factor: 0.3, Every: 7}, {Kind: "plateau", Factor: 0.5, Times: 3, Wait: 1},
		{Kind: "epochs", Rates: []nn.Fall{{Epoch: 2, Rate: 0.5}, {Epoch: 5, Rate: 0.03}}},
	} {
		for range 100 {
			s := newSchedule(nn.Recipe{Batch: 1, Epochs: 9, Rate: 0.8, Schedule: c, Images: nn.Images{Subtract: "none", Scale: 1}})
			step, rate := draw.IntN(60), float32(math.Exp(-10*draw.Float64()))
			before := s.at(step, step/7)
			if same, err := s.withRate(before, step, step/7); err != nil || !reflect.DeepEqual(same, s) {
				t.Errorf("%s: set to what it is, %+v becomes %+v, %v", c.Kind, s, same, err)
			}
			next, err := s.withRate(rate, step, step/7)
			if err != nil {
				t.Fatal(err)
			}
			twice, err := next.withRate(rate, step, step/7)
			if err != nil || twice.at(step, step/7) != next.at(step, step/7) {
				t.Errorf("%s: set twice, rate %g is %g, %v", c.Kind, next.at(step, step/7), twice.at(step, step/7), err)
			}
			read := reread(t, next)
			for later := step; later < 99; later++ {
				want := float64(s.at(later, later/7)) * float64(rate) / float64(before)
				if got := float64(next.at(later, later/7)); math.Abs(got/want-1) > 3e-7 || read.at(later, later/7) != next.at(later, later/7) {
					t.Fatalf("%s: rate %g at step %d, then at step %d %g, read %g, want %g", c.Kind, rate, step, later, got, read.at(later, later/7), want)
				}
			}
			if s.at(step, step/7) != before {
				t.Errorf("%s: the old schedule was changed", c.Kind)
			}
		}
	}
}

// reread takes a schedule through JSON, as a checkpoint does.
func reread(t *testing.T, s schedule) (read schedule) {
	t.Helper()
	for from, to := range map[any]any{&s: &read, &s.recipe: &read.recipe} {
		text, err := json.Marshal(from)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(text, to); err != nil {
			t.Fatal(err)
		}
	}
	return read
}

// A rate that has fallen to nothing cannot come back, and one whose first falls
// below all numbers cannot be: the files would be no networks.
func TestRatesOutOfReach(t *testing.T) {
	deep := newSchedule(nn.Recipe{Batch: 1, Epochs: 1, Rate: 1, Schedule: nn.Schedule{Kind: "step", Factor: 1e-9, Every: 1}, Images: nn.Images{Subtract: "none", Scale: 1}})
	far := deep
	far.recipe.Schedule = nn.Schedule{Kind: "epochs", Rates: []nn.Fall{{Epoch: 1, Rate: 1e-30}}}
	for _, c := range []struct {
		s    schedule
		rate float32
		step int
	}{{deep, 0.1, 99}, {deep, 1e30, 3}, {far, 1e-30, 0}} {
		if _, err := c.s.withRate(c.rate, c.step, 0); err == nil || !strings.Contains(err.Error(), "too far") || strings.Contains(err.Error(), "\n") {
			t.Errorf("rate %g at step %d: %v", c.rate, c.step, err)
		}
	}
}
