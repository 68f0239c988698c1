package main

import (
	"errors"
	"math"
	"strings"
	"testing"

	"tandem/engine/cpu"
	"tandem/engine/device"
)

// examined decodes a report of doctor and checks that it is whole.
func examined(t *testing.T, text string, devices ...string) doctorReport {
	t.Helper()
	var r doctorReport
	decode(t, text, &r)
	if len(r.Devices) != len(devices) || r.Tandem == "" || r.System == "" || r.Checks == 0 || len(r.Links) != 2 {
		t.Fatalf("%+v", r)
	}
	for i, d := range r.Devices {
		if d.ID != devices[i] || d.Name == "" || len(d.Operations) == 0 || len(d.Transfers) != 2 {
			t.Errorf("%+v", d)
		}
	}
	for _, m := range r.transfers() {
		if m.GBs <= 0 || m.Failure != "" || m.Bytes <= 0 {
			t.Errorf("%+v", m)
		}
	}
	return r
}

func TestDoctorOnTheCPU(t *testing.T) {
	unraced(t)
	r := examined(t, succeed(t, "doctor", "--device", "cpu", "--json"), "cpu")
	if len(r.Devices[0].Operations) != 26 || r.Failed != 0 || r.Checks < 500 {
		t.Errorf("%d operations, %d checks, %d failed", len(r.Devices[0].Operations), r.Checks, r.Failed)
	}
	for _, o := range r.Devices[0].Operations {
		if o.Cases < 5 || o.Failed != 0 || o.WorstCase == "" || !(o.Worst >= 0 && o.Worst <= 1) {
			t.Errorf("%+v", o)
		}
	}
}

// The same seed draws the same cases, and another one others.
func TestDoctorRepeats(t *testing.T) {
	unraced(t)
	table := func(seed string) string {
		out := succeed(t, "doctor", "--device", "cpu:2", "--ops", "FCForward,LRN", "--seed", seed)
		out, _, _ = strings.Cut(out, "\nfrom")
		_, out, _ = strings.Cut(out, "\noperation")
		return out
	}
	one := table("5")
	if !strings.Contains(one, "FCForward") || !strings.Contains(one, "LRN") || strings.Contains(one, "Softmax") || strings.Contains(one, "FAILED") {
		t.Errorf("got\n%s", one)
	}
	if table("5") != one || table("6") == one {
		t.Error("cases do not follow from the seed")
	}
}

// faulty is a CPU that computes one operation wrong and another not at all. One
// that is dying fails for good in a third.
type faulty struct {
	*cpu.Device
	dying bool
	err   error
}

func (d *faulty) Scale(n int, factor float32, x, y device.Buffer) {
	d.Device.Scale(n, factor*1.001, x, y)
}

func (d *faulty) Softmax(device.Classes, device.Buffer, device.Buffer) { panic("no softmax today") }

func (d *faulty) Fill(dst device.Buffer, value float32) {
	d.Device.Fill(dst, value)
	if d.dying {
		d.err = errors.New("faulty: the device is lost")
	}
}

func (d *faulty) Sync() error { return errors.Join(d.err, d.Device.Sync()) }

func (d *faulty) Download(src device.Buffer, offset int, dst []float32) error {
	return errors.Join(d.err, d.Device.Download(src, offset, dst))
}

func examineFaulty(dying bool, ops ...string) doctorReport {
	d := &faulty{Device: cpu.New(1), dying: dying}
	defer d.Close()
	f := &doctorFlags{ops: ops, seed: 1}
	return f.examine([]device.Device{d}, &screen{w: &strings.Builder{}})
}

func TestDoctorFindsWrongResultsAndPanics(t *testing.T) {
	r := examineFaulty(false, "Scale", "Softmax", "Rank")
	scaled, softmax, rank := r.Devices[0].operation("Scale"), r.Devices[0].operation("Softmax"), r.Devices[0].operation("Rank")
	if scaled.Failed == 0 || scaled.Worst < 10 || scaled.Failed == scaled.Cases { // scaling by zero is right
		t.Errorf("%+v", scaled)
	}
	if softmax.Failed != softmax.Cases || !math.IsInf(float64(softmax.Worst), 1) || softmax.Failures[0].Problem != "no softmax today" {
		t.Errorf("%+v", softmax)
	}
	if rank.Failed != 0 || r.Failed != scaled.Failed+softmax.Failed {
		t.Errorf("%d failed: %+v", r.Failed, rank)
	}
	var text strings.Builder
	r.print(&text)
	for _, want := range []string{"FAILED Scale, case ", "FAILED Softmax, ", " more\n", "infinite"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("no %q in\n%s", want, &text)
		}
	}
	if strings.Contains(text.String(), "passed") {
		t.Errorf("all is well?\n%s", &text)
	}
	if err := printJSON(&text, r); err != nil {
		t.Error(err)
	}
}

// A device that is lost ends its examination, and is named.
func TestDoctorOnADyingDevice(t *testing.T) {
	r := examineFaulty(true, "Fill", "Scale")
	d := r.Devices[0]
	if d.Error != "faulty: the device is lost" || d.Operations[0].Cases != 1 || r.Failed < 2 {
		t.Errorf("%+v", r)
	}
}
