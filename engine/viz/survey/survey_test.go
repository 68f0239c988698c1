package survey

import (
	"context"
	"errors"
	"io"
	"math"
	"slices"
	"sort"
	"strings"
	"testing"

	"tandem/engine/data"
	"tandem/engine/nn"
)

const images = 53 // a last batch that is not full

var all = Options{Layers: []string{"relu1", "tanh2", "relu3", "fc4"}, Patches: 5, Bins: 20, Features: "relu3"}

func surveyed(t testing.TB, m *nn.Model, ds data.Dataset, o Options) *Survey {
	t.Helper()
	s, err := New(m.Net, o)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Run(context.Background(), m, loader(t, ds, m.Batch())); err != nil {
		t.Fatal(err)
	}
	return s
}

// pass is all that a network put out, image by image in passes of one.
type pass struct {
	values map[string][][]float32 // by layer and image
	probs  [][]float32
	labels []int
}

func naivePass(t testing.TB, ds data.Dataset, layers []string) pass {
	m := newTowers(t, 1, cpus(t, 1))
	p := pass{values: map[string][][]float32{}}
	l := loader(t, ds, 1)
	for {
		b, err := l.Next(context.Background())
		if errors.Is(err, io.EOF) {
			return p
		}
		if err != nil {
			t.Fatal(err)
		}
		m.Load(b.X, b.Labels)
		m.Forward(false)
		for _, name := range layers {
			a, err := m.Activation(name, 1)
			if err != nil {
				t.Fatal(err)
			}
			p.values[name] = append(p.values[name], a.Data)
		}
		probs, err := m.Probabilities(1)
		if err != nil {
			t.Fatal(err)
		}
		p.probs = append(p.probs, probs.Data)
		p.labels = append(p.labels, int(b.Labels[0]))
	}
}

// near allows the rounding of another order of sums in the layers.
func near(got, want float64) bool { return math.Abs(got-want) <= 2e-5*(1+math.Abs(want)) }

// bestPatches sorts every image's maximum.
func (p pass) bestPatches(layer string, unit, area, wide, keep int) []Patch {
	var list []Patch
	for i, values := range p.values[layer] {
		best := Patch{Image: i, Value: float32(math.Inf(-1))}
		for place, v := range values[unit*area : (unit+1)*area] {
			if v > best.Value {
				best.Value, best.Row, best.Column = v, place/wide, place%wide
			}
		}
		if best.Value > 0 {
			list = append(list, best)
		}
	}
	sort.SliceStable(list, func(i, j int) bool { return list[i].Value > list[j].Value })
	return list[:min(keep, len(list))]
}

func samePatches(got, want []Patch) bool {
	return slices.EqualFunc(got, want, func(a, b Patch) bool {
		return a.Image == b.Image && a.Row == b.Row && a.Column == b.Column && near(float64(a.Value), float64(b.Value))
	})
}

// checkPass compares a survey with the naive pass.
func checkPass(t *testing.T, s *Survey, p pass) {
	t.Helper()
	for _, l := range s.Layers {
		area, wide := l.Shape.Size()/len(l.Units), 1
		if len(l.Shape) == 3 {
			wide = l.Shape[2]
		}
		for u := range l.Units {
			if got, want := l.Units[u].Patches(), p.bestPatches(l.Name, u, area, wide, all.Patches); !samePatches(got, want) {
				t.Errorf("layer %s unit %d: patches %v, want %v", l.Name, u, got, want)
			}
			checkStats(t, l.Name, l.Units[u].Stats, p.of(l.Name, u, area))
		}
		everything := slices.Concat(p.values[l.Name]...)
		checkStats(t, l.Name, l.Stats(), everything)
		checkHistogram(t, l, everything)
	}
}

func (p pass) of(layer string, unit, area int) (values []float32) {
	for _, v := range p.values[layer] {
		values = append(values, v[unit*area:(unit+1)*area]...)
	}
	return values
}

func checkStats(t *testing.T, name string, got Stats, values []float32) {
	t.Helper()
	var sum, squares float64
	zeros := int64(0)
	for _, v := range values {
		sum += float64(v)
		if v == 0 {
			zeros++
		}
	}
	mean := sum / float64(len(values))
	for _, v := range values {
		squares += (float64(v) - mean) * (float64(v) - mean)
	}
	std := math.Sqrt(squares / float64(len(values)))
	if got.Count != int64(len(values)) || got.Zeros != zeros || got.NotFinite != 0 || !near(got.Mean, mean) || !near(got.Std(), std) ||
		!near(float64(got.Min), float64(slices.Min(values))) || !near(float64(got.Max), float64(slices.Max(values))) {
		t.Errorf("layer %s: %+v with deviation %g, want %d values, %d zeros, mean %g, deviation %g", name, got, got.Std(), len(values), zeros, mean, std)
	}
}

