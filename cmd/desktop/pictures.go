package main

import (
	"errors"
	"fmt"
	"image"
	"math"
	"path/filepath"

	"tandem/engine/data"
	"tandem/engine/nn"
	"tandem/engine/tensor"
	"tandem/engine/train"
	"tandem/engine/train/metrics"
	"tandem/engine/viz"
	"tandem/engine/viz/curves"
)

// drawing is one picture of a run.
type drawing struct {
	name string
	draw func() (image.Image, error)
}

// drawPictures writes to the run's folder what the best network of a run has
// learned, what it makes of a test image, and how the run went. It returns the
// names of the files and, for each that could not be had, a line that says why.
func drawPictures(c train.Config, sum *train.Summary) (names, failed []string, err error) {
	ckpt, err := train.LoadCheckpoint(bestOf(sum))
	if err != nil {
		return nil, nil, err
	}
	m, err := ckpt.NewModel(1, c.Devices)
	if err != nil {
		return nil, nil, err
	}
	defer m.Close()
	for _, d := range []drawing{
		{"filters.png", func() (image.Image, error) { return filters(m) }},
		{"activations.png", func() (image.Image, error) { return activations(ckpt, m, c.Data) }},
		{"curves.png", func() (image.Image, error) { return runCurves(c, sum) }},
	} {
		img, err := d.draw()
		if err == nil {
			err = viz.WritePNG(filepath.Join(c.Out, d.name), img)
		}
		if err != nil {
			failed = append(failed, fmt.Sprintf("%s was not drawn: %v", d.name, err))
			continue
		}
		names = append(names, d.name)
	}
	return names, failed, nil
}

// filters draws the kernels of the first convolution, each tower's by itself.
func filters(m *nn.Model) (image.Image, error) {
	for _, n := range m.Net.Nodes {
		if conv, ok := n.Layer.(*nn.Conv); ok && !conv.Local {
			w, err := m.ReadParam(n.Name+".weight", nn.Weights)
			if err != nil {
				return nil, err
			}
			p, err := viz.Filters(w, viz.Options{Blocks: m.Net.Towers})
			if err != nil {
				return nil, err
			}
			return p.Image, nil
		}
	}
	return nil, fmt.Errorf("network %s has no convolution", m.Net.Name)
}

// activations draws one image's way through the network: the first readable one
// of the test images.
func activations(ckpt *train.Checkpoint, m *nn.Model, d *data.Splits) (image.Image, error) {
	ds := d.Test
	if ds == nil {
		ds = d.Train
	}
	img, label, err := firstImage(ds)
	if err != nil {
		return nil, err
	}
	if _, err := ckpt.Predict(m, img, 1, 1); err != nil {
		return nil, err
	}
	probs, err := m.Probabilities(1)
	if err != nil {
		return nil, err
	}
	sheet := viz.Sheet{
		Title: "what " + m.Net.Name + " makes of an image", Input: img,
		Guess: viz.Guess{Probabilities: probs.Data, Classes: ckpt.State.Classes, Truth: label},
	}
	if sheet.Layers, err = shownLayers(m); err != nil {
		return nil, err
	}
	return sheet.Draw()
}

func firstImage(ds data.Dataset) (image.Image, int, error) {
	raw := make([]byte, ds.Shape().Size())
	for i := range ds.Len() {
		label, err := ds.Read(i, raw)
		var broken *data.BrokenImage
		if errors.As(err, &broken) {
			continue
		}
		return data.FromCHW(raw, ds.Shape()), label, err
	}
	return nil, 0, errors.New("there is no readable image")
}

// shownLayers returns what the units put out: the activations after each
// nonlinearity.
func shownLayers(m *nn.Model) ([]viz.Layer, error) {
	var layers []viz.Layer
	for _, n := range m.Net.Nodes {
		if _, ok := n.Layer.(*nn.Activation); !ok {
			continue
		}
		t, err := m.Activation(n.Name, 1)
		if err != nil {
			return nil, err
		}
		one := &tensor.Tensor{Shape: t.Shape[1:], Data: t.Data}
		layers = append(layers, viz.Layer{Name: n.Name, Values: one, Blocks: m.Net.Towers})
	}
	return layers, nil
}

// runCurves plots the record of a run. A run that ends within an epoch has a
// last validation that the record does not hold.
func runCurves(c train.Config, sum *train.Summary) (image.Image, error) {
	points, err := metrics.ReadJSONL(filepath.Join(c.Out, metrics.FileName))
	if err != nil {
		return nil, err
	}
	run := curves.Run{Title: c.Net.Name + " on " + c.Data.Name}
	epoch := 0.0
	for _, p := range points {
		if e, ok := p.Values["epoch"]; ok {
			epoch = e
			run.Steps = append(run.Steps, curves.Step{Epoch: e, Loss: value(p, "train/loss"), Error: value(p, "train/top1_error")})
		}
		if loss, ok := p.Values["test/loss"]; ok {
			run.Validations = append(run.Validations, curves.Validation{
				Epoch: epoch, Loss: loss, Top1: value(p, "test/top1_error"), Top5: value(p, "test/top5_error"),
			})
		}
	}
	if n := len(run.Validations); sum.Last != nil && (n == 0 || run.Validations[n-1].Epoch < epoch) {
		run.Validations = append(run.Validations, curves.Validation{
			Epoch: epoch, Loss: sum.Last.Loss, Top1: sum.Last.Top1Error, Top5: sum.Last.Top5Error,
		})
	}
	return curves.Draw(run, curves.Options{})
}

// value returns NaN for what was not measured.
func value(p metrics.Point, name string) float64 {
	if v, ok := p.Values[name]; ok {
		return v
	}
	return math.NaN()
}
