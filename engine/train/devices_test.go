package train_test

import (
	"context"
	"errors"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"tandem/engine/cpu"
	"tandem/engine/device"
	"tandem/engine/train"
	"tandem/engine/train/metrics"
)

var errLost = errors.New("vulkan:1: vkQueueSubmit: VK_ERROR_DEVICE_LOST")

// fragile is a device that can be lost, with what it exchanges.
type fragile struct {
	device.Device
	mu    sync.Mutex
	links device.Links
	err   error
	until uint32 // lost at this step; 0: only when asked
}

func (d *fragile) Send(src device.Buffer, n int, l *device.Link) {
	d.links.Add(l)
	d.Device.Send(src, n, l)
}

func (d *fragile) Receive(l *device.Link, dst device.Buffer, n int) {
	d.links.Add(l)
	d.Device.Receive(l, dst, n)
}

func (d *fragile) SetStep(s device.StepState) {
	d.Device.SetStep(s)
	if d.until > 0 && s.Step == d.until {
		d.lose()
	}
}

func (d *fragile) lose() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.err = errLost
	d.links.Fail(errLost)
}

func (d *fragile) lost() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.err
}

func (d *fragile) Download(src device.Buffer, offset int, dst []float32) error {
	if err := d.lost(); err != nil {
		return err
	}
	return d.Device.Download(src, offset, dst)
}

// onTwo gives the run two CPU devices of which one is fragile.
func (s *setup) onTwo(t *testing.T, weak int) *fragile {
	t.Helper()
	s.Devices = cpus(t, 1, 1)
	d := &fragile{Device: s.Devices[weak]}
	s.Devices[weak] = d
	return d
}

// ends demands that the run ends by itself with one line that has all the words.
func (s setup) ends(t *testing.T, words ...string) {
	t.Helper()
	done := make(chan error, 1)
	go func() {
		_, err := train.Run(context.Background(), s.Config)
		done <- err
	}()
	select {
	case err := <-done:
		if err == nil || strings.Contains(err.Error(), "\n") {
			t.Fatalf("got %v", err)
		}
		for _, w := range words {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("%v does not say %q", err, w)
			}
		}
	case <-time.After(time.Minute):
		t.Fatal("the run hangs")
	}
}

// Whichever of two devices is lost, and whenever, the run ends with one line
// that names it, the step and the checkpoint to go on from.
func TestALostDeviceEndsTheRun(t *testing.T) {
	for weak := range 2 {
		s := newSetup(t, 3)
		s.SaveEvery = 4
		s.onTwo(t, weak).until = 6 // the seventh step, counted from one
		s.ends(t, errLost.Error(), "step 7", filepath.Join(s.Out, "step-00000004.safetensors"))

		s = newSetup(t, 3)
		d := s.onTwo(t, weak)
		s.Report = &losing{listener: s.listener, d: d}
		s.ends(t, errLost.Error(), "step 12", "there is no checkpoint yet")
	}
}

// losing loses a device in the middle of a validation.
type losing struct {
	*listener
	d *fragile
}

func (l *losing) Validating(done, _ int) { l.d.lose() }

// Steps on two devices tell what was moved, always the same number of bytes,
// also in the record; steps on one tell nothing.
func TestStepsTellWhatWasMoved(t *testing.T) {
	one, two := newSetup(t, 1), newSetup(t, 1)
	two.Devices = cpus(t, 1, 1)
	one.record(metrics.NewRun)
	two.record(metrics.NewRun)
	one.run(t, context.Background())
	two.run(t, context.Background())
	// Of 8 images: conv2 stays in its tower, fc3 reads 4 x 6 x 6 and fc4 8 units
	// of the other tower.
	const fc3, fc4 = 4 * 8 * 4 * 6 * 6, 4 * 8 * 8
	for i, s := range two.steps {
		if want := int64(2 * (2*fc3 + fc4)); s.MovedBytes != want || s.MovedSeconds <= 0 || s.MovedSeconds > s.Seconds {
			t.Errorf("step %d: %d bytes in %g of %g s, want %d", i+1, s.MovedBytes, s.MovedSeconds, s.Seconds, want)
		}
	}
	for i, s := range one.steps {
		if s.MovedBytes != 0 || s.MovedSeconds != 0 {
			t.Errorf("step %d on one device: %d bytes in %g s", i+1, s.MovedBytes, s.MovedSeconds)
		}
	}
	for name, s := range map[string]setup{"one device": one, "two devices": two} {
		points, err := metrics.ReadJSONL(filepath.Join(s.Out, metricsFile))
		if err != nil {
			t.Fatal(err)
		}
		bytes, told := points[0].Values["transfer/bytes"]
		if told != (len(s.Devices) == 2) || bytes != float64(s.steps[0].MovedBytes) {
			t.Errorf("%s: recorded %v", name, points[0].Values)
		}
	}
}

// A run on two devices that is taken up ends like one that never stopped.
func TestResumingOnTwoDevices(t *testing.T) {
	whole, broken := newSetup(t, 2), newSetup(t, 2)
	whole.Devices = cpus(t, 1, 2)
	want := whole.run(t, context.Background())
	broken.Devices = cpus(t, 2, 1)
	ctx, cancel := context.WithCancel(context.Background())
	broken.onStep = func(s train.StepReport) {
		if s.Step == 7 {
			cancel()
		}
	}
	if sum := broken.run(t, ctx); !sum.Interrupted {
		t.Fatal("the run was not stopped")
	}
	broken.resume(t)
	if sum := broken.run(t, context.Background()); fileHash(t, sum.Checkpoint) != fileHash(t, want.Checkpoint) {
		t.Error("the checkpoints differ")
	}
}

// The hundredth step allocates no more than the fortieth.
func TestStepsDoNotAllocateMoreAndMore(t *testing.T) {
	s := newSetup(t, 12)
	s.Data.Test = nil
	s.Devices = []device.Device{cpu.New(1), cpu.New(1)}
	defer s.Devices[0].Close()
	defer s.Devices[1].Close()
	var m runtime.MemStats
	counts := map[int]uint64{}
	s.onStep = func(r train.StepReport) {
		runtime.ReadMemStats(&m)
		counts[r.Step] = m.Mallocs
	}
	s.run(t, context.Background())
	early, late := counts[60]-counts[20], counts[130]-counts[90]
	if early == 0 || late > early+early/5 {
		t.Errorf("40 steps allocated %d times, later %d times", early, late)
	}
}
