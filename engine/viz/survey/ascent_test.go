package survey

import (
	"math"
	"slices"
	"strings"
	"testing"

	"tandem/engine/device"
	"tandem/engine/nn"
	"tandem/engine/tensor"
)

const linear = `{"name":"linear","input":[2,5,7],"nodes":[
	{"name":"fc","type":"fc","outputs":6,"weight":{"std":1,"rate_factor":1},"bias":{"std":1,"rate_factor":1}},
	{"name":"softmax","type":"softmax"}],
	"recipe":{"batch":1,"epochs":1,"rate":1,"momentum":0,"schedule":{"kind":"constant"},"images":{"subtract":"none","scale":1}}}`

func withGradient(t testing.TB, text string, batch int, devices []device.Device) *nn.Model {
	t.Helper()
	m, err := nn.New(parse(t, text), nn.Options{Batch: batch, Devices: devices, Inference: true, InputGradient: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.Close)
	m.Init(9)
	return m
}

// bounds are wide enough not to matter, and differ from pixel to pixel.
func bounds(n int) (low, high []float32) {
	low, high = make([]float32, n), make([]float32, n)
	for i := range n {
		low[i], high[i] = -100-float32(i), 50+float32(i%5)
	}
	return low, high
}

func plain(m *nn.Model) AscentOptions {
	low, high := bounds(m.Net.Input.Size())
	return AscentOptions{Low: low, High: high, Seed: 3, Rate: 0.1, Noise: 0.01}
}

// climbed returns the images before and after some steps.
func climbed(t testing.TB, m *nn.Model, layer string, units []int, o AscentOptions, steps int) (before, after *tensor.Tensor) {
	t.Helper()
	a, err := NewAscent(m, layer, units, o)
	if err != nil {
		t.Fatal(err)
	}
	before = a.Images.Clone()
	for range steps {
		if err := a.Step(); err != nil {
			t.Fatal(err)
		}
	}
	return before, a.Images
}

// A linear unit's gradient is its row of weights.
func TestAscentOfALinearUnit(t *testing.T) {
	m := withGradient(t, linear, 4, cpus(t, 1))
	o := plain(m)
	o.Decay = 0.25
	units := []int{4, 0, 2}
	before, after := climbed(t, m, "fc", units, o, 1)
	w := weightsOf(t, m)
	for i, u := range units {
		rms := 0.0
		for _, v := range w[u] {
			rms += float64(v) * float64(v) / float64(len(w[u]))
		}
		for p, v := range w[u] {
			at := i*len(w[u]) + p
			want := 0.75*float64(before.Data[at]) + 0.1*float64(o.High[p]-o.Low[p])*float64(v)/math.Sqrt(rms)
			if got := float64(after.Data[at]); math.Abs(got-want) > 1e-4 {
				t.Errorf("unit %d pixel %d: %g, want %g", u, p, got, want)
			}
		}
	}
}

func weightsOf(t testing.TB, m *nn.Model) [][]float32 {
	t.Helper()
	w, err := m.ReadParam("fc.weight", nn.Weights)
	if err != nil {
		t.Fatal(err)
	}
	var rows [][]float32
	for i := range w.Shape[0] {
		rows = append(rows, row(w, i))
	}
	return rows
}

// Bounds hold: far enough uphill every pixel is black or white.
func TestAscentStaysWithinItsBounds(t *testing.T) {
	m := withGradient(t, linear, 1, cpus(t, 1))
	o := plain(m)
	_, after := climbed(t, m, "fc", []int{1}, o, 3000)
	for p, v := range weightsOf(t, m)[1] {
		want := o.Low[p]
		if v > 0 {
			want = o.High[p]
		}
		if after.Data[p] != want {
			t.Errorf("pixel %d with weight %g is %g, want %g", p, v, after.Data[p], want)
		}
	}
}

// The image is moved, the gradient taken, and both moved back: a unit that sees
// an image moved down adds its weights moved up.
func TestJitterIsTakenBack(t *testing.T) {
	m := withGradient(t, linear, 1, cpus(t, 1))
	o := plain(m)
	fill(o.Low, -50)
	fill(o.High, 50)
	o.Jitter = 2
	a, err := NewAscent(m, "fc", []int{5}, o)
	if err != nil {
		t.Fatal(err)
	}
	w := tensor.New(1, 2, 5, 7)
	copy(w.Data, weightsOf(t, m)[5])
	shifts := map[[2]int]bool{}
	for range 40 {
		before := a.Images.Clone()
		dy, dx := a.jitter()
		shifts[[2]int{dy, dx}] = true
		if err := a.Step(); err != nil {
			t.Fatal(err)
		}
		if !proportional(before.Data, a.Images.Data, rolled(w, -dy, -dx).Data) {
			t.Errorf("step %d, moved by %d, %d, is not along the weights moved back", a.Steps, dy, dx)
		}
	}
	for s := range shifts {
		if max(s[0], s[1], -s[0], -s[1]) > 2 {
			t.Errorf("moved by %v", s)
		}
	}
	if len(shifts) < 15 {
		t.Errorf("40 steps know %d shifts of 25", len(shifts))
	}
}

// proportional tells whether after-before is a multiple of w, where no bound
// has cut it.
func proportional(before, after, w []float32) bool {
	factor, best := 0.0, 0.0
	for i, v := range w {
		if math.Abs(float64(v)) > best && math.Abs(float64(after[i])) < 50 {
			best = math.Abs(float64(v))
			factor = float64(after[i]-before[i]) / float64(v)
		}
	}
	for i, v := range w {
		if math.Abs(float64(after[i])) < 50 && math.Abs(float64(after[i]-before[i])-factor*float64(v)) > 1e-3 {
			return false
		}
	}
	return best > 0
}

// Units of maps rise far above what the noise gave them, on one device and two,
// and the walk repeats.
func TestAscentExcitesUnits(t *testing.T) {
	for _, layer := range []string{"conv1", "conv2", "fc3", "fc4"} {
		m := withGradient(t, twoTowers, 4, cpus(t, 1))
		low, high := make([]float32, 121), make([]float32, 121)
		fill(low, -2)
		fill(high, 2)
		o := DefaultAscent(m.Net.Input, low, high)
		units := []int{3, 0, 1}
		a, err := NewAscent(m, layer, units, o)
		if err != nil {
			t.Fatal(err)
		}
		before := excitements(t, a)
		for range 60 {
			if err := a.Step(); err != nil {
				t.Fatal(err)
			}
		}
		for i, v := range excitements(t, a) {
			if !(v > before[i]+0.3) {
				t.Errorf("layer %s unit %d: %g from %g", layer, units[i], v, before[i])
			}
		}
		if _, again := climbed(t, m, layer, units, o, 60); !slices.Equal(again.Data, a.Images.Data) {
			t.Errorf("layer %s: another walk of the same seed differs", layer)
		}
		o.Seed++
		if _, other := climbed(t, m, layer, units, o, 60); slices.Equal(other.Data, a.Images.Data) {
			t.Errorf("layer %s: the seed does nothing", layer)
		}
	}
}

func excitements(t testing.TB, a *Ascent) []float32 {
	t.Helper()
	v, err := a.Excitements()
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestAscentOnTwoDevices(t *testing.T) {
	images := map[int]*tensor.Tensor{}
	for _, devices := range []int{1, 2} {
		m := withGradient(t, twoTowers, 2, cpus(t, devices))
		o := plain(m)
		o.Whole = true
		_, images[devices] = climbed(t, m, "conv2", []int{1, 6}, o, 3)
	}
	for i, v := range images[1].Data {
		if math.Abs(float64(v-images[2].Data[i])) > 1e-2 {
			t.Fatalf("pixel %d: %g on one device, %g on two", i, v, images[2].Data[i])
		}
	}
}

// A whole map's excitement is its mean.
func TestExcitementOfWholeMaps(t *testing.T) {
	m := withGradient(t, twoTowers, 2, cpus(t, 1))
	o := plain(m)
	o.Whole = true
	a, err := NewAscent(m, "tanh2", []int{5, 2}, o)
	if err != nil {
		t.Fatal(err)
	}
	got := excitements(t, a)
	maps, err := m.Activation("tanh2", 2)
	if err != nil {
		t.Fatal(err)
	}
	area := maps.Shape[2] * maps.Shape[3]
	for i, unit := range []int{5, 2} {
		mean := 0.0
		for _, v := range maps.Data[(i*maps.Shape[1]+unit)*area:][:area] {
			mean += float64(v) / float64(area)
		}
		if math.Abs(float64(got[i])-mean) > 1e-6 || mean == 0 {
			t.Errorf("unit %d: %g, want %g", unit, got[i], mean)
		}
	}
}

func TestRolledImages(t *testing.T) {
	x := normals(14, 2, 3, 4, 5)
	got := rolled(x, 1, -7)
	for i := range x.Data {
		plane, y, c := i/20, i/5%4, i%5
		if v := got.Data[plane*20+(y+1)%4*5+(c+3)%5]; v != x.Data[i] {
			t.Fatalf("plane %d row %d column %d went elsewhere", plane, y, c)
		}
	}
}

func TestBlurAgreesWithANaiveOne(t *testing.T) {
	x := normals(12, 2, 6, 9)
	got := x.Clone()
	blur(got.Data, x.Shape, 0.8)
	for c := range 2 {
		for i := range 54 {
			sum, weight := 0.0, 0.0
			for j := range 54 {
				dy, dx := float64(i/9-j/9), float64(i%9-j%9)
				if math.Abs(dy) <= 3 && math.Abs(dx) <= 3 {
					g := math.Exp(-(dy*dy + dx*dx) / (2 * 0.8 * 0.8))
					sum += g * float64(x.Data[c*54+j])
					weight += g
				}
			}
			if v := float64(got.Data[c*54+i]); math.Abs(v-sum/weight) > 1e-6 {
				t.Errorf("channel %d pixel %d: %g, want %g", c, i, v, sum/weight)
			}
		}
	}
}

func TestAscentRefusals(t *testing.T) {
	m := withGradient(t, linear, 2, cpus(t, 1))
	o := plain(m)
	short := o
	short.Low = short.Low[1:]
	for _, c := range []struct {
		layer string
		units []int
		o     AscentOptions
		want  string
	}{
		{"fc", []int{6}, o, "units 0 to 5"}, {"fc", []int{-1}, o, "units 0 to 5"}, {"conv9", []int{0}, o, "conv9"}, {"data", []int{0}, o, "no layer data"},
		{"fc", nil, o, "1 to 2"}, {"fc", []int{0, 1, 2}, o, "1 to 2"}, {"fc", []int{0}, short, "bounds"}, {"softmax", []int{0}, o, "start from fc"},
	} {
		if _, err := NewAscent(m, c.layer, c.units, c.o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("layer %s units %v: %v, want %s", c.layer, c.units, err, c.want)
		}
	}
	without, err := nn.New(parse(t, linear), nn.Options{Batch: 1, Devices: cpus(t, 1), Inference: true})
	if err != nil {
		t.Fatal(err)
	}
	defer without.Close()
	if _, err := NewAscent(without, "fc", []int{0}, o); err == nil || !strings.Contains(err.Error(), "InputGradient") {
		t.Errorf("a model without gradients: %v", err)
	}
}
