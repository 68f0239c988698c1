package main

import (
	"encoding/json"
	"os"
	"time"

	"tandem/engine/atomicfile"
	"tandem/engine/nn"
)

// traceEvent is an event of Chrome's trace format, in which Perfetto and
// chrome://tracing draw timelines ("Trace Event Format", phases X and M). Times
// are in microseconds.
type traceEvent struct {
	Name     string         `json:"name"`
	Category string         `json:"cat,omitempty"`
	Phase    string         `json:"ph"`
	Start    float64        `json:"ts"`
	Duration float64        `json:"dur"`
	Process  int            `json:"pid"` // the device
	Thread   int            `json:"tid"` // what it computes, or sends and receives
	Args     map[string]any `json:"args,omitempty"`
}

type traceFile struct {
	Events []traceEvent `json:"traceEvents"`
	Unit   string       `json:"displayTimeUnit"`
}

const (
	computeTrack = iota + 1
	exchangeTrack
)

// writeTrace writes the timeline of one step.
func writeTrace(path string, devices []benchDevice, p *nn.Profile) error {
	t := traceFile{Unit: "ms"}
	for i, d := range devices {
		t.Events = append(t.Events, nameEvent("process_name", i, 0, d.ID+" "+d.Name),
			nameEvent("thread_name", i, computeTrack, "computes"), nameEvent("thread_name", i, exchangeTrack, "sends and receives"))
	}
	first := p.Spans[0].Start
	for _, s := range p.Spans {
		if s.Start.Before(first) {
			first = s.Start
		}
	}
	for _, s := range p.Spans {
		t.Events = append(t.Events, spanEvent(s, first))
	}
	return atomicfile.Write(path, func(f *os.File) error { return json.NewEncoder(f).Encode(t) })
}

func nameEvent(kind string, device, track int, name string) traceEvent {
	return traceEvent{Name: kind, Phase: "M", Process: device + 1, Thread: track, Args: map[string]any{"name": name}}
}

func spanEvent(s nn.Span, first time.Time) traceEvent {
	e := traceEvent{
		Name: s.Name, Category: "forward", Phase: "X", Process: s.Device + 1, Thread: computeTrack,
		Start: microseconds(s.Start.Sub(first)), Duration: microseconds(s.End.Sub(s.Start)), Args: map[string]any{"type": s.Type},
	}
	if s.Backward {
		e.Category = "backward"
	}
	e.Args["pass"] = e.Category
	if s.Bytes > 0 {
		e.Name, e.Thread = s.Type+" "+s.Name, exchangeTrack
		e.Args["bytes"] = s.Bytes
	}
	return e
}

func microseconds(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }
