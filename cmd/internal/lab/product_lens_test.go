package lab

import (
	"math"
	"slices"
	"testing"

	"tandem/cmd/internal/scene"
)

// coloured has kernels of conv1 that are grey, but for two of colour alone.
func coloured(t *testing.T, r *room, step int) *scene.Weights {
	w := weightsOf(t, r.net, step)
	x := w.Params["conv1.weight"].Data
	for k := range 6 {
		for p := range 9 {
			v := x[k*27+p]
			x[k*27+9+p], x[k*27+18+p] = v, v
			if k == 1 || k == 4 {
				x[k*27+9+p], x[k*27+18+p] = -v, 0
			}
		}
	}
	return w
}

func TestLens(t *testing.T) {
	visitSets(t, tinyNet(t), Options{}, func(t *testing.T, r *room) {
		r.SetWeights(coloured(t, r, 4))
		got := r.scene().Lens
		if got.Layer != "conv1" || got.Step != 4 || len(got.Towers) != 1 || math.Abs(got.Towers[0]-1./3) > 1e-6 {
			t.Errorf("got %+v", got)
		}
		for k, want := range []float64{0, 1, 0, 0, 1, 0} {
			if math.Abs(got.Kernels[k]-want) > 1e-6 {
				t.Errorf("kernel %d: %g, want %g", k, got.Kernels[k], want)
			}
		}
		r.AddLens(scene.LensPoint{Step: 3, Towers: []float64{0.5}}, scene.LensPoint{Step: 9, Towers: []float64{0.7}}, scene.LensPoint{Step: 0, Towers: []float64{0.6}})
		r.scene()
		r.SetWeights(coloured(t, r, 7))
		if got := steps(r.scene().Lens.History); !slices.Equal(got, []int{0, 1, 3, 4, 7, 9}) && !slices.Equal(got, []int{0, 3, 4, 7, 9}) {
			t.Errorf("got history %v", got)
		}
		r.AddLens(scene.LensPoint{Step: 3, Towers: []float64{0.25}})
		h := r.scene().Lens.History
		if i := slices.IndexFunc(h, func(p scene.LensPoint) bool { return p.Step == 3 }); h[i].Towers[0] != 0.25 {
			t.Errorf("step 3 has %v", h[i].Towers)
		}
		r.SetWeights(coloured(t, r, 9)) // better than hearsay
		r.scene()
		r.SetWeights(coloured(t, r, 10))
		h = r.scene().Lens.History
		if i := slices.IndexFunc(h, func(p scene.LensPoint) bool { return p.Step == 9 }); math.Abs(h[i].Towers[0]-1./3) > 1e-6 {
			t.Errorf("step 9 has %v", h[i].Towers)
		}
		if err := r.SetNetwork(parse(t, classifierJSON), statsOf(stored)); err != nil {
			t.Fatal(err)
		}
		if got := r.scene().Lens; got != nil {
			t.Errorf("another network, yet %+v", got)
		}
	})
}

func steps(h []scene.LensPoint) (all []int) {
	for _, p := range h {
		all = append(all, p.Step)
	}
	return all
}

// The history stays short, in order, and keeps its ends.
func TestLensHistoryIsThinned(t *testing.T) {
	var l lens
	for i := range 5000 {
		l.add(scene.LensPoint{Step: 10 * i})
		got := steps(l.history)
		if n := len(got); n > 500 || i >= 500 && n < 250 || !slices.IsSorted(got) || got[0] != 0 || got[n-1] != 10*i {
			t.Fatalf("after %d points: %d from %d to %d", i+1, n, got[0], got[n-1])
		}
	}
}

func TestLensWithoutColours(t *testing.T) {
	for _, text := range []string{classifierJSON, greyJSON, groupsJSON} {
		visitEmpty(t, Options{}, func(t *testing.T, r *room) {
			r.net = parse(t, text)
			r.products = func() []product { return setProducts(SetOptions{}) }
			shape := stored.Clone()
			shape[0] = r.net.Input[0]
			if err := r.SetNetwork(r.net, statsOf(shape)); err != nil {
				t.Fatal(err)
			}
			r.SetWeights(weightsOf(t, r.net, 1))
			if s := r.scene(); s.Lens != nil || len(s.Notices) > 0 {
				t.Errorf("%s: lens %+v, notices %v", r.net.Name, s.Lens, s.Notices)
			}
		})
	}
}

const greyJSON = `{"name": "grey", "input": [1, 11, 11], "nodes": [
	{"name": "conv1", "type": "conv", "filters": 4, "kernel": 3, "weight": {"rate_factor": 1}, "bias": {"rate_factor": 1}},
	{"name": "fc2", "type": "fc", "outputs": 5, "weight": {"rate_factor": 1}, "bias": {"rate_factor": 1}},
	{"name": "softmax", "type": "softmax"}],
	"recipe": {"batch": 8, "epochs": 1, "rate": 0.1, "momentum": 0.9, "schedule": {"kind": "constant"},
		"images": {"subtract": "mean-rgb", "scale": 0.02}}}`

const groupsJSON = `{"name": "groups", "input": [3, 11, 11], "nodes": [
	{"name": "conv1", "type": "conv", "filters": 6, "kernel": 3, "groups": 3, "weight": {"rate_factor": 1}, "bias": {"rate_factor": 1}},
	{"name": "fc2", "type": "fc", "outputs": 5, "weight": {"rate_factor": 1}, "bias": {"rate_factor": 1}},
	{"name": "softmax", "type": "softmax"}],
	"recipe": {"batch": 8, "epochs": 1, "rate": 0.1, "momentum": 0.9, "schedule": {"kind": "constant"},
		"images": {"subtract": "mean-rgb", "scale": 0.02}}}`
