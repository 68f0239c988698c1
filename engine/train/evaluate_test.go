package train_test

import (
	"context"
	"image"
	"image/color"
	"math"
	"testing"

	"tandem/engine/data"
	"tandem/engine/tensor"
	"tandem/engine/train"
)

// naive evaluates the small network's checkpoint in float64, from the
// definitions: crops and mirror images by hand, layers as plain loops. It shares
// no code with the engine but the checkpoint's numbers.
type naive struct {
	t    *testing.T
	ckpt *train.Checkpoint
}

func (n naive) weight(name string) []float64 {
	w, err := n.ckpt.Weight(name)
	if err != nil {
		n.t.Fatal(err)
	}
	out := make([]float64, len(w.Data))
	for i, v := range w.Data {
		out[i] = float64(v)
	}
	return out
}

const crop = 12 // side of the network's input

// view cuts one crop of a stored image, less the mean of the same pixels.
func (n naive) view(raw []byte, top, left int, mirror bool) []float64 {
	x := make([]float64, crop*crop)
	for y := range crop {
		for c := range crop {
			src := c
			if mirror {
				src = crop - 1 - c
			}
			at := (top+y)*stripesSide + left + src
			x[y*crop+c] = 0.02 * (float64(raw[at]) - float64(n.ckpt.Stats.MeanImage[at]))
		}
	}
	return x
}

// conv3 is a 3x3 convolution with padding 1 and ReLU; each group of filters
// reads its own channels.
func conv3(x, w, b []float64, channels, side, filters, groups int) []float64 {
	y := make([]float64, filters*side*side)
	perGroup := channels / groups
	for k := range filters {
		first := k / (filters / groups) * perGroup
		for i := range side {
			for j := range side {
				sum := b[k]
				for c := range perGroup {
					for r := range 3 {
						for s := range 3 {
							if p, q := i+r-1, j+s-1; p >= 0 && q >= 0 && p < side && q < side {
								sum += w[((k*perGroup+c)*3+r)*3+s] * x[((first+c)*side+p)*side+q]
							}
						}
					}
				}
				y[(k*side+i)*side+j] = max(0, sum)
			}
		}
	}
	return y
}

// normalize is LRN over 5 maps within groups of 4.
func normalize(x []float64, maps, area int) []float64 {
	y := make([]float64, len(x))
	for i := range x {
		c, sum := i/area, 0.0
		for j := max(c-2, c/4*4); j <= min(c+2, c/4*4+3, maps-1); j++ {
			v := x[j*area+i%area]
			sum += v * v
		}
		y[i] = x[i] / math.Pow(2+0.01*sum, 0.75)
	}
	return y
}

func pool3(x []float64, maps, side int) []float64 {
	out := (side-3+1)/2 + 1 // rounded up
	y := make([]float64, maps*out*out)
	for i := range y {
		c, p, q := i/(out*out), i/out%out, i%out
		best := math.Inf(-1)
		for r := 2 * p; r < min(2*p+3, side); r++ {
			for s := 2 * q; s < min(2*q+3, side); s++ {
				best = max(best, x[(c*side+r)*side+s])
			}
		}
		y[i] = best
	}
	return y
}

func dense(x, w, b []float64) []float64 {
	y := append([]float64(nil), b...)
	for i := range y {
		for j, v := range x {
			y[i] += w[i*len(x)+j] * v
		}
	}
	return y
}

func (n naive) probabilities(x []float64) []float64 {
	x = conv3(x, n.weight("conv1.weight"), n.weight("conv1.bias"), 1, 12, 8, 1)
	x = pool3(normalize(x, 8, 144), 8, 12)
	x = conv3(x, n.weight("conv2.weight"), n.weight("conv2.bias"), 8, 6, 8, 2)
	x = dense(x, n.weight("fc3.weight"), n.weight("fc3.bias"))
	for i := range x {
		x[i] = 0.5 * max(0, x[i]) // dropout at test time
	}
	x = dense(x, n.weight("fc4.weight"), n.weight("fc4.bias"))
	sum := 0.0
	for i := range x {
		x[i] = math.Exp(x[i])
		sum += x[i]
	}
	for i := range x {
		x[i] /= sum
	}
	return x
}

// places are the corners' and the centre's top and left.
var places = [][2]int{{0, 0}, {0, 2}, {2, 0}, {2, 2}, {1, 1}}

// image averages the softmax over one view, or over ten.
func (n naive) image(raw []byte, views int) []float64 {
	mean := make([]float64, 3)
	add := func(top, left int, mirror bool) {
		for i, p := range n.probabilities(n.view(raw, top, left, mirror)) {
			mean[i] += p / float64(views)
		}
	}
	if views == 1 {
		add(1, 1, false)
		return mean
	}
	for _, p := range places {
		add(p[0], p[1], false)
		add(p[0], p[1], true)
	}
	return mean
}

