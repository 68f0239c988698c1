package nn_test

import (
	"errors"
	"math"
	"runtime"
	"strings"
	"testing"
	"time"

	"tandem/engine/cpu"
	"tandem/engine/device"
	"tandem/engine/nn"
	"tandem/engine/tensor"
)

// cpus opens one CPU device for each number of workers.
func cpus(t testing.TB, workers ...int) []device.Device {
	var all []device.Device
	for _, w := range workers {
		d := cpu.New(w)
		t.Cleanup(func() { d.Close() })
		all = append(all, d)
	}
	return all
}

// newGolden binds the two-tower network of golden_test.go, with initial weights
// that let gradients through.
func newGolden(t *testing.T, devices []device.Device) *nn.Model {
	t.Helper()
	m, err := nn.New(goldenNet(t), nn.Options{Batch: 6, Devices: devices})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.Close)
	m.Init(1)
	g := readGolden(t, "net.safetensors")
	for _, p := range m.Params() {
		if err := m.WriteParam(p.Name, nn.Weights, g.get("param/"+p.Name)); err != nil {
			t.Fatal(err)
		}
	}
	return m
}

// load gives the model a batch of its own for each step, and the step's state.
func load(m *nn.Model, seed uint64, step int) {
	stream := tensor.NewStream(seed, 5, uint32(step))
	images, labels := make([]float32, m.Batch()*m.Net.Input.Size()), make([]float32, m.Batch())
	stream.FillNormal(images, 0, 1)
	for i := range labels {
		labels[i] = float32(stream.Intn(uint64(len(images)+i), 7))
	}
	m.SetStep(device.StepState{Seed: seed, Step: uint32(step), Rate: 0.02 / float32(1+step), Momentum: 0.9})
	m.Load(images, labels)
}

// state returns all tensors of the model and what it says of its last batch.
func state(t *testing.T, m *nn.Model) [][]float32 {
	t.Helper()
	var all [][]float32
	for _, p := range m.Params() {
		for _, k := range []nn.Kind{nn.Weights, nn.Gradient, nn.Velocity} {
			v, err := m.ReadParam(p.Name, k)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, v.Data)
		}
	}
	probs, err := m.Probabilities(m.Batch())
	if err != nil {
		t.Fatal(err)
	}
	return append(all, probs.Data)
}

func sameBits(t *testing.T, what string, a, b [][]float32) {
	t.Helper()
	for i := range a {
		for j := range a[i] {
			if math.Float32bits(a[i][j]) != math.Float32bits(b[i][j]) {
				t.Fatalf("%s: tensor %d, element %d: %g and %g", what, i, j, a[i][j], b[i][j])
			}
		}
	}
}

// Replayed steps, called steps, and steps that wait for each other give the same
// bits, on one device and on two, with other work in between.
func TestRecordedStepsAreTheSame(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	for name, workers := range map[string][]int{"one device": {2}, "two devices": {1, 2}} {
		t.Run(name, func(t *testing.T) {
			called, replayed := newGolden(t, cpus(t, workers...)), newGolden(t, cpus(t, workers...))
			for step := range 12 {
				load(called, seed, step)
				called.Forward(true)
				called.Backward()
				called.Update()
				if err := called.Sync(); err != nil {
					t.Fatal(err)
				}
				load(replayed, seed, step)
				replayed.Train()
				if step == 7 { // neither changes what is learned
					replayed.Infer()
					if _, err := replayed.Profile(); err != nil {
						t.Fatal(err)
					}
				}
			}
			sameBits(t, "after 12 steps", state(t, called), state(t, replayed))
			load(called, seed, 99)
			called.Forward(false)
			load(replayed, seed, 99)
			replayed.Infer()
			sameBits(t, "inference", state(t, called), state(t, replayed))
		})
	}
}

// Two devices that are handed many steps at once get through them.
func TestManyStepsAhead(t *testing.T) {
	m := newGolden(t, cpus(t, 1, 1))
	load(m, 1, 0)
	done := make(chan error, 1)
	go func() {
		for range 50 {
			m.Train()
		}
		done <- m.Sync()
	}()
	select {
	case err := <-done:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(time.Minute):
		t.Fatal("the devices wait for each other for ever")
	}
}

// What crosses is what the shapes say, counted by the links and by the devices.
func TestTransfersMoveWhatTheShapesSay(t *testing.T) {
	devices := cpus(t, 1, 1)
	m := newGolden(t, devices)
	const steps, passes = 5, 3
	for step := range steps {
		load(m, 1, step)
		m.Train()
	}
	for range passes {
		m.Infer()
	}
	if err := m.Sync(); err != nil {
		t.Fatal(err)
	}
	transfers, err := goldenNet(t).Transfers(6)
	if err != nil {
		t.Fatal(err)
	}
	want := nn.StepBytes(transfers)
	for i := range want {
		want[i] *= steps
	}
	for _, c := range transfers {
		want[c.From] += passes * c.Bytes
	}
	moved := m.Moved()
	for i, d := range devices {
		c := d.Counts()
		if moved[i].Bytes != want[i] || c.Sent != want[i] || c.Received != want[1-i] {
			t.Errorf("device %d sent %d bytes by its links, %+v; want %d", i, moved[i].Bytes, c, want[i])
		}
		if moved[i].Messages < steps*3 || moved[i].Copying <= 0 || moved[i].Transit <= 0 {
			t.Errorf("device %d: %+v", i, moved[i])
		}
	}
}

