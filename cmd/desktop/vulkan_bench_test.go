//go:build cgo

package main

import (
	"path/filepath"
	"testing"
)

func TestDoctorOnEveryDriver(t *testing.T) {
	for _, name := range gpuNames(t) {
		r := examined(t, succeed(t, "doctor", "--device", name, "--ops", "FCForward,Softmax,Copy", "--json"), name)
		if len(r.Devices[0].Operations) != 3 || r.Failed != 0 || r.Devices[0].Driver == "" || r.Links[0].To != "cpu" {
			t.Errorf("%+v", r)
		}
	}
}

func TestDoctorOnAPair(t *testing.T) {
	names := gpuNames(t)
	if len(names) < 2 {
		t.Skip("one Vulkan device alone")
	}
	for _, kernels := range []string{"tiled", "direct"} {
		r := examined(t, succeed(t, "doctor", "--device", gpuPair(t), "--ops", "FCForward", "--kernels", kernels, "--json"), names[0], names[len(names)-1])
		if r.Links[0].From != names[0] || r.Links[0].To != names[len(names)-1] || r.Kernels != kernels {
			t.Errorf("%+v", r)
		}
	}
}

// Two drivers, or one twice: bytes as on paper, both busy at once, and counts of
// what a step asks of them.
func TestBenchOnVulkanDevices(t *testing.T) {
	unraced(t)
	trace := filepath.Join(t.TempDir(), "trace.json")
	var r benchResult
	decode(t, succeed(t, "bench", "--net", write(t, "pair.json", pairNet), "--batch", "8", "--steps", "3", "--device", gpuPair(t), "--trace", trace, "--json"), &r)
	checkPair(t, r)
	if shared := checkTraceFile(t, trace); shared <= 0 || r.Overlap <= 0 {
		t.Errorf("the devices never compute at the same time: overlap %g, %g us of the trace", r.Overlap, shared)
	}
	for _, c := range append([]stepCounts{r.PerStep}, r.Devices[0].PerStep, r.Devices[1].PerStep) {
		if c.Dispatches < 30 || c.Barriers < 10 || c.Barriers > c.Dispatches || c.Submits < 2 || c.NativeCalls < c.Submits || c.Operations < 30 {
			t.Errorf("%+v", c)
		}
	}
	if r.Processor != describeCPU().Name || r.Driver != r.Devices[0].Driver {
		t.Errorf("processor %q, driver %q", r.Processor, r.Driver)
	}
}

// A step that is replayed allocates a few objects where it uploads, downloads and
// sets its state, and none by the layer.
func TestReplayedStepsAllocateNothingByTheLayer(t *testing.T) {
	unraced(t)
	device := gpuNames(t)[0]
	if names := gpuNames(t); len(names) > 1 {
		device = names[1]
	}
	for _, net := range []string{write(t, "pair.json", pairNet), "alexnet-mini"} {
		var r benchResult
		decode(t, succeed(t, "bench", "--net", net, "--batch", "2", "--steps", "20", "--device", device, "--json"), &r)
		if r.Allocations > 8 {
			t.Errorf("%s: %g allocations a step", r.Network, r.Allocations)
		}
	}
}
