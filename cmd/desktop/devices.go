package main

import (
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"tandem/engine/cpu"
	"tandem/engine/device"
)

// maxWorkers is more than any machine has cores.
const maxWorkers = 1024

const deviceHelp = "auto, cpu, cpu:N for N workers, or two with a comma between"

// deviceSpec is one entry of --device.
type deviceSpec struct{ workers int } // 0: all cores

// parseDevices reads a value of --device.
func parseDevices(list string) ([]deviceSpec, error) {
	names := strings.Split(list, ",")
	if len(names) > 2 {
		return nil, usagef("--device %s: a network runs on one or two devices", list)
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
	return share(specs), nil
}

func parseDevice(name string) (deviceSpec, error) {
	kind, detail, detailed := strings.Cut(name, ":")
	switch {
	case name == "auto", name == "cpu":
		return deviceSpec{}, nil
	case kind == "cpu" && detailed:
		n, err := strconv.Atoi(detail)
		if err != nil || n < 1 || n > maxWorkers {
			return deviceSpec{}, usagef("--device %s: cpu:N takes a number of workers from 1 to %d", name, maxWorkers)
		}
		return deviceSpec{n}, nil
	case kind == "vulkan":
		return deviceSpec{}, usagef("--device %s: this build has no Vulkan yet; there are %s", name, deviceHelp)
	}
	return deviceSpec{}, usagef("there is no device %q; there are %s", name, deviceHelp)
}

// share splits the cores between two devices that name no number of workers.
func share(specs []deviceSpec) []deviceSpec {
	for i, s := range specs {
		if len(specs) == 2 && s.workers == 0 {
			specs[i].workers = max(1, runtime.GOMAXPROCS(0)/2)
		}
	}
	return specs
}

// openDevices starts the devices of a --device value; close stops them.
func openDevices(list string) (devices []device.Device, closeAll func(), err error) {
	specs, err := parseDevices(list)
	if err != nil {
		return nil, nil, err
	}
	for _, s := range specs {
		devices = append(devices, cpu.New(s.workers))
	}
	return devices, func() {
		for _, d := range devices {
			d.Close() // what it could still report, Sync has reported
		}
	}, nil
}

// deviceLine is one device of `tandem devices --json`.
type deviceLine struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Kind     string `json:"kind"`
	Driver   string `json:"driver"`
	MemoryMB int64  `json:"memory_mib"`
	Cores    int    `json:"cores"`
	Auto     bool   `json:"auto"`
	Why      string `json:"why"`
}

func devicesCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:     "devices",
		Short:   "list what networks can run on",
		Long:    "List the devices that --device can name, what they are, and which of them auto takes.",
		Example: "  tandem devices\n  tandem devices --json",
		Args:    arguments(0, 0, ""),
		RunE: func(cmd *cobra.Command, _ []string) error {
			lines := listDevices()
			if asJSON {
				return printJSON(cmd.OutOrStdout(), lines)
			}
			printDevices(cmd.OutOrStdout(), lines)
			return nil
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

func listDevices() []deviceLine {
	d := cpu.New(1)
	defer d.Close()
	info := d.Info()
	return []deviceLine{{
		ID: info.ID, Name: info.Name, Kind: info.Kind, Driver: info.Driver, MemoryMB: info.MemoryMB,
		Cores: runtime.GOMAXPROCS(0), Auto: true, Why: "auto takes it: this build knows no other device",
	}}
}

func printDevices(w io.Writer, lines []deviceLine) {
	for _, l := range lines {
		fmt.Fprintf(w, "%s  %s\n", l.ID, l.Name)
		fmt.Fprintf(w, "     %s, %s memory, %s\n", plural(l.Cores, "core"), memory(l.MemoryMB<<20), l.Driver)
		fmt.Fprintf(w, "     %s\n", l.Why)
	}
}

func printJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
