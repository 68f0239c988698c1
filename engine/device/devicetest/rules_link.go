package devicetest

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"tandem/engine/device"
)

// pairRule is something that holds for two devices that exchange data. It may
// close them.
type pairRule struct {
	name  string
	check func(a, b device.Device) error
}

var pairRules = []pairRule{
	{"messages arrive whole and in order", messagesInOrder},
	{"two recordings exchange data at each replay", replaysExchange},
	{"Receive waits on the device, not at the call", receiveWaits},
	{"a message sent before Close arrives", lastMessageArrives},
	{"a device that closes wakes the one that waits for it", closeWakes},
	{"a link that fails wakes the device and those behind it", failureSpreads},
	{"misfits in Send and Receive panic", badMessages},
}

// Linked judges how a device that openA returns exchanges data with one of
// openB's: two of one backend, or of two.
func Linked(t *testing.T, openA, openB Open) {
	for _, r := range pairRules {
		t.Run(r.name, func(t *testing.T) { judgeOn(t, r.check, openA, openB) })
	}
}

func judgeOn(t *testing.T, check func(a, b device.Device) error, openA, openB Open) {
	a, b := openA(t), openB(t)
	if err := within(patience, func() error { return check(a, b) }); err != nil {
		t.Error(err)
	}
	for _, d := range []device.Device{a, b} { // in either order: errors are the rule's business
		if err := within(patience, func() error { _ = d.Close(); return nil }); err != nil {
			t.Errorf("Close: %v", err)
		}
	}
}

// patience is how long a rule may take before it counts as hanging.
var patience = time.Minute

func within(limit time.Duration, f func() error) error {
	done := make(chan error, 1)
	go func() { done <- f() }()
	select {
	case err := <-done:
		return err
	case <-time.After(limit):
		return fmt.Errorf("hangs: no result after %v", limit)
	}
}

// ramp returns first, first+1, ... as n elements.
func ramp(n int, first float32) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = first + float32(i)
	}
	return x
}

// messagesInOrder sends messages of several sizes through one link, each from
// the same buffer, which the next one overwrites.
func messagesInOrder(a, b device.Device) error {
	const n = 1001
	l := device.NewLink(n)
	src, err := upload(a, ramp(n+3, 0)...)
	if err != nil {
		return err
	}
	sizes := []int{1, 64, n, 63, 257, n}
	dst := make([]device.Buffer, len(sizes))
	for i, size := range sizes {
		if dst[i], err = upload(b, ramp(n+3, -5000)...); err != nil {
			return err
		}
		a.Scale(n, 2, src, src)
		a.Send(src, size, l)
		b.Receive(l, dst[i], size)
	}
	a.Fill(src, -1)
	for i, size := range sizes {
		want := ramp(n+3, -5000)
		for j := range size {
			want[j] = float32(j * (2 << i))
		}
		if err := holds(b, dst[i], want...); err != nil {
			return fmt.Errorf("message %d, of %d elements: %w", i+1, size, err)
		}
	}
	return exactTraffic(a, b, l, sizes)
}

func exactTraffic(a, b device.Device, l *device.Link, sizes []int) error {
	bytes := int64(0)
	for _, n := range sizes {
		bytes += 4 * int64(n)
	}
	s := l.Stats()
	switch {
	case s.Messages != int64(len(sizes)) || s.Bytes != bytes || s.Transit <= 0:
		return fmt.Errorf("%d messages of %d bytes make %+v of the link", len(sizes), bytes, s)
	case a.Counts().Sent != bytes || a.Counts().Received != 0:
		return fmt.Errorf("%d bytes make %+v of the sender", bytes, a.Counts())
	case b.Counts().Received != bytes || b.Counts().Sent != 0:
		return fmt.Errorf("%d bytes make %+v of the receiver", bytes, b.Counts())
	}
	return nil
}

// replaysExchange lets two recordings send to each other and back, on links of
// their own, with the receiver enqueued first at every other step.
func replaysExchange(a, b device.Device) error {
	const n, steps = 777, 60
	there, back := device.NewLink(n), device.NewLink(2*n)
	onA, err := uploads(a, ramp(n, 0), make([]float32, n))
	if err != nil {
		return err
	}
	onB, err := uploads(b, make([]float32, n), ramp(n, 0))
	if err != nil {
		return err
	}
	x, reply, message, state := onA[0], onA[1], onB[0], onB[1]
	add := device.Copy{Rows: 1, Cols: n, Accumulate: true}
	recA := a.Record(func() {
		a.Send(x, n, there)
		a.Scale(n, 0.5, x, x)
		a.Receive(back, reply, n)
		a.Copy(add, reply, x) // x = x/2 + reply
	})
	defer recA.Close()
	recB := b.Record(func() {
		b.Scale(n, 0.25, state, state)
		b.Receive(there, message, n)
		b.Copy(add, message, state) // state = state/4 + x
		b.Scale(n, 0.125, state, message)
		b.Send(message, n, back)
	})
	defer recB.Close()
	for i := range steps {
		order := []device.Recording{recA, recB}
		order[i%2].Replay()
		order[1-i%2].Replay()
	}
	wantX, wantState := ramp(n, 0), ramp(n, 0)
	for range steps {
		for i := range n {
			wantState[i] = wantState[i]*0.25 + wantX[i]
			wantX[i] = wantX[i]*0.5 + wantState[i]*0.125
		}
	}
	return firstError(holds(a, x, wantX...), holds(b, state, wantState...))
}

