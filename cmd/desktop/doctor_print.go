package main

import (
	"fmt"
	"io"
)

func (r doctorReport) print(w io.Writer) {
	fmt.Fprintf(w, "tandem %s, %s, %s\n", r.Tandem, r.Go, r.System)
	if r.Kernels != "" {
		fmt.Fprintf(w, "kernels: %s, chosen by hand\n", r.Kernels)
	}
	list := "the short list of cases"
	if r.Full {
		list = "all cases"
	}
	fmt.Fprintf(w, "%s; --seed %d repeats them\n", list, r.Seed)
	for _, d := range r.Devices {
		fmt.Fprintln(w)
		d.deviceLine.print(w)
		fmt.Fprintln(w)
		d.printOperations(w)
	}
	fmt.Fprintln(w)
	r.printTransfers(w)
	fmt.Fprintln(w)
	if r.Failed == 0 {
		fmt.Fprintf(w, "all %s passed\n", plural(r.Checks, "check"))
	}
}

func (d deviceReport) printOperations(w io.Writer) {
	t := newTable("operation", ">cases", ">worst error", "", "in the case")
	for _, o := range d.Operations {
		t.add(o.Operation, count(o.Cases), o.Worst.String(), verdict(o.Failed == 0), o.WorstCase)
	}
	t.print(w)
	for _, o := range d.Operations {
		o.printFailures(w)
	}
	if d.Error != "" {
		fmt.Fprintf(w, "FAILED %s: %s\n", d.ID, d.Error)
	}
}

// shownFailures of an operation are printed; the JSON has all.
const shownFailures = 3

func (o operationReport) printFailures(w io.Writer) {
	for i, f := range o.Failures {
		if i == shownFailures {
			fmt.Fprintf(w, "FAILED %s, %d more\n", o.Operation, len(o.Failures)-i)
			return
		}
		fmt.Fprintf(w, "FAILED %s, case %s: %s\n", o.Operation, f.Case, f.Problem)
	}
}

func (r doctorReport) printTransfers(w io.Writer) {
	t := newTable("from", "to", ">GB/s", "")
	all := r.transfers()
	for _, m := range all {
		t.add(m.From, m.To, fmt.Sprintf("%.2f", m.GBs), verdict(m.Failure == ""))
	}
	t.print(w)
	for _, m := range all {
		if m.Failure != "" {
			fmt.Fprintf(w, "FAILED %s to %s: %s\n", m.From, m.To, m.Failure)
		}
	}
}

// transfers are those of the devices by themselves and those between them.
func (r doctorReport) transfers() []transfer {
	var all []transfer
	for _, d := range r.Devices {
		all = append(all, d.Transfers...)
	}
	return append(all, r.Links...)
}

func verdict(ok bool) string {
	if ok {
		return "ok"
	}
	return "FAILED"
}
