package train_test

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tandem/engine/nn"
	"tandem/engine/tensor"
	"tandem/engine/train"
	"tandem/engine/train/metrics"
)

func TestRunLearns(t *testing.T) {
	s := newSetup(t, 12)
	sum := s.run(t, context.Background())
	if s.plan.Steps != 135 || len(s.steps) != 135 || len(s.epochs) != 12 {
		t.Fatalf("%d steps planned, %d taken, %d epochs", s.plan.Steps, len(s.steps), len(s.epochs))
	}
	if first := s.steps[0].Loss; math.Abs(first-math.Log(3)) > 0.3 {
		t.Errorf("first loss %.3f, want about ln 3", first)
	}
	if sum.Last.Top1Error > 0.1 || sum.Last.Images != 31 {
		t.Errorf("test error %.3f on %d images", sum.Last.Top1Error, sum.Last.Images)
	}
	if want := float32(0.05 * 0.5 * 0.5 * 0.5); s.steps[134].Rate != want {
		t.Errorf("last rate %g, want %g", s.steps[134].Rate, want)
	}
	for _, p := range []string{sum.Best, sum.Checkpoint} {
		if _, err := train.LoadCheckpoint(p); err != nil {
			t.Error(err)
		}
	}
}

// However often a run is stopped, it ends with the bits of one that was not.
func TestInterruptedRunsEndAlike(t *testing.T) {
	whole := newSetup(t, 4)
	whole.record(metrics.NewRun)
	want := whole.run(t, context.Background())

	broken := newSetup(t, 4)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	draw := tensor.NewStream(seed, 0, 0)
	after, stops := int64(metrics.NewRun), 0
	for i := uint64(0); ; i++ {
		broken.record(after)
		ctx, cancel := context.WithCancel(context.Background())
		stopAt := 1 + draw.Intn(i, 20)
		taken := 0
		broken.onStep = func(train.StepReport) {
			if taken++; taken == stopAt {
				cancel()
			}
		}
		sum := broken.run(t, ctx)
		cancel()
		if !sum.Interrupted {
			if fileHash(t, sum.Checkpoint) != fileHash(t, want.Checkpoint) || fileHash(t, sum.Best) != fileHash(t, want.Best) {
				t.Error("the checkpoints differ")
			}
			break
		}
		stops++
		after = int64(sum.Step)
		broken.resume(t)
	}
	if stops == 0 {
		t.Error("the run was never stopped")
	}
	if a, b := timeless(t, whole.Out), timeless(t, broken.Out); a != b {
		t.Errorf("the metrics differ:\n%s\n%s", a, b)
	}
}

func TestSameSeedSameRunWhateverTheWorkers(t *testing.T) {
	var hashes [][32]byte
	var records []string
	for _, workers := range []int{1, 2, 3} {
		s := newSetup(t, 2)
		s.Workers, s.Devices = workers, cpus(t, workers)
		s.record(metrics.NewRun)
		hashes = append(hashes, fileHash(t, s.run(t, context.Background()).Checkpoint))
		records = append(records, timeless(t, s.Out))
	}
	for i := range hashes {
		if hashes[i] != hashes[0] || records[i] != records[0] {
			t.Errorf("run %d differs from the first", i)
		}
	}
	other := newSetup(t, 2)
	other.Seed++
	if fileHash(t, other.run(t, context.Background()).Checkpoint) == hashes[0] {
		t.Error("another seed gave the same weights")
	}
}

// Split over two devices the network learns what it learns on one, up to
// rounding: the masks, the initial weights and the gradients are the same.
func TestTwoDevicesLearnWhatOneLearns(t *testing.T) {
	one, two := newSetup(t, 1), newSetup(t, 1)
	two.Devices = cpus(t, 1, 1)
	one.run(t, context.Background())
	two.run(t, context.Background())
	for i := range one.steps {
		a, b := one.steps[i].Loss, two.steps[i].Loss
		if math.Abs(a-b) > 1e-4*a {
			t.Fatalf("step %d: loss %g on one device, %g on two", i+1, a, b)
		}
	}
}

func TestDivergenceStopsTheRun(t *testing.T) {
	s := newSetup(t, 5)
	s.Net = smallNet(t, 5, 1e6)
	s.record(metrics.NewRun)
	_, err := train.Run(context.Background(), s.Config)
	if err == nil || !strings.Contains(err.Error(), "step ") || !strings.Contains(err.Error(), "--rate") || strings.Contains(err.Error(), "\n") {
		t.Errorf("got %v", err)
	}
	points, err := metrics.ReadJSONL(filepath.Join(s.Out, metricsFile))
	if err != nil || len(points) == 0 {
		t.Fatalf("%d points recorded, %v", len(points), err)
	}
	if loss := points[len(points)-1].Values["train/loss"]; !math.IsNaN(loss) && !math.IsInf(loss, 0) {
		t.Errorf("the record ends with loss %g, not with the step that diverged", loss)
	}
}