// checkHistogram counts again with the bins that came out. A value that rounding
// moved over a border may count in the bin beside.
func checkHistogram(t *testing.T, l *Layer, values []float32) {
	t.Helper()
	h, total, moved := l.Histogram, int64(0), int64(0)
	counts := make([]int64, len(h.Counts))
	for _, v := range values {
		counts[int(math.Floor(float64(v)/h.Width))-h.First]++
	}
	for i := range counts {
		total += h.Counts[i]
		moved += max(counts[i]-h.Counts[i], h.Counts[i]-counts[i])
	}
	if total != int64(len(values)) || moved > 4 || len(counts) > all.Bins || len(counts) <= all.Bins/4 {
		t.Errorf("layer %s: histogram %+v, want %v", l.Name, h, counts)
	}
}

func TestSurveyAgreesWithANaivePass(t *testing.T) {
	ds := noise{images, 1, 13}
	p := naivePass(t, ds, all.Layers)
	for _, devices := range []int{1, 2} {
		s := surveyed(t, newTowers(t, 8, cpus(t, devices)), ds, all)
		checkPass(t, s, p)
		checkOutcomes(t, s, p)
		if silent := s.Layer("relu1").Silent(); !slices.Equal(silent, []int{2}) {
			t.Errorf("silent units %v, want 2 alone", silent)
		}
		if p := s.Layer("relu1").Units[2].Patches(); len(p) != 0 {
			t.Errorf("a dead unit has patches %v", p)
		}
		for i, row := range p.values["relu3"] {
			for j, want := range row {
				if got := s.Features().Data[i*len(row)+j]; !near(float64(got), float64(want)) {
					t.Fatalf("feature %d of image %d is %g, want %g", j, i, got, want)
				}
			}
		}
	}
}

func checkOutcomes(t *testing.T, s *Survey, p pass) {
	t.Helper()
	counts, wrong := [4][4]int{}, 0
	for i, o := range s.Outcomes {
		best, rank := 0, 0
		for c, v := range p.probs[i] {
			if v > p.probs[i][best] {
				best = c
			}
			if v > p.probs[i][p.labels[i]] {
				rank++
			}
		}
		loss := -math.Log(float64(p.probs[i][p.labels[i]]))
		if o.Image != i || o.Label != p.labels[i] || o.Predicted != best || o.Rank != rank ||
			!near(float64(o.Loss), loss) || !near(float64(o.Probability), float64(p.probs[i][best])) {
			t.Errorf("image %d: %+v, want class %d, rank %d, loss %g", i, o, best, rank, loss)
		}
		counts[p.labels[i]][best]++
		if best != p.labels[i] {
			wrong++
		}
	}
	if len(s.Outcomes) != images || wrong == 0 || wrong == images {
		t.Errorf("%d outcomes, %d wrong, tell nothing", len(s.Outcomes), wrong)
	}
	checkConfusion(t, s, counts, wrong)
}

func checkConfusion(t *testing.T, s *Survey, counts [4][4]int, wrong int) {
	t.Helper()
	for label, row := range s.Confusion() {
		for predicted, cell := range row {
			if len(cell) != counts[label][predicted] {
				t.Errorf("%d of class %d taken for %d, want %d", len(cell), label, predicted, counts[label][predicted])
			}
			for i, o := range cell {
				if o.Label != label || o.Predicted != predicted || i > 0 && o.Loss > cell[i-1].Loss {
					t.Errorf("cell %d, %d: %+v", label, predicted, cell)
				}
			}
		}
	}
	list := s.Wrong()
	for i, o := range list {
		if o.Label == o.Predicted || i > 0 && o.Loss > list[i-1].Loss {
			t.Errorf("wrong answers: %+v", list)
		}
	}
	if len(list) != wrong {
		t.Errorf("%d wrong answers, want %d", len(list), wrong)
	}
}

