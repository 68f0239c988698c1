package devicetest

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"tandem/engine/device"
	"tandem/engine/tensor"
)

// rule is something that holds for the device as a whole. It gets a device of
// its own, which it may close.
type rule struct {
	name  string
	check func(d device.Device) error
}

var rules = []rule{
	{"calls run in order", inOrder},
	{"Upload reads its source before it returns", uploadCopies},
	{"Upload and Download touch their range alone", transfersAtOffset},
	{"Free waits for what is enqueued", freeWhileEnqueued},
	{"SetStep holds for the calls after it", stepInOrder},
	{"two halves draw the masks of the whole", halvesOfAMask},
	{"Alloc reports what it cannot have", allocTooMuch},
	{"Info is complete", infoComplete},
	{"a closed device returns errors", afterClose},
	{"misfits panic", misfitsPanic},
	{"replays and calls run in order", replaysInOrder},
	{"replays read the step", replaysReadTheStep},
	{"a recording refuses what has no place in it", recordingRefuses},
	{"marks are in order and on the host's clock", marksInOrder},
	{"marks have bounds", marksHaveBounds},
	{"Counts are exact", countsAreExact},
}

func runRules(t *testing.T, open Open) {
	for _, r := range rules {
		t.Run(r.name, func(t *testing.T) {
			d := open(t)
			if err := within(patience, func() error { return r.check(d) }); err != nil {
				t.Error(err)
			}
			if err := within(patience, func() error { _ = d.Close(); return nil }); err != nil {
				t.Errorf("Close: %v", err)
			}
		})
	}
}

// upload returns a new buffer that holds x.
func upload(d device.Device, x ...float32) (device.Buffer, error) {
	b, err := d.Alloc(len(x))
	if err == nil {
		d.Upload(b, 0, x)
	}
	return b, err
}