func TestStuckRunGetsAHint(t *testing.T) {
	s := newSetup(t, 6)
	s.Net = smallNet(t, 6, 1e-9)
	s.run(t, context.Background())
	if len(s.notes) != 1 || !strings.Contains(s.notes[0], "ln(classes) = 1.10") {
		t.Errorf("notes: %q", s.notes)
	}
	learning := newSetup(t, 6)
	learning.run(t, context.Background())
	if len(learning.notes) != 0 {
		t.Errorf("a run that learns got %q", learning.notes)
	}
}

// A stuck network whose second layer is dead hears which one it is.
func TestHintNamesDeadUnits(t *testing.T) {
	s := newSetup(t, 6)
	conv2 := s.Net.Node("conv2").Layer.(*nn.Conv)
	conv2.Bias.Value = -1000
	s.run(t, context.Background())
	if len(s.notes) != 1 || !strings.Contains(s.notes[0], "relu2: 100 % of its units are zero") {
		t.Errorf("notes: %q", s.notes)
	}
}

func TestRunRefusesBadConfigurations(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*setup)
		want   string
	}{
		"no training split": {func(s *setup) { s.Data.Train = nil }, "data stripes has no training images"},
		"colour images":     {func(s *setup) { s.Data.Train = &stripes{images: 9, channels: 3} }, "takes images of 1 channels, data stripes has 3"},
		"batch":             {func(s *setup) { s.Net.Recipe.Batch = 0 }, "batch must be at least 1"},
		"too small":         {func(s *setup) { s.Net.Input = tensor.Shape{1, 20, 20} }, "takes images of 20x20, data stripes has 14x14"},
		"one tower": {func(s *setup) {
			s.Net.Towers = 1
			for i := range s.Net.Nodes {
				s.Net.Nodes[i].Tower = nn.BothTowers
			}
			s.Devices = append(s.Devices, s.Devices[0])
		}, "has one tower"},
		"unwritable": {func(s *setup) { s.Out = "/dev/null/run" }, "/dev/null/run"},
	} {
		s := newSetup(t, 1)
		c.change(&s)
		_, err := train.Run(context.Background(), s.Config)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
	}
}

// The refused run must not touch the record of the one that is there.
func TestANewRunNeedsAFolderOfItsOwn(t *testing.T) {
	s := newSetup(t, 1)
	s.record(metrics.NewRun)
	s.run(t, context.Background())
	before := timeless(t, s.Out)
	_, err := train.Run(context.Background(), s.Config)
	if err == nil || !strings.Contains(err.Error(), "holds the checkpoints of another run") {
		t.Errorf("got %v", err)
	}
	if before == "" || timeless(t, s.Out) != before {
		t.Errorf("the record was %q and now is %q", before, timeless(t, s.Out))
	}
}

func TestDamagedNewestCheckpointIsRefusedAndThePreviousOffered(t *testing.T) {
	s := newSetup(t, 2)
	sum := s.run(t, context.Background())
	b, err := os.ReadFile(sum.Checkpoint)
	if err != nil {
		t.Fatal(err)
	}
	previous := filepath.Join(s.Out, "step-00000012.safetensors")
	for name, damaged := range map[string][]byte{"truncated": b[:len(b)*2/3], "flipped": append(append([]byte{}, b[:5000]...), append([]byte{b[5000] ^ 4}, b[5001:]...)...)} {
		if err := os.WriteFile(sum.Checkpoint, damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := train.LoadCheckpoint(s.Out)
		if err == nil || !strings.Contains(err.Error(), sum.Checkpoint) || !strings.Contains(err.Error(), previous) {
			t.Errorf("%s: got %v, want both %s and %s named", name, err, sum.Checkpoint, previous)
		}
	}
	if _, err := train.LoadCheckpoint(previous); err != nil {
		t.Error(err)
	}
}

func TestResumingNeedsTheSameData(t *testing.T) {
	s := newSetup(t, 1)
	s.run(t, context.Background())
	s.resume(t)
	s.Data.Train = &stripes{images: 50, channels: 1}
	if _, err := train.Run(context.Background(), s.Config); err == nil || !strings.Contains(err.Error(), "was trained on 90 images, data stripes now has 50") {
		t.Errorf("got %v", err)
	}
}

// A checkpoint by the clock changes nothing but that it is there.
func TestTimedCheckpoints(t *testing.T) {
	plain, timed := newSetup(t, 2), newSetup(t, 2)
	timed.KeepLast, timed.SaveAfter = 0, time.Nanosecond
	a, b := plain.run(t, context.Background()), timed.run(t, context.Background())
	if fileHash(t, a.Checkpoint) != fileHash(t, b.Checkpoint) {
		t.Error("saving more often changed the weights")
	}
	files, err := filepath.Glob(filepath.Join(timed.Out, "step-*.safetensors"))
	if err != nil || len(files) != timed.plan.Steps {
		t.Errorf("%d checkpoints of %d steps, %v", len(files), timed.plan.Steps, err)
	}
}

func TestTestImagesMustFitToo(t *testing.T) {
	s := newSetup(t, 1)
	s.Data.Test = &stripes{images: 9, channels: 3}
	if _, err := train.Run(context.Background(), s.Config); err == nil || !strings.Contains(err.Error(), "test images 3x14x14") {
		t.Errorf("got %v", err)
	}
}