// trained returns a network that is wrong on some images.
func trained(t *testing.T) *train.Checkpoint {
	s := newSetup(t, 2)
	c, err := train.LoadCheckpoint(s.run(t, context.Background()).Checkpoint)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestEvaluationAgreesWithANaiveOne(t *testing.T) {
	ckpt := trained(t)
	ref := naive{t, ckpt}
	ds := &stripes{images: 47, first: 5000, channels: 1}
	for _, views := range []int{1, 10} {
		wrong, loss := 0, 0.0
		confusion := [3][3]int{}
		raw := make([]byte, stripesSide*stripesSide)
		for i := range ds.images {
			label, _ := ds.Read(i, raw)
			p := ref.image(raw, views)
			best := 0
			for c := range p {
				if p[c] > p[best] {
					best = c
				}
			}
			if best != label {
				wrong++
			}
			confusion[label][best]++
			loss -= math.Log(p[label])
		}
		e, err := ckpt.Evaluate(context.Background(), ds, "stripes", train.EvaluateOptions{Views: views, Batch: 20, Devices: cpus(t, 2)})
		if err != nil {
			t.Fatal(err)
		}
		if want := float64(wrong) / 47; e.Top1Error != want || e.Images != 47 || e.Views != views || e.Top5Error != 0 {
			t.Errorf("%d views: %+v, want top-1 error %g", views, e, want)
		}
		if want := loss / 47; math.Abs(e.Loss-want) > 1e-5*want {
			t.Errorf("%d views: loss %g, want %g", views, e.Loss, want)
		}
		for l := range confusion {
			for p := range confusion[l] {
				if e.Confusion[l][p] != confusion[l][p] {
					t.Errorf("%d views: confusion %v, want %v", views, e.Confusion, confusion)
				}
			}
		}
		if wrong == 0 || wrong == 47 {
			t.Errorf("%d views: %d of 47 wrong tells nothing", views, wrong)
		}
	}
}

func TestPredictionAgreesWithANaiveOne(t *testing.T) {
	ckpt := trained(t)
	ds := &stripes{images: 5, first: 300, channels: 1}
	m, err := ckpt.NewModel(10, cpus(t, 2))
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	raw := make([]byte, stripesSide*stripesSide)
	for i := range ds.images {
		if _, err := ds.Read(i, raw); err != nil {
			t.Fatal(err)
		}
		photo := image.NewGray(image.Rect(0, 0, stripesSide, stripesSide))
		for j, v := range raw {
			photo.SetGray(j%stripesSide, j/stripesSide, color.Gray{Y: v})
		}
		want := naive{t, ckpt}.image(raw, 10)
		got, err := ckpt.Predict(m, photo, 10, 3)
		if err != nil {
			t.Fatal(err)
		}
		for k, g := range got {
			if math.Abs(g.Probability-want[g.Index]) > 1e-5 || k > 0 && g.Probability > got[k-1].Probability || g.Class != ds.Classes()[g.Index] {
				t.Errorf("image %d: %+v, want %v", i, got, want)
			}
		}
	}
}

// A label's rank decides top-1 and top-5: each image of this set stands at a
// known place of a network that always says the same.
func TestTopFiveCounts(t *testing.T) {
	net := `{"name":"fixed","input":[1,2,2],"nodes":[
	{"name":"fc","type":"fc","outputs":8,"weight":{"rate_factor":1},"bias":{"rate_factor":1}},{"name":"softmax","type":"softmax"}],
	"recipe":{"batch":3,"epochs":1,"rate":1e-30,"momentum":0,"schedule":{"kind":"constant"},"images":{"subtract":"none","scale":1}}}`
	s := newSetup(t, 1)
	s.Net = parse(t, net)
	s.Data = &data.Splits{Name: "ranked", Train: ranked{}, Test: ranked{}}
	c, err := train.LoadCheckpoint(s.run(t, context.Background()).Checkpoint)
	if err != nil {
		t.Fatal(err)
	}
	e, err := c.Evaluate(context.Background(), ranked{}, "ranked", train.EvaluateOptions{Views: 1, Batch: 3, Devices: cpus(t, 1)})
	if err != nil {
		t.Fatal(err)
	}
	// All scores are equal, so label l has rank l: 1 of 8 is first, 5 of 8 among the first five.
	if e.Top1Error != 7.0/8 || e.Top5Error != 3.0/8 {
		t.Errorf("top-1 %g, top-5 %g, want 7/8 and 3/8", e.Top1Error, e.Top5Error)
	}
}

// ranked has one black image of each of eight classes.
type ranked struct{}

func (ranked) Len() int            { return 8 }
func (ranked) Shape() tensor.Shape { return tensor.Shape{1, 2, 2} }
func (ranked) Classes() []string   { return []string{"0", "1", "2", "3", "4", "5", "6", "7"} }
func (ranked) Close() error        { return nil }
func (ranked) Read(i int, dst []byte) (int, error) {
	clear(dst)
	return i, nil
}
