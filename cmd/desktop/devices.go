package main

import (
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"slices"

	"github.com/spf13/cobra"

	"tandem/engine/cpu"
)

const devicesHelp = `List the devices that --device can name, what they are and can do, and which of
them auto takes: a discrete GPU, else an integrated one, else the CPU. Vulkan
drivers that run on the processor are taken only when named.`

func devicesCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:     "devices",
		Short:   "list what networks can run on",
		Long:    devicesHelp,
		Example: "  tandem devices\n  tandem devices --json",
		Args:    arguments(0, 0, ""),
		RunE: func(cmd *cobra.Command, _ []string) error {
			g := findGPUs()
			defer g.close()
			lines := listDevices(g)
			if asJSON {
				if len(g.found) == 0 {
					fmt.Fprintln(cmd.ErrOrStderr(), g.missing)
				}
				return printJSON(cmd.OutOrStdout(), lines)
			}
			printDevices(cmd.OutOrStdout(), lines)
			if len(g.found) == 0 {
				fmt.Fprintf(cmd.OutOrStdout(), "\nno Vulkan device: %s\n", g.missing)
			}
			return nil
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

func listDevices(g *gpus) []deviceLine {
	best := "cpu"
	if list := g.automatic(); len(list) > 0 {
		best = list[0].ID
	}
	lines := []deviceLine{describeCPU()}
	for _, d := range g.found {
		lines = append(lines, d.deviceLine)
	}
	for i := range lines {
		lines[i].choose(best)
	}
	return lines
}

func describeCPU() deviceLine {
	d := cpu.New(1)
	defer d.Close()
	info := d.Info()
	return deviceLine{ID: info.ID, Name: info.Name, Kind: info.Kind, Driver: info.Driver, MemoryMB: info.MemoryMB,
		Cores: runtime.GOMAXPROCS(0), Usable: true}
}

// choose fills in whether auto takes the device, and why.
func (l *deviceLine) choose(best string) {
	l.Auto = l.ID == best
	switch {
	case !l.Usable:
		l.Why = "cannot be used: " + l.Why
	case l.Auto && l.Kind == "cpu":
		l.Why = "auto takes it: there is no discrete or integrated GPU that can be used"
	case l.Auto:
		l.Why = "auto takes it: the first " + l.Kind + " GPU"
	case slices.Contains([]string{"cpu", "discrete", "integrated"}, l.Kind):
		l.Why = "auto takes " + best + " before it"
	case l.Kind == "software":
		l.Why = "auto leaves it: a driver that runs on the processor, slower than cpu; --device " + l.ID + " takes it"
	default:
		l.Why = "auto leaves it: it tells no kind of GPU; --device " + l.ID + " takes it"
	}
}

func printDevices(w io.Writer, lines []deviceLine) {
	for i, l := range lines {
		if i > 0 {
			fmt.Fprintln(w)
		}
		l.print(w)
	}
}

func printJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
