package train_test

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"tandem/engine/data"
	"tandem/engine/nn"
	"tandem/engine/train"
	"tandem/engine/viz/survey"
)

// A survey that looks on while a run validates finds what the validation finds,
// each time anew.
func TestValidationsCanBeObserved(t *testing.T) {
	s := newSetup(t, 3)
	var steps []int
	var seen []train.Evaluation
	s.Validate = func(step int) (func(*nn.Model, *data.Batch) error, func(train.Evaluation)) {
		v, err := survey.New(s.Net, survey.Options{})
		if err != nil {
			t.Fatal(err)
		}
		steps = append(steps, step)
		return v.Observe, func(e train.Evaluation) {
			wrong := 0
			for _, o := range v.Outcomes {
				if o.Label != o.Predicted {
					wrong++
				}
			}
			if got := float64(wrong) / float64(len(v.Outcomes)); len(v.Outcomes) != e.Images || math.Abs(got-e.Top1Error) > 1e-12 {
				t.Errorf("step %d: observed %d images, error %g; the validation says %+v", step, len(v.Outcomes), got, e)
			}
			seen = append(seen, e)
		}
	}
	sum := s.run(t, context.Background())
	if len(seen) != 3 || len(steps) != 3 || seen[2].Loss != sum.Last.Loss {
		t.Fatalf("%d validations at steps %v", len(seen), steps)
	}
	for i, e := range s.epochs {
		if steps[i] != e.Step || seen[i].Loss != e.Test.Loss {
			t.Errorf("epoch %d at step %d with loss %g, observed at %d with %g", i+1, e.Step, e.Test.Loss, steps[i], seen[i].Loss)
		}
	}
}

// Nobody needs to look on, or to hear what came of it; and a run that is
// observed learns the same.
func TestObservingNothing(t *testing.T) {
	plain, observed := newSetup(t, 1), newSetup(t, 1)
	observed.Validate = func(int) (func(*nn.Model, *data.Batch) error, func(train.Evaluation)) { return nil, nil }
	a, b := plain.run(t, context.Background()), observed.run(t, context.Background())
	if fileHash(t, a.Checkpoint) != fileHash(t, b.Checkpoint) {
		t.Error("the checkpoints differ")
	}
}

// A validation that is cut short, by whom ever, tells no result.
func TestObservedValidationsCutShort(t *testing.T) {
	for _, cut := range []string{"error", "context"} {
		ctx, cancel := context.WithCancel(context.Background())
		s := newSetup(t, 2)
		broken := errors.New("no room for patches")
		s.Validate = func(int) (func(*nn.Model, *data.Batch) error, func(train.Evaluation)) {
			batches := 0
			return func(*nn.Model, *data.Batch) error {
					if batches++; batches < 3 {
						return nil
					}
					if cut == "error" {
						return broken
					}
					cancel()
					return ctx.Err()
				}, func(train.Evaluation) {
					t.Errorf("%s: the validation ended", cut)
				}
		}
		sum, err := train.Run(ctx, s.Config)
		cancel()
		switch {
		case cut == "error" && (!errors.Is(err, broken) || !strings.Contains(err.Error(), "step 12: ")):
			t.Errorf("got %v", err)
		case cut == "context" && (err != nil || !sum.Interrupted):
			t.Errorf("got %+v, %v", sum, err)
		}
	}
}

// An evaluation shows all views of an image.
func TestEvaluationsCanBeObserved(t *testing.T) {
	c := trained(t)
	ds := &stripes{images: 7, first: 300, channels: 1}
	rows := 0
	e, err := c.Evaluate(context.Background(), ds, "stripes", train.EvaluateOptions{
		Views: 10, Batch: 20, Devices: cpus(t, 1),
		Observe: func(m *nn.Model, b *data.Batch) error {
			probs, err := m.Probabilities(b.N)
			for i := 0; err == nil && i < b.N; i++ {
				sum := 0.0
				for _, p := range probs.Data[3*i : 3*i+3] {
					sum += float64(p)
				}
				if math.Abs(sum-1) > 1e-5 || b.Views != 10 {
					t.Errorf("row %d of %d views: probabilities sum to %g", i, b.Views, sum)
				}
			}
			rows += b.N
			return err
		},
	})
	if err != nil || e.Images != 7 || rows != 70 {
		t.Errorf("%d images, %d rows, %v", e.Images, rows, err)
	}
}
