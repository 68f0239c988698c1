package train_test

import (
	"context"
	"image"
	"strings"
	"testing"

	"tandem/engine/tensor"
	"tandem/engine/train"
)

// The best checkpoint so far lies in the old folder, so the new one needs a best
// of its own.
func TestARunTakenToAnotherFolderHasItsOwnBest(t *testing.T) {
	s := newSetup(t, 1)
	s.run(t, context.Background())
	s.resume(t)
	s.Resume.State.BestError = new(float64) // nothing will be better
	s.Out, s.Net.Recipe.Epochs = t.TempDir(), 2
	sum := s.run(t, context.Background())
	for _, path := range []string{sum.Best, sum.Checkpoint} {
		if _, err := train.LoadCheckpoint(path); err != nil {
			t.Error(err)
		}
	}
}

func TestACheckpointNamesTheDataItWasLastTrainedOn(t *testing.T) {
	s := newSetup(t, 1)
	s.run(t, context.Background())
	s.resume(t)
	s.Data.Name, s.Net.Recipe.Epochs = "moved", 2
	sum := s.run(t, context.Background())
	if c, err := train.LoadCheckpoint(sum.Checkpoint); err != nil || c.State.Data != "moved" {
		t.Errorf("got data %q, %v", c.State.Data, err)
	}
}

// renamed has the images of stripes under other names.
type renamed struct{ stripes }

func (*renamed) Classes() []string { return []string{"across", "slantwise"} }

func TestOtherClassesAreRefused(t *testing.T) {
	s := newSetup(t, 1)
	s.run(t, context.Background())
	s.resume(t)
	other := &renamed{stripes{images: 90, channels: 1}}
	_, err := s.Resume.Evaluate(context.Background(), other, "others", train.EvaluateOptions{Views: 1, Batch: 8, Devices: s.Devices})
	if want := `data others: class 1 is "slantwise"`; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("evaluating: got %v, want %s", err, want)
	}
	s.Data.Train = other
	if _, err := train.Run(context.Background(), s.Config); err == nil || !strings.Contains(err.Error(), `learned it as "down"`) {
		t.Errorf("resuming: got %v", err)
	}
}

// wide has images that are no squares.
type wide struct{ stripes }

func (*wide) Shape() tensor.Shape { return tensor.Shape{1, stripesSide, stripesSide + 3} }

func TestPredictWithTrainingImagesThatAreNoSquares(t *testing.T) {
	s := newSetup(t, 1)
	s.Data.Train, s.Data.Test = &wide{stripes{images: 90, channels: 1}}, nil
	s.run(t, context.Background())
	s.resume(t)
	m, err := s.Resume.NewModel(1, s.Devices)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	fits := image.NewGray(image.Rect(0, 0, stripesSide+3, stripesSide))
	if guesses, err := s.Resume.Predict(m, fits, 1, 2); err != nil || len(guesses) != 2 {
		t.Errorf("got %v, %v", guesses, err)
	}
	_, err = s.Resume.Predict(m, image.NewGray(image.Rect(0, 0, 50, 40)), 1, 2)
	if want := "the picture is 50x40"; err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "--size") {
		t.Errorf("got %v, want %s", err, want)
	}
}

// A training set smaller than a batch is passed over many times in one step.
func TestEpochsReportedNeverExceedThePlan(t *testing.T) {
	s := newSetup(t, 2)
	s.Data.Train = &stripes{images: 3, channels: 1}
	s.run(t, context.Background())
	for _, e := range s.epochs {
		if e.Epoch > e.Epochs {
			t.Errorf("epoch %d of %d", e.Epoch, e.Epochs)
		}
	}
}
