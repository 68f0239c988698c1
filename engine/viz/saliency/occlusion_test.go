package saliency

import (
	"context"
	"errors"
	"image"
	"slices"
	"strings"
	"testing"

	"tandem/engine/device"
	"tandem/engine/nn"
	"tandem/engine/tensor"
)

// Batched maps on every device against a plain pass forwards for each place.
func TestOcclusionAgreesWithBruteForce(t *testing.T) {
	g := readGolden(t)
	img, grey := normals(t, 3, 19, 17), normals(t, 3, 19, 17)
	plain := g.model(t, 1, cpus(t, 2)...)
	cases := map[string]Occlusion{
		"odd":   {Class: 2, Side: 5, Stride: 3, Unit: Unit{Layer: "relu3", Channel: 5, Place: Everywhere}},
		"even":  {Class: 0, Side: 4, Stride: 4, Grey: grey, Unit: Unit{Layer: "pool1", Channel: 6}},
		"one":   {Class: 4, Side: 1, Stride: 7, Unit: Unit{Layer: "pool1", Channel: 2, Place: Fixed, At: image.Pt(1, 3)}},
		"whole": {Class: 1, Side: 50, Stride: 30, Grey: grey},
	}
	want := map[string]*OcclusionMap{}
	for name, o := range cases {
		want[name] = bruteForce(t, plain, o, img)
	}
	everywhere(t, func(t *testing.T, devices ...device.Device) {
		m := g.model(t, 5, devices...)
		for name, o := range cases {
			sameMap(t, name, must[*OcclusionMap](t)(o.Run(context.Background(), m, img)), want[name])
		}
	})
}

func bruteForce(t *testing.T, m *nn.Model, o Occlusion, img *tensor.Tensor) *OcclusionMap {
	rows, cols := (18+o.Stride)/o.Stride, (16+o.Stride)/o.Stride
	out := &OcclusionMap{Probability: tensor.New(rows, cols), Activation: tensor.New(rows, cols)}
	out.ClearProbability, out.ClearLikeliest, out.ClearActivation = askPlain(t, m, o, img)
	for k := range rows * cols {
		hidden := img.Clone()
		for i := range hidden.Data {
			dx := i%17 - min(k%cols*o.Stride+o.Stride/2, 16) + o.Side/2
			dy := i/17%19 - min(k/cols*o.Stride+o.Stride/2, 18) + o.Side/2
			if dx >= 0 && dx < o.Side && dy >= 0 && dy < o.Side {
				hidden.Data[i] = 0
				if o.Grey != nil {
					hidden.Data[i] = o.Grey.Data[i]
				}
			}
		}
		p, likeliest, value := askPlain(t, m, o, hidden)
		out.Probability.Data[k], out.Activation.Data[k] = p, value
		out.Likeliest = append(out.Likeliest, likeliest)
	}
	return out
}

// askPlain shows one image.
func askPlain(t *testing.T, m *nn.Model, o Occlusion, img *tensor.Tensor) (p float32, likeliest int, value float32) {
	t.Helper()
	m.Load(img.Data, []float32{0})
	m.Forward(false)
	probs := must[*tensor.Tensor](t)(m.Probabilities(1)).Data
	for i, v := range probs {
		if v > probs[likeliest] {
			likeliest = i
		}
	}
	if o.Unit.Layer != "" {
		value = must[[]Response](t)(Responses(m, o.Unit, 1))[0].Value
	}
	return probs[o.Class], likeliest, value
}

func sameMap(t *testing.T, name string, got, want *OcclusionMap) {
	t.Helper()
	near(t, name+": probability", got.Probability, want.Probability, tolerance)
	if got.Activation != nil {
		near(t, name+": activation", got.Activation, want.Activation, tolerance)
	}
	one := func(values ...float32) *tensor.Tensor {
		return &tensor.Tensor{Shape: tensor.Shape{len(values)}, Data: values}
	}
	near(t, name+": clear", one(got.ClearProbability, got.ClearActivation), one(want.ClearProbability, want.ClearActivation), tolerance)
	for k, class := range want.Likeliest {
		if got.Likeliest[k] != class {
			t.Errorf("%s: place %d is class %d, want %d", name, k, got.Likeliest[k], class)
		}
	}
	if got.ClearLikeliest != want.ClearLikeliest {
		t.Errorf("%s: class %d, want %d", name, got.ClearLikeliest, want.ClearLikeliest)
	}
	for k, d := range got.Drop().Data {
		if d != got.ClearProbability-got.Probability.Data[k] {
			t.Errorf("%s: place %d drops by %g", name, k, d)
		}
	}
}

// Progress counts images and a cancelled map stops at the next batch.
func TestOcclusionProgressAndCancel(t *testing.T) {
	m := readGolden(t).model(t, 4, cpus(t, 1)...)
	img := normals(t, 3, 19, 17)
	var seen []int
	o := Occlusion{Side: 4, Stride: 6, Progress: func(done, total int) {
		seen = append(seen, done, total)
	}}
	if out := must[*OcclusionMap](t)(o.Run(context.Background(), m, img)); out.Activation != nil {
		t.Error("activations of no unit")
	}
	// 4 rows, 3 columns, and the clear image
	if want := []int{4, 13, 8, 13, 12, 13, 13, 13}; !slices.Equal(seen, want) {
		t.Errorf("progress %v, want %v", seen, want)
	}
	ctx, cancel := context.WithCancel(context.Background())
	batches := 0
	o.Progress = func(done, total int) { batches++; cancel() }
	if out, err := o.Run(ctx, m, img); !errors.Is(err, context.Canceled) || out != nil || batches != 1 {
		t.Errorf("after %d batches: %v, %v", batches, out, err)
	}
}

func TestOcclusionErrors(t *testing.T) {
	m := readGolden(t).model(t, 2, cpus(t, 1)...)
	img := normals(t, 3, 19, 17)
	good := func(change func(*Occlusion)) Occlusion {
		o := Occlusion{Side: 4, Stride: 6}
		change(&o)
		return o
	}
	for want, o := range map[string]Occlusion{
		"side and stride must be at least 1, got 0 and 6":  good(func(o *Occlusion) { o.Side = 0 }),
		"side and stride must be at least 1, got 4 and -1": good(func(o *Occlusion) { o.Stride = -1 }),
		"knows classes 0 to 4, got 5":                      good(func(o *Occlusion) { o.Class = 5 }),
		"the grey image is 1x19x17":                        good(func(o *Occlusion) { o.Grey = tensor.New(1, 19, 17) }),
		"has no layer conv7":                               good(func(o *Occlusion) { o.Unit.Layer = "conv7" }),
	} {
		if _, err := o.Run(context.Background(), m, img); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	if _, err := good(func(*Occlusion) {}).Run(context.Background(), m, tensor.New(3, 17, 19)); err == nil || !strings.Contains(err.Error(), "takes images of 3x19x17, got 3x17x19") {
		t.Error(err)
	}
}
