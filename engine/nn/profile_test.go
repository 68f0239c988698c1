package nn_test

import (
	"strings"
	"testing"
	"time"

	"tandem/engine/cpu"
	"tandem/engine/device"
	"tandem/engine/nn"
)

// Every layer is timed, its work counted for the batch: a weight gradient for
// all that learn, and an input gradient for all but the first.
func TestProfile(t *testing.T) {
	net, err := nn.Build("alexnet-mini", nn.BuildOptions{})
	if err != nil {
		t.Fatal(err)
	}
	d := cpu.New(1)
	defer d.Close()
	m, err := nn.New(net, nn.Options{Batch: 2, Devices: []device.Device{d}})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	m.Init(1)
	m.Load(make([]float32, 2*net.Input.Size()), make([]float32, 2))
	p, err := m.Profile()
	if err != nil {
		t.Fatal(err)
	}
	s, err := net.Summarize()
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Layers) != len(s.Layers) {
		t.Fatalf("%d times for %d layers", len(p.Layers), len(s.Layers))
	}
	for i, l := range p.Layers {
		want, gradients := s.Layers[i], int64(2)
		if i == 0 {
			gradients = 1
		}
		if l.Name != want.Name || l.Type != want.Type || l.Forward <= 0 || l.Backward <= 0 ||
			l.ForwardMultiplyAdds != 2*want.MultiplyAdds || l.BackwardMultiplyAdds != gradients*2*want.MultiplyAdds {
			t.Errorf("%+v for %+v", l, want)
		}
	}
}

// On two devices the profile accounts for every moment of each, and for every
// byte that crosses.
func TestProfileOfTwoDevices(t *testing.T) {
	m := newGolden(t, cpus(t, 1, 1))
	load(m, 1, 0)
	before := time.Now()
	p, err := m.Profile()
	if err != nil {
		t.Fatal(err)
	}
	after := time.Now()
	last, bytes := [2]time.Time{before, before}, [2][2]int64{} // by device; sent and received
	for i, s := range p.Spans {
		if s.End.Before(s.Start) || s.Start.Before(last[s.Device]) || s.End.After(after) {
			t.Errorf("span %d, %+v, after %v", i, s, last[s.Device])
		}
		if last[s.Device] != before && !s.Start.Equal(last[s.Device]) {
			t.Errorf("span %d, %+v, leaves a gap after %v", i, s, last[s.Device])
		}
		last[s.Device] = s.End
		switch s.Type {
		case "send":
			bytes[s.Device][0] += s.Bytes
		case "receive":
			bytes[s.Device][1] += s.Bytes
		}
	}
	transfers, err := m.Net.Transfers(m.Batch())
	if err != nil {
		t.Fatal(err)
	}
	sent := nn.StepBytes(transfers)
	if want := [2][2]int64{{sent[0], sent[1]}, {sent[1], sent[0]}}; bytes != want {
		t.Errorf("sent and received %v, want %v", bytes, want)
	}
	var crossing []string
	for _, l := range p.Layers {
		if l.Type == "transfer" {
			crossing = append(crossing, l.Name)
		}
		if l.Forward <= 0 && l.Type != "transfer" {
			t.Errorf("%+v", l)
		}
	}
	if got := strings.Join(crossing, " "); got != "pool2.b pool2.a pool5.b pool5.a drop6.b drop6.a drop7.b" {
		t.Errorf("crossing: %s", got)
	}
	busy, wall := p.Busy(), p.Wall()
	if len(busy) != 2 || busy[0] <= 0 || busy[1] <= 0 || max(busy[0], busy[1]) > wall || wall > after.Sub(before) {
		t.Errorf("busy %v of %v", busy, wall)
	}
	if o := p.Overlap(); o < 0 || o > float64(min(busy[0], busy[1]))/float64(wall) {
		t.Errorf("overlap %g of %v, busy %v", o, wall, busy)
	}
}

func TestOverlap(t *testing.T) {
	at := func(ms int) time.Time { return time.Unix(100, int64(ms)*1e6) }
	p := nn.Profile{Spans: []nn.Span{
		{Device: 0, Type: "conv", Start: at(0), End: at(10)},
		{Device: 0, Type: "send", Start: at(10), End: at(12), Bytes: 4},
		{Device: 0, Type: "conv", Start: at(12), End: at(30), Backward: true},
		{Device: 1, Type: "receive", Start: at(4), End: at(11), Bytes: 4},
		{Device: 1, Type: "fc", Start: at(11), End: at(20)},
		{Device: 1, Type: "fc", Start: at(20), End: at(40), Backward: true},
	}}
	if busy := p.Busy(); busy[0] != 28*time.Millisecond || busy[1] != 29*time.Millisecond {
		t.Errorf("busy %v", busy)
	}
	if p.Wall() != 40*time.Millisecond || p.Overlap() != 18.0/40 { // from 12 to 30
		t.Errorf("overlap %g of %v", p.Overlap(), p.Wall())
	}
	alone := nn.Profile{Spans: p.Spans[:3]}
	if alone.Overlap() != 0 || (&nn.Profile{}).Overlap() != 0 {
		t.Error("one device overlaps with itself")
	}
}