// Whoever feeds the survey chooses the batches: their order changes nothing but
// the order of outcomes.
func TestOrderOfBatchesDoesNotMatter(t *testing.T) {
	ds := noise{images, 1, 13}
	m := newTowers(t, 8, cpus(t, 1))
	forwards := surveyed(t, m, ds, all)
	backwards, err := New(m.Net, all)
	if err != nil {
		t.Fatal(err)
	}
	var batches []*data.Batch
	for l := loader(t, ds, 8); ; {
		b, err := l.Next(context.Background())
		if err != nil {
			break
		}
		batches = append(batches, b)
	}
	slices.Reverse(batches)
	for _, b := range batches {
		m.Load(b.X, b.Labels)
		m.Infer()
		if err := backwards.Observe(m, b); err != nil {
			t.Fatal(err)
		}
	}
	for i, l := range forwards.Layers {
		o := backwards.Layers[i]
		if l.Histogram.Width != o.Histogram.Width || l.Histogram.First != o.Histogram.First || !slices.Equal(l.Histogram.Counts, o.Histogram.Counts) {
			t.Errorf("layer %s: %+v and backwards %+v", l.Name, l.Histogram, o.Histogram)
		}
		for u := range l.Units {
			if a, b := l.Units[u].Patches(), o.Units[u].Patches(); !slices.Equal(a, b) {
				t.Errorf("layer %s unit %d: %v and backwards %v", l.Name, u, a, b)
			}
		}
	}
}

// What lies in a patch's rectangle is all that its unit saw: the rest of the
// image can be anything.
func TestPatchRectanglesHoldWhatTheUnitSaw(t *testing.T) {
	ds := noise{images, 1, 13}
	m := newTowers(t, 8, cpus(t, 1))
	s := surveyed(t, m, ds, all)
	for _, layer := range []string{"relu1", "tanh2"} {
		l := s.Layer(layer)
		for u := range l.Units {
			for _, p := range l.Units[u].Patches()[:min(2, len(l.Units[u].Patches()))] {
				checkRectangle(t, m, s, l, u, p)
			}
		}
	}
}

func checkRectangle(t *testing.T, m *nn.Model, s *Survey, l *Layer, unit int, p Patch) {
	t.Helper()
	b, err := loader(t, noise{p.Image + 1, 1, 13}, 1<<10).Next(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	x := slices.Clone(b.X[p.Image*121:][:121])
	r := s.Rectangle(l.Name, p)
	for i := range x {
		if x0, y := i%11, i/11; x0 < r.Min.X || x0 >= r.Max.X || y < r.Min.Y || y >= r.Max.Y {
			x[i] = -100
		}
	}
	m.Load(x, []float32{0})
	m.Infer()
	a, err := m.Activation(l.Name, 1)
	if err != nil {
		t.Fatal(err)
	}
	if got := a.Data[(unit*l.Shape[1]+p.Row)*l.Shape[2]+p.Column]; got != p.Value {
		t.Errorf("layer %s unit %d: %g in rectangle %v alone, %g in the image", l.Name, unit, got, r, p.Value)
	}
	if r.Dx()*r.Dy() == len(x) && l.Name == "relu1" {
		t.Errorf("layer %s: a patch is the whole image", l.Name)
	}
}

func TestRefusals(t *testing.T) {
	m := newTowers(t, 8, cpus(t, 1))
	if _, err := New(m.Net, Options{Layers: []string{"relu9"}}); err == nil || !strings.Contains(err.Error(), "relu9") {
		t.Errorf("a layer that is not there: %v", err)
	}
	if _, err := New(m.Net, Options{Features: "fc9"}); err == nil || !strings.Contains(err.Error(), "fc9") {
		t.Errorf("features of a layer that is not there: %v", err)
	}
	s, err := New(m.Net, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Observe(m, &data.Batch{N: 2, Views: 2}); err == nil || !strings.Contains(err.Error(), "one view") {
		t.Errorf("two views: %v", err)
	}
	m.Load(make([]float32, 121), []float32{0})
	m.Infer()
	b := &data.Batch{N: 1, Views: 1, Labels: []float32{4}, Index: []int{17}}
	if err := s.Observe(m, b); err == nil || !strings.Contains(err.Error(), "image 17 has label 4") {
		t.Errorf("a label beyond the classes: %v", err)
	}
	if got := DefaultLayers(m.Net); !slices.Equal(got, []string{"relu1", "tanh2", "relu3", "fc4"}) {
		t.Errorf("default layers %v", got)
	}
}
