package main

import (
	"runtime"
	"strconv"
	"strings"
)

const (
	maxWorkers = 1024 // more than any machine has cores
	maxGPUs    = 64   // more than any machine has GPUs
)

const deviceHelp = "auto, cpu, cpu:N for N workers, vulkan:N as tandem devices lists them, or two with a comma between"

// deviceSpec is one entry of --device.
type deviceSpec struct {
	kind    string // "auto", "cpu" or "vulkan"
	workers int    // of a CPU; 0: all cores
	index   int    // of a Vulkan device
}

// parseDevices reads a value of --device.
func parseDevices(list string) ([]deviceSpec, error) {
	names := strings.Split(list, ",")
	if len(names) > 2 {
		return nil, usagef("--device %s: one or two devices can be named", list)
	}
	var specs []deviceSpec
	for _, name := range names {
		if name == "auto" && len(names) > 1 {
			return nil, usagef("--device %s: auto stands alone", list)
		}
		s, err := parseDevice(name)
		if err != nil {
			return nil, err
		}
		specs = append(specs, s)
	}
	shareCores(specs)
	return specs, nil
}

func parseDevice(name string) (deviceSpec, error) {
	kind, detail, detailed := strings.Cut(name, ":")
	n, err := strconv.Atoi(detail)
	switch {
	case name == "auto", name == "cpu":
		return deviceSpec{kind: name}, nil
	case kind == "cpu" && detailed:
		if err != nil || n < 1 || n > maxWorkers {
			return deviceSpec{}, usagef("--device %s: cpu:N takes a number of workers from 1 to %d", name, maxWorkers)
		}
		return deviceSpec{kind: kind, workers: n}, nil
	case kind == "vulkan":
		if err != nil || n < 0 || n >= maxGPUs {
			return deviceSpec{}, usagef("--device %s: vulkan:N takes a device's number, from 0 on; tandem devices shows them", name)
		}
		return deviceSpec{kind: kind, index: n}, nil
	}
	return deviceSpec{}, usagef("there is no device %q; there are %s", name, deviceHelp)
}

// shareCores splits the cores between two CPU devices that name no number of workers.
func shareCores(specs []deviceSpec) {
	if len(specs) < 2 || specs[0].kind != "cpu" || specs[1].kind != "cpu" {
		return
	}
	for i := range specs {
		if specs[i].workers == 0 {
			specs[i].workers = max(1, runtime.GOMAXPROCS(0)/2)
		}
	}
}