// receiveWaits enqueues the receiver's work well before the sender's, and looks
// at the clock: what stands before Receive is done early, what stands behind it
// late.
func receiveWaits(a, b device.Device) error {
	const n = 5
	l := device.NewLink(n)
	x, err := upload(a, ramp(n, 1)...)
	if err != nil {
		return err
	}
	y, err := upload(b, make([]float32, n)...)
	if err != nil {
		return err
	}
	if err := b.Sync(); err != nil { // what opening has left to do is not to be timed
		return err
	}
	b.Mark(0)
	b.Receive(l, y, n)
	b.Mark(1)
	b.Scale(n, 3, y, y)
	time.Sleep(50 * time.Millisecond)
	sent := time.Now()
	a.Send(x, n, l)
	if err := holds(b, y, 3, 6, 9, 12, 15); err != nil {
		return err
	}
	marks := make([]time.Time, 2)
	if err := b.Marks(marks); err != nil {
		return err
	}
	return ascending([]time.Time{marks[0], sent, marks[1], time.Now()})
}

// lastMessageArrives closes the sender before the receiver has asked.
func lastMessageArrives(a, b device.Device) error {
	l := device.NewLink(3)
	x, err := upload(a, 1, 2, 3)
	if err != nil {
		return err
	}
	y, err := b.Alloc(3)
	if err != nil {
		return err
	}
	a.Send(x, 3, l)
	if err := a.Close(); err != nil {
		return fmt.Errorf("Close: %w", err)
	}
	b.Receive(l, y, 3)
	return holds(b, y, 1, 2, 3)
}

// closeWakes closes a device that another one waits for.
func closeWakes(a, b device.Device) error {
	l := device.NewLink(3)
	x, err := upload(a, 1, 2, 3)
	if err != nil {
		return err
	}
	y, err := b.Alloc(3)
	if err != nil {
		return err
	}
	r := a.Record(func() { a.Send(x, 3, l) })
	r.Replay()
	b.Receive(l, y, 3)
	b.Receive(l, y, 3)
	if err := a.Close(); err != nil {
		return fmt.Errorf("Close: %w", err)
	}
	return failsWith(b, "closed")
}

// failsWith checks that the device reports another one's error at Sync, and
// does so again at Download and Marks.
func failsWith(d device.Device, text string) error {
	err := d.Sync()
	var partner *device.PartnerError
	if !errors.As(err, &partner) || !strings.Contains(err.Error(), text) || strings.Contains(err.Error(), "\n") {
		return fmt.Errorf("Sync returns %v, want one line of a PartnerError with %q", err, text)
	}
	b, err := d.Alloc(1)
	if err != nil {
		return nil // a device may refuse everything by now
	}
	d.Fill(b, 1) // must not panic
	if d.Download(b, 0, make([]float32, 1)) == nil {
		return errors.New("Download returns nil")
	}
	d.Mark(0)
	if d.Marks(make([]time.Time, 1)) == nil {
		return errors.New("Marks returns nil")
	}
	return nil
}

// failureSpreads fails a link on which b waits. A waits on another one that b
// is to send into.
func failureSpreads(a, b device.Device) error {
	broken, behind := device.NewLink(3), device.NewLink(3)
	x, err := upload(a, 1, 2, 3)
	if err != nil {
		return err
	}
	y, err := upload(b, 1, 2, 3)
	if err != nil {
		return err
	}
	recB := b.Record(func() {
		b.Receive(broken, y, 3)
		b.Send(y, 3, behind)
	})
	recA := a.Record(func() {
		a.Receive(behind, x, 3)
		a.Scale(3, 2, x, x)
	})
	recA.Replay()
	recB.Replay()
	broken.Fail(errors.New("vulkan:7: device lost"))
	if err := failsWith(b, "vulkan:7: device lost"); err != nil {
		return fmt.Errorf("the device on the failed link: %w", err)
	}
	if err := failsWith(a, "vulkan:7: device lost"); err != nil {
		return fmt.Errorf("the device behind it: %w", err)
	}
	recA.Replay() // must neither hang nor panic
	recB.Replay()
	recA.Close()
	recB.Close()
	return firstError(failsWith(a, "device lost"), failsWith(b, "device lost"))
}

func badMessages(a, _ device.Device) error {
	b, err := a.Alloc(4)
	if err != nil {
		return err
	}
	l := device.NewLink(5)
	return firstError(
		refuses("Send of more than the buffer holds", func() { a.Send(b, 5, l) }),
		refuses("Send of more than the link holds", func() { a.Send(b, 4, device.NewLink(3)) }),
		refuses("Send of nothing", func() { a.Send(b, 0, l) }),
		refuses("Receive of more than the buffer holds", func() { a.Receive(l, b, 5) }),
		refuses("Receive of more than the link holds", func() { a.Receive(device.NewLink(3), b, 4) }),
		refuses("Receive of nothing", func() { a.Receive(l, b, 0) }),
		a.Sync())
}
