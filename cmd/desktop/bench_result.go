package main

import (
	"tandem/engine/device"
	"tandem/engine/nn"
)

// benchResult is what `tandem bench --json` prints.
type benchResult struct {
	Network     string         `json:"network"`
	Batch       int            `json:"batch"`
	Input       []int          `json:"input"`
	Device      string         `json:"device"`
	Devices     []benchDevice  `json:"devices"`
	Driver      string         `json:"driver"`    // of the first device
	Processor   string         `json:"processor"` // the CPU, whatever was measured
	Cores       int            `json:"cores"`
	Trained     float64        `json:"images_per_second_trained"`
	Forward     float64        `json:"images_per_second_forward"`
	StepMS      []float64      `json:"step_ms"` // every one measured
	ForwardMS   []float64      `json:"forward_ms"`
	UpdateMS    float64        `json:"update_ms"` // of the weights, part of a step
	PassesMS    float64        `json:"passes_ms"` // forwards and backwards, part of a step
	Overlap     float64        `json:"overlap"`   // share of that in which two devices compute at once
	PerStep     stepCounts     `json:"per_step"`
	Allocations float64        `json:"go_allocations_per_step"`
	Layers      []layerLine    `json:"layers"`
	Transfers   []transferLine `json:"transfers,omitempty"`
	Exchange    []exchangeLine `json:"exchange,omitempty"`
	ModelSize   int64          `json:"model_bytes"`
	Peak        int64          `json:"peak_bytes"` // of the whole process
}

// benchDevice is one device, what a step asks of it, and how long it computes
// in a step's two passes.
type benchDevice struct {
	benchLine
	BusyMS  float64    `json:"busy_ms"`
	PerStep stepCounts `json:"per_step"`
}

// stepCounts are means over the steps measured.
type stepCounts struct {
	Operations  float64 `json:"operations"`
	Dispatches  float64 `json:"dispatches"`
	Barriers    float64 `json:"barriers"`
	Submits     float64 `json:"submits"`
	NativeCalls float64 `json:"native_calls"`
	Uploaded    float64 `json:"uploaded_bytes"`
	Downloaded  float64 `json:"downloaded_bytes"`
	Sent        float64 `json:"sent_bytes"`
	Received    float64 `json:"received_bytes"`
}

// layerLine is one layer on one device. In a split network, names end in the
// tower's letter.
type layerLine struct {
	Name           string  `json:"name"`
	Type           string  `json:"type"`
	Device         int     `json:"device"` // in devices
	ForwardMS      float64 `json:"forward_ms"`
	ForwardGFLOPS  float64 `json:"forward_gflops,omitempty"`
	BackwardMS     float64 `json:"backward_ms"`
	BackwardGFLOPS float64 `json:"backward_gflops,omitempty"`
}

// transferLine is a value that crosses between devices, and its gradient that
// comes back. The times are those in which the receiver had nothing else to do.
type transferLine struct {
	Name       string  `json:"name"` // of the layer whose output crosses
	From       int     `json:"from"`
	To         int     `json:"to"`
	Bytes      int64   `json:"bytes"` // each way
	ForwardMS  float64 `json:"forward_wait_ms"`
	BackwardMS float64 `json:"backward_wait_ms"`
}

// exchangeLine is what a device sends in a step.
type exchangeLine struct {
	From      int     `json:"from"`
	To        int     `json:"to"`
	Messages  float64 `json:"messages"`
	Bytes     float64 `json:"bytes"`
	OnPaper   int64   `json:"bytes_on_paper"`
	CopyingMS float64 `json:"copying_ms"` // to and from host memory
	TransitMS float64 `json:"transit_ms"` // from ready to received, all messages
}

