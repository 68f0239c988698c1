package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"tandem/engine/train"
)

// newReporter chooses between lines for people and lines for programs.
func newReporter(network string, out io.Writer, s *screen, asJSON bool) train.Reporter {
	if asJSON {
		return &jsonReporter{bar: bar{screen: s}, out: json.NewEncoder(out)}
	}
	return &textReporter{bar: bar{screen: s}, network: network, out: out}
}

// bar keeps the progress of a run on the screen.
type bar struct {
	*screen
	plan       train.Plan
	loss, pace average
}

// average is an exponential mean over about 20 values.
type average struct {
	value float64
	n     int
}

func (a *average) add(v float64) {
	a.n++
	a.value += max(0.05, 1/float64(a.n)) * (v - a.value)
}

func (b *bar) step(s train.StepReport) {
	b.loss.add(s.Loss)
	b.pace.add(s.Seconds / float64(s.Images))
	label := fmt.Sprintf("epoch %d/%d", min(int(s.Epoch)+1, b.plan.Epochs), b.plan.Epochs)
	detail := fmt.Sprintf("loss %.3f  %s images/s  %s left", b.loss.value, rate(1/b.pace.value), duration(s.Remaining))
	b.progress(label, s.Step, s.Steps, detail)
}

func (b *bar) Measuring(done, total int) { b.progress("measuring images", done, total, "") }

func (b *bar) Validating(done, total int) { b.progress("testing", done, total, "") }

// textReporter writes a line an epoch.
type textReporter struct {
	bar
	network string
	out     io.Writer
}

func (r *textReporter) Start(p train.Plan) {
	r.plan = p
	r.line(r.out, fmt.Sprintf("%s: %s parameters, %s of memory; %s to train on, %s to test on",
		r.network, count(p.Parameters), memory(p.ModelBytes), plural(p.TrainImages, "image"), count(p.TestImages)))
	if p.Resumed != "" {
		r.line(r.out, fmt.Sprintf("going on from %s, at step %s of %s", p.Resumed, count(p.FirstStep), count(p.Steps)))
		return
	}
	r.line(r.out, fmt.Sprintf("batch %d, %s, %s; a network that guesses has loss %.2f",
		p.Batch, plural(p.Epochs, "epoch"), plural(p.Steps, "step"), p.UntrainedLoss))
}

func (r *textReporter) Step(s train.StepReport) { r.step(s) }

func (r *textReporter) Epoch(e train.EpochReport) {
	text := fmt.Sprintf("epoch %d/%d  train loss %.3f error %s", e.Epoch, e.Epochs, e.TrainLoss, percent(e.TrainTop1Error))
	if e.Test != nil {
		text += fmt.Sprintf("  test loss %.3f error %s", e.Test.Loss, percent(e.Test.Top1Error))
	}
	text += fmt.Sprintf("  %s images/s, %s", rate(e.ImagesPerSecond), duration(seconds(e.Seconds)))
	if e.Best {
		text += "  (best so far)"
	}
	r.line(r.out, text)
}

func (r *textReporter) Note(text string) { r.note(strings.TrimSpace(text)) }

// jsonReporter writes a JSON object a line; notes for people go to the screen
// as well.
type jsonReporter struct {
	bar
	out *json.Encoder
}

type startLine struct {
	Event       string  `json:"event"`
	FirstStep   int     `json:"first_step"`
	Steps       int     `json:"steps"`
	Epochs      int     `json:"epochs"`
	Batch       int     `json:"batch"`
	TrainImages int     `json:"train_images"`
	TestImages  int     `json:"test_images"`
	Parameters  int64   `json:"parameters"`
	ModelBytes  int64   `json:"model_bytes"`
	Untrained   float64 `json:"untrained_loss"`
	Resumed     string  `json:"resumed,omitempty"`
}

type stepLine struct {
	Event     string  `json:"event"`
	Step      int     `json:"step"`
	Epoch     float64 `json:"epoch"`
	Loss      float64 `json:"loss"`
	Top1Error float64 `json:"top1_error"`
	Rate      float32 `json:"rate"`
	Seconds   float64 `json:"seconds"`
	Remaining float64 `json:"seconds_left"`
	Moved     int64   `json:"moved_bytes,omitempty"` // from device to device
}

type epochLine struct {
	Event           string            `json:"event"`
	Epoch           int               `json:"epoch"`
	Step            int               `json:"step"`
	TrainLoss       float64           `json:"train_loss"`
	TrainTop1Error  float64           `json:"train_top1_error"`
	Test            *train.Evaluation `json:"test,omitempty"`
	Best            bool              `json:"best"`
	ImagesPerSecond float64           `json:"images_per_second"`
	Checkpoint      string            `json:"checkpoint,omitempty"`
}

type noteLine struct {
	Event string `json:"event"`
	Text  string `json:"text"`
}

func (r *jsonReporter) Start(p train.Plan) {
	r.plan = p
	r.write(startLine{"start", p.FirstStep, p.Steps, p.Epochs, p.Batch, p.TrainImages, p.TestImages,
		p.Parameters, p.ModelBytes, p.UntrainedLoss, p.Resumed})
}

func (r *jsonReporter) Step(s train.StepReport) {
	r.write(stepLine{"step", s.Step, s.Epoch, s.Loss, s.Top1Error, s.Rate, s.Seconds, round(s.Remaining), s.MovedBytes})
	r.step(s)
}

func (r *jsonReporter) Epoch(e train.EpochReport) {
	r.write(epochLine{"epoch", e.Epoch, e.Step, e.TrainLoss, e.TrainTop1Error, e.Test, e.Best, e.ImagesPerSecond, e.Checkpoint})
}

func (r *jsonReporter) Note(text string) {
	r.note(text)
	r.write(noteLine{"note", text})
}

// write does not let a full disk under the output stop a run.
func (r *jsonReporter) write(v any) { _ = r.out.Encode(v) }

func round(d time.Duration) float64 { return d.Round(100 * time.Millisecond).Seconds() }
