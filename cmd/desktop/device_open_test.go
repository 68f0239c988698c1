package main

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"

	"tandem/engine/cpu"
	"tandem/engine/device"
)

// The kinds of devices in the order in which auto takes them, and why.
func TestAutoPrefersRealGPUs(t *testing.T) {
	g := &gpus{}
	for i, kind := range []string{"software", "integrated", "discrete", "discrete", "virtual"} {
		g.found = append(g.found, gpu{deviceLine: deviceLine{ID: fmt.Sprintf("vulkan:%d", i), Kind: kind, Usable: true}})
	}
	g.found[2].Usable, g.found[2].Why = false, "needs Vulkan 1.2, has 1.1"
	var order []string
	for _, d := range g.automatic() {
		order = append(order, d.ID)
	}
	if strings.Join(order, " ") != "vulkan:3 vulkan:1" {
		t.Errorf("auto tries %v", order)
	}
	for i, want := range []string{"auto takes vulkan:3 before it", "runs on the processor", "auto takes vulkan:3 before it",
		"cannot be used: needs Vulkan 1.2", "auto takes it: the first discrete", "auto leaves it"} {
		if l := listDevices(g)[i]; !strings.Contains(l.Why, want) || l.Auto != (l.ID == "vulkan:3") {
			t.Errorf("%s: %v, %q", l.ID, l.Auto, l.Why)
		}
	}
}

// fakeGPUs opens as CPU devices, or refuses.
func fakeGPUs(refuse ...bool) *gpus {
	g := &gpus{missing: "none", close: func() {}}
	for i, r := range refuse {
		id := fmt.Sprintf("vulkan:%d", i)
		g.found = append(g.found, gpu{deviceLine{ID: id, Kind: "discrete", Usable: true}, func(gpuOptions) (device.Device, []string, error) {
			if r {
				return nil, nil, errors.New(id + ": refuses")
			}
			return cpu.New(i + 1), []string{"a note"}, nil
		}})
	}
	return g
}

// A GPU that refuses costs a line, not the run.
func TestAutoGoesOnAfterARefusal(t *testing.T) {
	for _, c := range []struct {
		refuse []bool
		notes  []string
	}{
		{nil, nil},
		{[]bool{false}, []string{"vulkan:0: a note"}},
		{[]bool{true, false}, []string{"vulkan:0: refuses; trying without it", "vulkan:1: a note"}},
		{[]bool{true}, []string{"vulkan:0: refuses; trying without it"}},
	} {
		var notes []string
		o := &opener{gpus: fakeGPUs(c.refuse...), note: func(s string) { notes = append(notes, s) }, noted: map[string]bool{}}
		d, err := o.open(deviceSpec{kind: "auto"}, false)
		if err != nil {
			t.Fatal(err)
		}
		d.Close()
		if !slices.Equal(notes, c.notes) {
			t.Errorf("%v: notes %q, want %q", c.refuse, notes, c.notes)
		}
	}
}

// A card that is named twice is opened twice, each time with less than half of
// its memory, and says what it has to say once.
func TestTwinsShareTheMemory(t *testing.T) {
	var budgets []int64
	g := gpu{deviceLine{ID: "vulkan:0", Usable: true, Heaps: []heapLine{{1000, true}, {9000, false}}}, nil}
	g.open = func(o gpuOptions) (device.Device, []string, error) {
		budgets = append(budgets, o.budget)
		return cpu.New(1), []string{"a note"}, nil
	}
	notes := 0
	o := &opener{gpus: &gpus{found: []gpu{g}}, note: func(string) { notes++ }, noted: map[string]bool{}}
	for range 2 {
		d, err := o.open(deviceSpec{kind: "vulkan"}, true)
		if err != nil {
			t.Fatal(err)
		}
		d.Close()
	}
	if !slices.Equal(budgets, []int64{400, 400}) || notes != 1 {
		t.Errorf("budgets %v, %d notes", budgets, notes)
	}
}

// Two CPU devices share the cores; a CPU beside a GPU has them all.
func TestSharesOfTheCores(t *testing.T) {
	half := max(1, runtime.GOMAXPROCS(0)/2)
	for list, want := range map[string][]int{
		"cpu": {0}, "cpu,cpu": {half, half}, "cpu:3,cpu": {3, half}, "cpu,vulkan:0": {0, 0}, "vulkan:1,cpu:2": {0, 2},
	} {
		specs, err := parseDevices(list)
		if err != nil {
			t.Fatal(err)
		}
		for i, s := range specs {
			if s.workers != want[i] {
				t.Errorf("%s: %+v", list, specs)
			}
		}
	}
}