// uploads returns a buffer for each of several contents.
func uploads(d device.Device, contents ...[]float32) ([]device.Buffer, error) {
	list := make([]device.Buffer, len(contents))
	for i, x := range contents {
		var err error
		if list[i], err = upload(d, x...); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// holds reports an error unless the buffer begins with want.
func holds(d device.Device, b device.Buffer, want ...float32) error {
	got := make([]float32, len(want))
	if err := d.Download(b, 0, got); err != nil {
		return err
	}
	for i := range want {
		if got[i] != want[i] {
			return fmt.Errorf("element %d is %g, want %g", i, got[i], want[i])
		}
	}
	return nil
}

// inOrder makes each call depend on the ones before, with no Sync in between.
func inOrder(d device.Device) error {
	b, err := uploads(d, []float32{1, 2, 3}, []float32{0, 0, 0})
	if err != nil {
		return err
	}
	add := device.Copy{Rows: 1, Cols: 3, Accumulate: true}
	for range 200 {
		d.Fill(b[1], 1)
		d.Copy(add, b[0], b[1])
		d.Scale(3, 0.5, b[1], b[0]) // x := (x + 1) / 2, so x tends to 1
	}
	d.Upload(b[1], 1, []float32{7})
	d.Copy(add, b[1], b[0])
	return holds(d, b[0], 3, 8, 3)
}

func uploadCopies(d device.Device) error {
	b, err := uploads(d, make([]float32, 3), make([]float32, 3))
	if err != nil {
		return err
	}
	d.Fill(b[1], 1) // something to wait for
	source := []float32{1, 2, 3}
	d.Upload(b[0], 0, source)
	clear(source)
	return holds(d, b[0], 1, 2, 3)
}

func transfersAtOffset(d device.Device) error {
	b, err := upload(d, 1, 2, 3, 4, 5)
	if err != nil {
		return err
	}
	d.Upload(b, 1, []float32{20, 30})
	if err := holds(d, b, 1, 20, 30, 4, 5); err != nil {
		return err
	}
	got := []float32{0, 0}
	if err := d.Download(b, 2, got); err != nil {
		return err
	}
	if got[0] != 30 || got[1] != 4 {
		return fmt.Errorf("two elements from 2 on are %v, want [30 4]", got)
	}
	return nil
}

func freeWhileEnqueued(d device.Device) error {
	const n = 50_000
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(i)
	}
	result, err := d.Alloc(n)
	if err != nil {
		return err
	}
	d.Fill(result, 0)
	for range 20 {
		scratch, err := upload(d, x...)
		if err != nil {
			return err
		}
		d.Copy(device.Copy{Rows: 1, Cols: n, Accumulate: true}, scratch, result)
		d.Free(scratch)
	}
	for i := range x {
		x[i] *= 20
	}
	return holds(d, result, x...)
}

// stepInOrder enqueues two steps before it looks at either.
func stepInOrder(d device.Device) error {
	const n = 256
	ones := make([]float32, n)
	for i := range ones {
		ones[i] = 1
	}
	b, err := uploads(d, ones, ones, ones, []float32{1}, []float32{1}, []float32{0})
	if err != nil {
		return err
	}
	p := device.Dropout{Rows: 1, Cols: n, Total: n, Keep: 0.5, Scale: 1}
	states := []device.StepState{{Seed: 1, Step: 5, Rate: 0.5}, {Seed: 1, Step: 6, Rate: 2, Momentum: 0.5}}
	for i, s := range states {
		d.SetStep(s)
		d.Dropout(p, b[0], b[i+1])
		d.SGD(device.SGD{N: 1, RateFactor: 1}, b[3], b[4], b[5])
	}
	d.SetStep(device.StepState{Seed: 99})
	for i, s := range states {
		if err := holds(d, b[i+1], maskOf(p, s)...); err != nil {
			return fmt.Errorf("Dropout at step %d: %w", s.Step, err)
		}
	}
	// v = -0.5, w = 0.5; then v = 0.5*-0.5 - 2 = -2.25, w = -1.75.
	if err := holds(d, b[3], -1.75); err != nil {
		return fmt.Errorf("SGD: weight: %w", err)
	}
	return nil
}

// maskOf returns the mask over a batch of ones.
func maskOf(p device.Dropout, s device.StepState) []float32 {
	x := make([]float64, p.Rows*p.Cols)
	for i := range x {
		x[i] = 1
	}
	refDropout(p, s, x, x)
	return narrow(x)
}

// halvesOfAMask splits a layer at a column that no block of words ends at.
func halvesOfAMask(d device.Device) error {
	const rows, total, cut = 5, 129, 50
	state := device.StepState{Seed: 42, Step: 3}
	all := device.Dropout{Rows: rows, Cols: total, Total: total, Keep: 0.5, Scale: 1, Purpose: tensor.Purpose("fc6")}
	left, right := all, all
	left.Cols = cut
	right.Cols, right.Offset = total-cut, cut
	mask := maskOf(all, state)
	ones, err := d.Alloc(rows * total)
	if err != nil {
		return err
	}
	d.Fill(ones, 1)
	d.SetStep(state)
	for _, p := range []device.Dropout{all, left, right} {
		y, err := d.Alloc(rows * p.Cols)
		if err != nil {
			return err
		}
		d.Dropout(p, ones, y)
		var want []float32
		for r := range rows {
			want = append(want, mask[r*total+p.Offset:r*total+p.Offset+p.Cols]...)
		}
		if err := holds(d, y, want...); err != nil {
			return fmt.Errorf("columns %d to %d: %w", p.Offset, p.Offset+p.Cols, err)
		}
	}
	return nil
}

func allocTooMuch(d device.Device) error {
	_, err := d.Alloc(math.MaxInt / 16)
	switch {
	case err == nil:
		return errors.New("an absurd size was granted")
	case !strings.Contains(err.Error(), d.Info().ID):
		return fmt.Errorf("error %q does not name the device %q", err, d.Info().ID)
	}
	b, err := upload(d, 1, 2)
	if err != nil {
		return fmt.Errorf("after a refusal: %w", err)
	}
	return holds(d, b, 1, 2)
}

func infoComplete(d device.Device) error {
	i := d.Info()
	if i.ID == "" || i.Name == "" || i.Driver == "" || i.MemoryMB < 0 {
		return fmt.Errorf("%+v", i)
	}
	switch i.Kind {
	case "cpu", "discrete", "integrated", "software":
		return nil
	}
	return fmt.Errorf("unknown kind %q", i.Kind)
}

func afterClose(d device.Device) error {
	b, err := upload(d, 1)
	if err != nil {
		return err
	}
	if err := d.Close(); err != nil {
		return fmt.Errorf("Close: %w", err)
	}
	d.Fill(b, 2) // must not panic
	if d.Sync() == nil {
		return errors.New("Sync returns nil")
	}
	if d.Download(b, 0, make([]float32, 1)) == nil {
		return errors.New("Download returns nil")
	}
	if _, err := d.Alloc(1); err == nil {
		return errors.New("Alloc returns no error")
	}
	if err := d.Close(); err != nil {
		return fmt.Errorf("second Close: %w", err)
	}
	return nil
}