// The paper's network at batch 128, counted by hand. Forwards, tower b sends
// its halves of pool2, pool5, fc6 and fc7, and tower a all but the last, since
// fc8 is its own: 15.5 and 14.5 MB. Backwards each sends as much as it received.
func TestTransfersOfAlexNet(t *testing.T) {
	net, err := nn.Build("alexnet", nn.BuildOptions{})
	if err != nil {
		t.Fatal(err)
	}
	transfers, err := net.Transfers(128)
	if err != nil {
		t.Fatal(err)
	}
	const pool2, pool5, fc6, fc7 = 128 * 13 * 13, 128 * 6 * 6, 2048, 2048 // one tower's half, elements of an image
	forward := [2]int64{}
	for _, c := range transfers {
		if c.From == c.To {
			t.Errorf("%+v stays where it is", c)
		}
		forward[c.From] += c.Bytes
	}
	a, b := int64(4*128*(pool2+pool5+fc6)), int64(4*128*(pool2+pool5+fc6+fc7))
	if forward != [2]int64{a, b} || len(transfers) != 7 {
		t.Errorf("forwards %v bytes in %d messages, want %d and %d in 7", forward, len(transfers), a, b)
	}
	if math.Round(float64(b)/1e5) != 155 || math.Round(float64(a)/1e5) != 145 {
		t.Errorf("%.2f and %.2f MB", float64(a)/1e6, float64(b)/1e6)
	}
	if got := nn.StepBytes(transfers); got != [2]int64{a + b, a + b} {
		t.Errorf("a step sends %v, want %d each way", got, a+b)
	}
}

func TestTransfersOfOneTower(t *testing.T) {
	net, err := nn.Build("cifar-quick", nn.BuildOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := net.Transfers(1); err == nil || !strings.Contains(err.Error(), "one tower") {
		t.Errorf("got %v", err)
	}
}

// lostDevice stops exchanging data when it is told to, as a device that the
// driver has lost.
type lostDevice struct {
	device.Device
	links []*device.Link
	err   error
}

func (d *lostDevice) Send(src device.Buffer, n int, l *device.Link) {
	d.links = append(d.links, l)
	d.Device.Send(src, n, l)
}

func (d *lostDevice) Receive(l *device.Link, dst device.Buffer, n int) {
	d.links = append(d.links, l)
	d.Device.Receive(l, dst, n)
}

func (d *lostDevice) lose(err error) {
	d.err = err
	for _, l := range d.links {
		l.Fail(err)
	}
}

func (d *lostDevice) Sync() error { return errors.Join(d.err, d.Device.Sync()) }

func (d *lostDevice) Download(src device.Buffer, offset int, dst []float32) error {
	if d.err != nil {
		return d.err
	}
	return d.Device.Download(src, offset, dst)
}

// Whichever device is lost, all that waits returns, and Sync tells the cause in
// one line.
func TestALostDeviceStopsBoth(t *testing.T) {
	for dev := range 2 {
		devices := cpus(t, 1, 1)
		lost := &lostDevice{Device: devices[dev]}
		devices[dev] = lost
		m := newGolden(t, devices)
		load(m, 1, 0)
		m.Train()
		if err := m.Sync(); err != nil {
			t.Fatal(err)
		}
		lost.err = errors.New("vulkan:1: device lost")
		lost.lose(lost.err)
		m.Train()
		err := m.Scores(make([]float32, 6), make([]float32, 6))
		if err == nil || !strings.Contains(err.Error(), "vulkan:1: device lost") || strings.Contains(err.Error(), "\n") {
			t.Errorf("device %d lost: Scores returns %v", dev, err)
		}
	}
}

func TestSyncNamesTheCause(t *testing.T) {
	cause := errors.New("vulkan:1: device lost")
	for dev := range 2 {
		devices := cpus(t, 1, 1)
		devices[dev] = failing{devices[dev], cause}
		devices[1-dev] = failing{devices[1-dev], &device.PartnerError{Err: cause}}
		if err := newGolden(t, devices).Sync(); err != cause {
			t.Errorf("got %v", err)
		}
	}
}

type failing struct {
	device.Device
	err error
}

func (d failing) Sync() error { return d.err }

// A long run does not pile anything up.
func TestStepsLeaveNothingBehind(t *testing.T) {
	m := newGolden(t, cpus(t, 1, 1))
	load(m, 1, 0)
	steps := func(n int) uint64 {
		for range n {
			m.Train()
			if err := m.Sync(); err != nil {
				t.Fatal(err)
			}
		}
		runtime.GC()
		var s runtime.MemStats
		runtime.ReadMemStats(&s)
		return s.HeapAlloc
	}
	before := steps(20)
	if after := steps(200); after > before+64<<10 {
		t.Errorf("200 steps left %d bytes", after-before)
	}
}
