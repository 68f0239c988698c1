package main

import (
	"fmt"
	"io"
	"strings"
)

func (r *benchResult) print(w io.Writer) {
	fmt.Fprintf(w, "%s, batch %d, on %s\n", r.Network, r.Batch, r.Device)
	for i, d := range r.Devices {
		label := "device"
		if len(r.Devices) > 1 {
			label = "device " + letter(i)
		}
		fmt.Fprintf(w, "%-12s%s: %s, %s\n", label, d.ID, d.Name, d.Driver)
	}
	if r.Devices[0].Kind != "cpu" {
		fmt.Fprintf(w, "processor   %s, %s\n", r.Processor, plural(r.Cores, "core"))
	}
	fmt.Fprintf(w, "trained     %8s images/s  %8.1f ms a step, of which %.1f for the update\n", rate(r.Trained), median(r.StepMS), r.UpdateMS)
	fmt.Fprintf(w, "classified  %8s images/s  %8.1f ms\n", rate(r.Forward), median(r.ForwardMS))
	fmt.Fprintf(w, "memory      %8s for the network, at most %s for the process\n", memory(r.ModelSize), memory(r.Peak))
	r.printCounts(w)
	r.printExchange(w)
	fmt.Fprintln(w)
	r.printLayers(w)
}

// letter names a device by its tower.
func letter(i int) string { return string(rune('a' + i)) }

func (r *benchResult) printCounts(w io.Writer) {
	c := r.PerStep
	fmt.Fprintf(w, "a step      %s operations, %s Go allocations, %s up, %s down\n",
		mean(c.Operations), mean(r.Allocations), megabytes(c.Uploaded), megabytes(c.Downloaded))
	if c.Submits > 0 {
		fmt.Fprintf(w, "            %s dispatches, %s barriers, %s submits, %s calls into C\n",
			mean(c.Dispatches), mean(c.Barriers), mean(c.Submits), mean(c.NativeCalls))
	}
}

func (r *benchResult) printExchange(w io.Writer) {
	if len(r.Exchange) == 0 {
		return
	}
	for _, e := range r.Exchange {
		fmt.Fprintf(w, "%s to %s      %s in %s messages a step; on paper %s\n", letter(e.From), letter(e.To),
			megabytes(e.Bytes), mean(e.Messages), megabytes(float64(e.OnPaper)))
	}
	var busy []string
	for i, d := range r.Devices {
		busy = append(busy, fmt.Sprintf("%s %s", letter(i), percent(d.BusyMS/r.PassesMS)))
	}
	fmt.Fprintf(w, "busy        %s of the %.1f ms of both passes, both at once %s\n", strings.Join(busy, ", "), r.PassesMS, percent(r.Overlap))
	fmt.Fprintln(w)
	t := newTable("crosses", "way", ">MB each way", ">waited forward ms", ">backward ms")
	for _, l := range r.Transfers {
		t.add(l.Name, letter(l.From)+" to "+letter(l.To), fmt.Sprintf("%.2f", float64(l.Bytes)/1e6),
			fmt.Sprintf("%.2f", l.ForwardMS), fmt.Sprintf("%.2f", l.BackwardMS))
	}
	t.print(w)
}

// mean writes a mean that is a whole number as a rule.
func mean(n float64) string {
	if n == float64(int64(n)) {
		return count(int64(n))
	}
	return fmt.Sprintf("%.1f", n)
}

func megabytes(n float64) string { return fmt.Sprintf("%.2f MB", n/1e6) }

// printLayers has a line for each layer, with columns for each device that has a
// part of it.
func (r *benchResult) printLayers(w io.Writer) {
	t := newTable(r.layerTitles()...)
	var rows []string // layers in their order
	parts := map[string][]layerLine{}
	for _, l := range r.Layers {
		name := r.wholeName(l)
		if parts[name] == nil {
			rows = append(rows, name)
		}
		parts[name] = append(parts[name], l)
	}
	for _, name := range rows {
		t.add(r.layerCells(name, parts[name])...)
	}
	t.print(w)
}

func (r *benchResult) layerTitles() []string {
	if len(r.Devices) == 1 {
		return []string{"layer", "type", ">forward ms", ">GFLOP/s", ">backward ms", ">GFLOP/s"}
	}
	titles := []string{"layer", "type"}
	for _, pass := range []string{"fwd", "bwd"} {
		for i := range r.Devices {
			titles = append(titles, fmt.Sprintf(">%s %s ms", letter(i), pass), ">GFLOP/s")
		}
	}
	return titles
}

// wholeName takes the tower's letter off the name of a layer that was split, or
// doubled.
func (r *benchResult) wholeName(l layerLine) string {
	if len(r.Devices) == 1 {
		return l.Name
	}
	return strings.TrimSuffix(strings.TrimSuffix(l.Name, "."+letter(l.Device)), "@"+letter(l.Device))
}

func (r *benchResult) layerCells(name string, parts []layerLine) []string {
	n := len(r.Devices)
	cells := make([]string, 2+4*n)
	cells[0], cells[1] = name, parts[0].Type
	for _, l := range parts {
		forward, backward := 2+2*l.Device, 2+2*n+2*l.Device
		cells[forward], cells[forward+1] = fmt.Sprintf("%.2f", l.ForwardMS), speed(l.ForwardGFLOPS)
		cells[backward], cells[backward+1] = fmt.Sprintf("%.2f", l.BackwardMS), speed(l.BackwardGFLOPS)
	}
	return cells
}

func speed(gflops float64) string {
	if gflops == 0 {
		return ""
	}
	return fmt.Sprintf("%.1f", gflops)
}
