package lab

import (
	"fmt"
	"image/color"
	"math"
	"slices"
	"testing"

	"tandem/cmd/internal/scene"
	"tandem/engine/cpu"
	"tandem/engine/device"
	"tandem/engine/nn"
	"tandem/engine/viz/survey"
)

// walk is the ascent that a lab should have made.
func walk(t *testing.T, r *room, w *scene.Weights, layer string, units []int) (*survey.Ascent, []float32, *network) {
	n := must[*network](t)(newNetwork(r.net, statsOf(stored)))
	d := cpu.New(1)
	defer d.Close()
	m := must[*nn.Model](t)(nn.New(r.net, nn.Options{Batch: max(n.batch, len(units)), Devices: []device.Device{d}, Inference: true, InputGradient: true}))
	defer m.Close()
	for name, x := range w.Params {
		if err := m.WriteParam(name, nn.Weights, x); err != nil {
			t.Fatal(err)
		}
	}
	a := must[*survey.Ascent](t)(survey.NewAscent(m, layer, units, survey.DefaultAscent(r.net.Input, n.low, n.high)))
	for range 128 {
		if err := a.Step(); err != nil {
			t.Fatal(err)
		}
	}
	return a, must[[]float32](t)(a.Excitements()), n
}

func TestAscent(t *testing.T) {
	visitSets(t, tinyNet(t), Options{}, func(t *testing.T, r *room) {
		for _, c := range []struct {
			layer, walked string
			units         []int
		}{{"tanh3", "local3", []int{0, 1, 2}}, {"join", "join", []int{0, 1, 2, 3, 4}}} {
			w := watching(scene.AscentView)
			w.Unit = scene.Unit{Layer: c.layer, Channel: 1}
			r.Want(w)
			s := r.scene()
			got := s.Ascent
			a, values, n := walk(t, r, weightsOf(t, r.net, 1), c.walked, c.units)
			if got == nil || got.Layer != c.layer || got.Walked != c.walked || !slices.Equal(got.Units, c.units) || got.Steps != 128 || got.Total != 128 || got.Step != 1 {
				t.Fatalf("got %+v", got)
			}
			if fmt.Sprint(got.Values) != fmt.Sprint(values) || s.Job != nil || len(s.Notices) > 0 {
				t.Errorf("%s: values %v, want %v; job %v, notices %v", c.layer, got.Values, values, s.Job, s.Notices)
			}
			for i := range c.units {
				checkAscentPicture(t, got, i, a, n)
			}
		}
	})
}

// checkAscentPicture takes black and white from the preparation of images: bytes less
// the channel's mean, times 0.02.
func checkAscentPicture(t *testing.T, got *scene.Ascent, i int, a *survey.Ascent, n *network) {
	t.Helper()
	x, area := a.Images.Data[i*n.net.Input.Size():], 11*11
	for p := range area {
		var want [3]float64
		for c := range 3 {
			want[c] = float64(x[c*area+p])/0.02 + 100 + float64(10*c)
		}
		g := got.Pictures[i].RGBAAt(p%11, p/11)
		for c, v := range []uint8{g.R, g.G, g.B} {
			if math.Abs(float64(v)-want[c]) > 0.51 {
				t.Fatalf("picture %d pixel %d: %v, want %v", i, p, g, want)
			}
		}
		if (g == color.RGBA{}) {
			t.Fatal("no colour")
		}
	}
}

// More units than make a batch walk as they would all at once.
func TestAscentInGroups(t *testing.T) {
	visitSets(t, parse(t, wideJSON), Options{}, func(t *testing.T, r *room) {
		w := watching(scene.AscentView)
		w.Unit = scene.Unit{Layer: "relu1", Channel: 70}
		r.Want(w)
		got := r.scene().Ascent
		_, values, n := walk(t, r, weightsOf(t, r.net, 1), "fc1", got.Units)
		if n.batch >= 64 || len(values) != 64 || got.Units[0] != 64 {
			t.Fatalf("batches of %d, units %v", n.batch, got.Units)
		}
		near(t, "values", got.Values, doubles(values), 1e-3)
	})
}

// Of a wide layer a window is walked for, of what is no layer nothing.
func TestAscentOfOddLayers(t *testing.T) {
	visitSets(t, parse(t, wideJSON), Options{}, func(t *testing.T, r *room) {
		w := watching(scene.AscentView)
		for _, c := range []struct {
			layer            string
			unit, first, end int
		}{{"data", 0, 0, 0}, {"none", 0, 0, 0}, {"fc2", 4, 0, 5}, {"relu1", 599, 576, 600}} {
			w.Unit = scene.Unit{Layer: c.layer, Channel: c.unit}
			r.Want(w)
			s := r.scene()
			if len(s.Notices) > 0 || (s.Ascent == nil) != (c.end == 0) {
				t.Fatalf("layer %s: ascent %v, notices %v", c.layer, s.Ascent, s.Notices)
			}
			if a := s.Ascent; a != nil && (a.Units[0] != c.first || len(a.Units) != c.end-c.first || len(a.Pictures) != len(a.Units) || len(a.Values) != len(a.Units)) {
				t.Errorf("layer %s: units %v", c.layer, a.Units)
			}
		}
	})
}
