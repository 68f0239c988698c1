package train

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"

	"tandem/engine/data"
	"tandem/engine/device"
	"tandem/engine/nn"
)

// Evaluation is the verdict over a set of images. Errors are fractions.
type Evaluation struct {
	Images    int     `json:"images"`
	Top1Error float64 `json:"top1_error"`
	Top5Error float64 `json:"top5_error"`
	Loss      float64 `json:"loss"` // mean cross-entropy, nats; of averaged probabilities where there are several views
	Views     int     `json:"views"`
	Confusion [][]int `json:"-"` // [label][prediction] counts

	Skipped []data.Skipped `json:"skipped,omitempty"`
}

// EvaluateOptions tune Evaluate.
type EvaluateOptions struct {
	Views    int // 1, 2, 5 or 10 (section 4.1): their softmax is averaged
	Batch    int
	Devices  []device.Device
	Workers  int   // goroutines that prepare images; 0: one per core
	Budget   int64 // bytes of images prepared ahead; 0: data.DefaultPrefetch
	Progress func(done, total int)
	Observe  func(*nn.Model, *data.Batch) error // sees each batch after its pass forwards; nil: nothing
}

// Evaluate judges a checkpoint on a set of images.
func (c *Checkpoint) Evaluate(ctx context.Context, ds data.Dataset, name string, o EvaluateOptions) (Evaluation, error) {
	if err := Fits(c.Net, ds, name); err != nil {
		return Evaluation{}, err
	}
	if err := c.Knows(ds, "data "+name); err != nil {
		return Evaluation{}, err
	}
	m, err := c.NewModel(o.Batch, o.Devices)
	if err != nil {
		return Evaluation{}, err
	}
	defer m.Close()
	return evaluate(ctx, m, ds, c.Stats, o)
}

// Knows returns an error, which begins with name, unless the labels of ds mean
// what they meant in training: a folder that lacks a class shifts the others.
func (c *Checkpoint) Knows(ds data.Dataset, name string) error {
	for i, class := range ds.Classes() {
		if known := c.class(i); i < len(c.State.Classes) && class != known {
			return fmt.Errorf("%s: class %d is %q, and %s learned it as %q; give data with the classes it was trained on", name, i, class, c.Path, known)
		}
	}
	return nil
}

// evaluate judges a model, whose batch and devices count in place of o's.
func evaluate(ctx context.Context, m *nn.Model, ds data.Dataset, stats *data.Stats, o EvaluateOptions) (Evaluation, error) {
	l, err := data.NewEvalLoader(ds, stats, augment(m.Net), m.Batch(), o.Views, data.LoaderOptions{Workers: o.Workers, Budget: o.Budget})
	if err != nil {
		return Evaluation{}, err
	}
	defer l.Close()
	var t tally
	for {
		b, err := l.Next(ctx)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return Evaluation{}, err
		}
		if err := t.add(m, b); err != nil {
			return Evaluation{}, err
		}
		if o.Observe != nil {
			if err := o.Observe(m, b); err != nil {
				return Evaluation{}, err
			}
		}
		l.Recycle(b)
		if o.Progress != nil {
			o.Progress(t.Images, ds.Len())
		}
	}
	return t.result(o.Views, l.Skipped())
}

// tally sums up an evaluation.
type tally struct {
	Evaluation
	wrong1, wrong5 int
}

func (t *tally) add(m *nn.Model, b *data.Batch) error {
	m.Load(b.X, b.Labels)
	m.Infer()
	probs, err := m.Probabilities(b.N)
	if err != nil {
		return err
	}
	classes := probs.Shape[1]
	for i := 0; i < b.N; i += b.Views {
		t.image(averageRows(probs.Data[i*classes:(i+b.Views)*classes], classes), int(b.Labels[i]))
	}
	return nil
}

// averageRows returns the mean of rows of n elements.
func averageRows(rows []float32, n int) []float64 {
	mean := make([]float64, n)
	views := len(rows) / n
	for i, v := range rows {
		mean[i%n] += float64(v) / float64(views)
	}
	return mean
}

// image counts one image's averaged probabilities. Equal ones rank by class.
func (t *tally) image(p []float64, label int) {
	if t.Confusion == nil {
		t.Confusion = make([][]int, len(p))
		for i := range p {
			t.Confusion[i] = make([]int, len(p))
		}
	}
	rank, best := 0, 0
	for c, v := range p {
		if v > p[label] || v == p[label] && c < label || math.IsNaN(v) {
			rank++
		}
		if v > p[best] {
			best = c
		}
	}
	t.Images++
	t.Confusion[label][best]++
	t.Loss += -math.Log(max(p[label], math.SmallestNonzeroFloat32))
	if rank >= 1 {
		t.wrong1++
	}
	if rank >= 5 {
		t.wrong5++
	}
}

func (t *tally) result(views int, skipped []data.Skipped) (Evaluation, error) {
	if t.Images == 0 {
		return Evaluation{}, fmt.Errorf("no image could be evaluated; %d were skipped", len(skipped))
	}
	n := float64(t.Images)
	t.Top1Error, t.Top5Error = float64(t.wrong1)/n, float64(t.wrong5)/n
	t.Loss /= n
	t.Views, t.Skipped = views, skipped
	return t.Evaluation, nil
}
