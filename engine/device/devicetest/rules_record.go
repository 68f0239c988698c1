package devicetest

import (
	"errors"
	"fmt"
	"time"

	"tandem/engine/device"
)

// replaysInOrder mixes replays with calls and uploads, with no Sync in between.
func replaysInOrder(d device.Device) error {
	b, err := uploads(d, []float32{1, 2, 3}, []float32{0, 0, 0})
	if err != nil {
		return err
	}
	x, sum := b[0], b[1]
	add := device.Copy{Rows: 1, Cols: 3, Accumulate: true}
	r := d.Record(func() {
		d.Scale(3, 2, x, x)
		d.Copy(add, x, sum)
	})
	if err := holds(d, x, 1, 2, 3); err != nil {
		return fmt.Errorf("recording ran what it should keep: %w", err)
	}
	r.Replay()                       // x 2 4 6, sum 2 4 6
	r.Replay()                       // x 4 8 12, sum 6 12 18
	d.Copy(add, x, sum)              // sum 10 20 30
	d.Upload(x, 1, []float32{-1, 1}) // x 4 -1 1
	r.Replay()                       // x 8 -2 2, sum 18 18 32
	d.Scale(3, 0.5, sum, sum)        // sum 9 9 16
	r.Replay()                       // x 16 -4 4, sum 25 5 20
	r.Close()
	r.Close()
	if err := holds(d, x, 16, -4, 4); err != nil {
		return err
	}
	return holds(d, sum, 25, 5, 20)
}

// replaysReadTheStep records under one state and replays under others, all
// enqueued before any of them is looked at.
func replaysReadTheStep(d device.Device) error {
	const n = 100
	ones := make([]float32, n)
	for i := range ones {
		ones[i] = 1
	}
	b, err := uploads(d, ones, ones, ones, ones, []float32{1}, []float32{1}, []float32{0})
	if err != nil {
		return err
	}
	x, mask, w, g, v := b[0], b[1], b[4], b[5], b[6]
	p := device.Dropout{Rows: 1, Cols: n, Total: n, Keep: 0.5, Scale: 1}
	d.SetStep(device.StepState{Seed: 77, Step: 1, Rate: 100, Momentum: 100})
	r := d.Record(func() {
		d.Dropout(p, x, mask)
		d.SGD(device.SGD{N: 1, RateFactor: 1}, w, g, v)
	})
	defer r.Close()
	states := []device.StepState{{Seed: 1, Step: 5, Rate: 0.5}, {Seed: 1, Step: 6, Rate: 2, Momentum: 0.5}}
	for i, s := range states {
		d.SetStep(s)
		r.Replay()
		d.Copy(device.Copy{Rows: 1, Cols: n}, mask, b[2+i])
	}
	d.SetStep(device.StepState{Seed: 99, Rate: 99})
	for i, s := range states {
		if err := holds(d, b[2+i], maskOf(p, s)...); err != nil {
			return fmt.Errorf("Dropout at step %d: %w", s.Step, err)
		}
	}
	// v = -0.5, w = 0.5; then v = 0.5*-0.5 - 2 = -2.25, w = -1.75.
	if err := holds(d, w, -1.75); err != nil {
		return fmt.Errorf("SGD: weight: %w", err)
	}
	return nil
}

// recordingRefuses tries what has no place in a recording; afterwards the device
// must be as good as before.
func recordingRefuses(d device.Device) error {
	b, err := upload(d, 1, 2)
	if err != nil {
		return err
	}
	two := make([]float32, 2)
	r := d.Record(func() { d.Fill(b, 3) })
	for name, call := range map[string]func(){
		"Upload":           func() { d.Upload(b, 0, two) },
		"Download":         func() { _ = d.Download(b, 0, two) },
		"Sync":             func() { _ = d.Sync() },
		"SetStep":          func() { d.SetStep(device.StepState{}) },
		"Marks":            func() { _ = d.Marks(nil) },
		"Record":           func() { d.Record(func() {}) },
		"Replay":           func() { r.Replay() },
		"a misfit (Scale)": func() { d.Scale(3, 1, b, b) },
	} {
		if err := refuses(name+" in a recording", func() { d.Record(call) }); err != nil {
			return err
		}
	}
	if err := holds(d, b, 1, 2); err != nil {
		return err
	}
	r.Replay()
	r.Close()
	if err := refuses("Replay of a closed recording", r.Replay); err != nil {
		return err
	}
	return holds(d, b, 3, 3)
}

// marksInOrder marks around calls and inside a recording.
func marksInOrder(d device.Device) error {
	const n = 1 << 16
	x, err := d.Alloc(n)
	if err != nil {
		return err
	}
	r := d.Record(func() {
		d.Mark(1)
		d.Fill(x, 1)
		d.Mark(2)
	})
	defer r.Close()
	d.Mark(1)
	d.Mark(2) // both overwritten
	if err := d.Sync(); err != nil {
		return err
	}
	before := time.Now()
	d.Mark(0)
	r.Replay()
	d.Fill(x, 2)
	d.Mark(3)
	marks := make([]time.Time, 4)
	if err := d.Marks(marks); err != nil {
		return err
	}
	return ascending(append(append([]time.Time{before}, marks...), time.Now()))
}

// clockSlack is how far a device's clock may be off the host's.
const clockSlack = 2 * time.Millisecond

// ascending checks times of which the first and the last are the host's.
func ascending(times []time.Time) error {
	for i, t := range times[1:] {
		slack := time.Duration(0)
		if i == 0 || i == len(times)-2 {
			slack = clockSlack
		}
		if t.Before(times[i].Add(-slack)) {
			return fmt.Errorf("time %d of %d is %v before the one it follows", i+2, len(times), times[i].Sub(t))
		}
	}
	return nil
}

func marksHaveBounds(d device.Device) error {
	d.Mark(device.MaxMarks - 1)
	return errors.Join(
		refuses("Mark(-1)", func() { d.Mark(-1) }),
		refuses("Mark(MaxMarks)", func() { d.Mark(device.MaxMarks) }),
		refuses("Marks beyond MaxMarks", func() { _ = d.Marks(make([]time.Time, device.MaxMarks+1)) }))
}

// countsAreExact counts calls, replays and bytes.
func countsAreExact(d device.Device) error {
	b, err := d.Alloc(10)
	if err != nil {
		return err
	}
	r := d.Record(func() {
		d.Fill(b, 1)
		d.Mark(0)
		d.Scale(10, 2, b, b)
	})
	defer r.Close()
	before := d.Counts()
	if before.Operations != 0 || before.Uploaded != 0 {
		return fmt.Errorf("nothing has run yet, and the counts are %+v", before)
	}
	d.Upload(b, 2, make([]float32, 5))
	d.Fill(b, 4)
	r.Replay()
	r.Replay()
	if err := holds(d, b, 2, 2, 2); err != nil {
		return err
	}
	got := d.Counts()
	if got.Operations != 5 || got.Uploaded != 20 || got.Downloaded != 12 || got.Sent != 0 || got.Received != 0 {
		return fmt.Errorf("after 5 operations, 20 bytes up and 12 down the counts are %+v", got)
	}
	return nil
}

func refuses(name string, call func()) error {
	if err := mustPanic(call); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}