// result sums up what was measured.
func (b *bencher) result() *benchResult {
	r := &benchResult{
		Network: b.Net.Name, Batch: b.Batch(), Input: b.Net.Input,
		Trained: 1000 * float64(b.Batch()) / median(b.steps),
		Forward: 1000 * float64(b.Batch()) / median(b.forwards),
		StepMS:  b.steps, ForwardMS: b.forwards, UpdateMS: median(b.updates),
		PassesMS: medianOf(b.profiles, func(p *nn.Profile) float64 { return milliseconds(p.Wall()) }),
		Overlap:  medianOf(b.profiles, (*nn.Profile).Overlap),
	}
	r.Allocations = float64(b.after.mallocs-b.before.mallocs) / float64(b.after.measured)
	b.addDevices(r)
	b.addLayers(r)
	b.addExchange(r)
	return r
}

func (b *bencher) addDevices(r *benchResult) {
	var sum device.Counts
	for i, d := range b.devices {
		c := difference(b.after.counts[i], b.before.counts[i])
		sum.Add(c)
		r.Devices = append(r.Devices, benchDevice{
			benchLine: describe(d),
			BusyMS:    medianOf(b.profiles, func(p *nn.Profile) float64 { return milliseconds(p.Busy()[i]) }),
			PerStep:   perStep(c, b.after.measured),
		})
	}
	r.PerStep = perStep(sum, b.after.measured)
}

// difference returns what was counted after b and up to a.
func difference(a, b device.Counts) device.Counts {
	return device.Counts{
		Operations: a.Operations - b.Operations, Dispatches: a.Dispatches - b.Dispatches, Barriers: a.Barriers - b.Barriers,
		Submits: a.Submits - b.Submits, NativeCalls: a.NativeCalls - b.NativeCalls,
		Uploaded: a.Uploaded - b.Uploaded, Downloaded: a.Downloaded - b.Downloaded, Sent: a.Sent - b.Sent, Received: a.Received - b.Received,
	}
}

func perStep(c device.Counts, steps int) stepCounts {
	mean := func(n int64) float64 { return float64(n) / float64(steps) }
	return stepCounts{
		mean(c.Operations), mean(c.Dispatches), mean(c.Barriers), mean(c.Submits), mean(c.NativeCalls),
		mean(c.Uploaded), mean(c.Downloaded), mean(c.Sent), mean(c.Received),
	}
}

// addLayers takes the medians of each layer and each transfer.
func (b *bencher) addLayers(r *benchResult) {
	on := map[string]int{}
	for _, s := range b.last().Spans {
		if s.Type != "send" && s.Type != "receive" {
			on[s.Name] = s.Device
		}
	}
	for i, l := range b.last().Layers {
		forward := medianOf(b.profiles, func(p *nn.Profile) float64 { return milliseconds(p.Layers[i].Forward) })
		backward := medianOf(b.profiles, func(p *nn.Profile) float64 { return milliseconds(p.Layers[i].Backward) })
		if l.Type == "transfer" {
			from := on[l.Name]
			r.Transfers = append(r.Transfers, transferLine{l.Name, from, 1 - from, l.Bytes, forward, backward})
			continue
		}
		r.Layers = append(r.Layers, layerLine{
			l.Name, l.Type, on[l.Name], forward, gflops(l.ForwardMultiplyAdds, forward), backward, gflops(l.BackwardMultiplyAdds, backward),
		})
	}
}

// addExchange compares what crossed between two devices with what the network's
// shapes say.
func (b *bencher) addExchange(r *benchResult) {
	if len(b.devices) < 2 {
		return
	}
	transfers, err := b.Net.Transfers(b.Batch())
	if err != nil {
		panic(err) // the network is split and runs
	}
	paper := nn.StepBytes(transfers)
	steps := float64(b.after.measured)
	for from := range b.devices {
		sent, before := b.after.sent[from], b.before.sent[from]
		r.Exchange = append(r.Exchange, exchangeLine{
			From: from, To: 1 - from, OnPaper: paper[from],
			Messages:  float64(sent.Messages-before.Messages) / steps,
			Bytes:     float64(sent.Bytes-before.Bytes) / steps,
			CopyingMS: milliseconds(sent.Copying-before.Copying) / steps,
			TransitMS: milliseconds(sent.Transit-before.Transit) / steps,
		})
	}
}
