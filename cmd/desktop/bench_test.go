package main

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// checkPair judges a measurement of a network of two towers on two devices: what crosses is
// what the shapes say, and both devices work at the same time.
func checkPair(t *testing.T, r benchResult) {
	t.Helper()
	names := map[string]int{}
	for _, l := range r.Layers {
		names[l.Name]++
	}
	if names["conv1.a"] != 1 || names["conv1.b"] != 1 || names["transfer"] != 0 {
		t.Errorf("layers %v", names)
	}
	if len(r.Exchange) != 2 || len(r.Devices) != 2 {
		t.Fatalf("%d ways between %d devices", len(r.Exchange), len(r.Devices))
	}
	for i, e := range r.Exchange {
		if e.From != i || e.To != 1-i || e.OnPaper <= 0 || e.Bytes != float64(e.OnPaper) || e.Bytes != r.Devices[i].PerStep.Sent || e.Bytes != r.Devices[1-i].PerStep.Received {
			t.Errorf("%+v, devices %+v", e, r.Devices)
		}
	}
	var both int64
	for _, x := range r.Transfers {
		both += x.Bytes
	}
	if both != r.Exchange[0].OnPaper || both != r.Exchange[1].OnPaper {
		t.Errorf("transfers of %d bytes, %+v", both, r.Exchange)
	}
	if !(r.Overlap >= 0 && r.Overlap <= 1) || r.PassesMS <= 0 {
		t.Errorf("overlap %g of %g ms", r.Overlap, r.PassesMS)
	}
	for _, d := range r.Devices {
		if d.BusyMS <= 0 || d.BusyMS > 1.001*r.PassesMS || d.ID == "" || d.Name == "" || d.Kind == "" || d.Driver == "" {
			t.Errorf("%+v of %g ms", d, r.PassesMS)
		}
	}
	if r.PerStep.Uploaded < float64(4*r.Batch*28*28) || r.PerStep.Downloaded != float64(8*r.Batch) {
		t.Errorf("a step takes %+v", r.PerStep)
	}
}

func TestBenchOnTwoDevices(t *testing.T) {
	unraced(t)
	trace := filepath.Join(t.TempDir(), "trace.json")
	args := []string{"bench", "--net", "alexnet-mini", "--batch", "32", "--steps", "1", "--device", "cpu:1,cpu:1"}
	// A busy machine can give its cores to one device after the other for longer
	// than a pass takes, so that both once compute at the same time is enough.
	overlapped := false
	for range 5 {
		var r benchResult
		decode(t, succeed(t, append(args, "--json", "--trace", trace)...), &r)
		checkPair(t, r)
		if shared := checkTraceFile(t, trace); (shared > 0) != (r.Overlap > 0) {
			t.Errorf("overlap %g, and %g us of the trace", r.Overlap, shared)
		}
		if overlapped = r.Overlap > 0; overlapped {
			break
		}
	}
	if !overlapped {
		t.Error("the devices never compute at the same time")
	}
	out := succeed(t, args...)
	for _, want := range []string{"a to b ", "both at once ", "on paper ", "conv1 ", "a fwd ms", "device b"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	if strings.Contains(out, "conv1.a") {
		t.Errorf("towers are not in columns:\n%s", out)
	}
}

// interval is when a device of a trace computes.
type interval struct{ start, end float64 }

// checkTraceFile reads a trace as a viewer does, and returns how many
// microseconds two devices work at the same time.
func checkTraceFile(t *testing.T, path string) float64 {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		TraceEvents []map[string]any
	}
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	busy, passes, named := map[float64][]interval{}, map[any]int{}, 0
	for _, e := range file.TraceEvents {
		if e["ph"] == "M" {
			named++
			continue
		}
		start, duration := e["ts"].(float64), e["dur"].(float64)
		if e["ph"] != "X" || start < 0 || duration < 0 || e["name"] == "" {
			t.Errorf("event %v", e)
		}
		passes[e["cat"]]++
		if e["tid"] == float64(computeTrack) {
			busy[e["pid"].(float64)] = append(busy[e["pid"].(float64)], interval{start, start + duration})
		}
	}
	if named != 6 || passes["forward"] < 15 || passes["backward"] < 15 || len(busy) != 2 {
		t.Fatalf("%d names, passes %v, %d devices", named, passes, len(busy))
	}
	for pid, list := range busy {
		if !slices.IsSortedFunc(list, func(a, b interval) int { return int(math.Copysign(1, a.start-b.start)) }) {
			t.Errorf("device %g: not in order of time", pid)
		}
	}
	return sharedTime(busy[1], busy[2])
}

// sharedTime is how long intervals of both lists run at once.
func sharedTime(a, b []interval) (sum float64) {
	for _, x := range a {
		for _, y := range b {
			sum += max(0, min(x.end, y.end)-max(x.start, y.start))
		}
	}
	return sum
}

func TestBenchOfProducts(t *testing.T) {
	var lines []productLine
	decode(t, succeed(t, "bench", "--sgemm", "64", "--device", "cpu:1", "--json"), &lines)
	if len(lines) != 1 || lines[0].N != 64 || lines[0].GFLOPS <= 0 || len(lines[0].MS) != productRounds || lines[0].Device.ID != "cpu" {
		t.Errorf("%+v", lines)
	}
	if out := succeed(t, "bench", "--sgemm", "33"); !strings.HasPrefix(out, "sgemm 33: ") || !strings.Contains(out, "GFLOP/s") {
		t.Errorf("got %q", out)
	}
}
