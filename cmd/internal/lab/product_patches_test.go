package lab

import (
	"cmp"
	"image"
	"image/color"
	"math"
	"slices"
	"testing"
	"time"

	"tandem/cmd/internal/scene"
)

// strongest lists the places where a unit is strongest, one of each image.
func (a *truth) strongest(layer string, unit int) (values []float64) {
	for i := range a.of {
		if v := slices.Max(a.values(i, layer, unit)); v > 0 {
			values = append(values, v)
		}
	}
	slices.SortFunc(values, func(x, y float64) int { return cmp.Compare(y, x) })
	return values[:min(9, len(values))]
}

// checkPatches scans all that a layer put out. Places whose values differ by less
// than rounding may stand for each other.
func checkPatches(t *testing.T, p *scene.Patches, layer string, all *truth) {
	t.Helper()
	if p == nil || p.Values != layer || len(p.Units) != all.n.shapes[layer][0] {
		t.Fatalf("layer %s: got %+v", layer, p)
	}
	for u, list := range p.Units {
		want := all.strongest(layer, u)
		if len(list) != len(want) {
			t.Errorf("layer %s unit %d: %d patches, want %d", layer, u, len(list), len(want))
			continue
		}
		seen := map[int]bool{}
		for i, got := range list {
			if !close(float64(got.Value), want[i]) || seen[got.Photo] || got.Label != all.labels[got.Photo] || !all.isPlace(got, layer, u) {
				t.Errorf("layer %s unit %d patch %d: %+v, want %g", layer, u, i, got, want[i])
			}
			seen[got.Photo] = true
			all.checkPicture(t, got)
		}
	}
}

func close(a, b float64) bool { return math.Abs(a-b) <= 1e-4*(1+math.Abs(b)) }

// isPlace tells whether the unit has the patch's value where it sees the field.
func (a *truth) isPlace(p scene.Patch, layer string, unit int) bool {
	shape := a.n.shapes[layer]
	for i, v := range a.values(p.Photo, layer, unit) {
		at := image.Point{}
		if len(shape) == 3 {
			at = image.Pt(i%shape[2], i/shape[2])
		}
		field := a.n.net.ReceptiveField(a.n.shapes, layer, image.Rectangle{Min: at, Max: at.Add(image.Pt(1, 1))})
		if close(v, float64(p.Value)) && field == p.Field {
			return true
		}
	}
	return false
}

// checkPicture compares a patch's picture with the stored bytes: the crop begins one
// row below the top of the 14x12 pixels, at the left.
func (a *truth) checkPicture(t *testing.T, p scene.Patch) {
	t.Helper()
	if p.Picture == nil || p.Picture.Bounds() != (image.Rectangle{Max: p.Field.Size()}) {
		t.Errorf("image %d: no picture of %v", p.Photo, p.Field)
		return
	}
	at := func(c, x, y int) byte { return a.stored[p.Photo][(c*14+y+1)*12+x] }
	for y := p.Field.Min.Y; y < p.Field.Max.Y; y++ {
		for x := p.Field.Min.X; x < p.Field.Max.X; x++ {
			want := color.RGBA{at(0, x, y), at(1, x, y), at(2, x, y), 255}
			if got := p.Picture.RGBAAt(x-p.Field.Min.X, y-p.Field.Min.Y); got != want {
				t.Errorf("image %d pixel %d,%d: %v, want %v", p.Photo, x, y, got, want)
				return
			}
		}
	}
}

func TestPatchesAgreeWithAFullScan(t *testing.T) {
	images := noise{shape: stored, n: 37}
	visitSets(t, tinyNet(t), Options{Images: images}, func(t *testing.T, r *room) {
		w := withDeadUnit(t, r, 2)
		r.SetWeights(w)
		all := truthOf(t, r.net, w, images)
		for _, c := range []struct{ wanted, shown string }{
			{"conv1", "relu1"}, {"pool1", "relu1"}, {"conv2", "relu2"}, {"tanh3", "tanh3"},
			{"local2b", "relu2b"}, {"drop4", "relu4"}, {"softmax", "fc5"},
		} {
			want := watching(scene.PatchesView)
			want.Unit = scene.Unit{Layer: c.wanted, Channel: 1}
			r.Want(want)
			s := r.scene()
			checkPatches(t, s.Patches, c.shown, all)
			if s.Patches.Layer != c.wanted {
				t.Errorf("patches of %s, wanted %s", s.Patches.Layer, c.wanted)
			}
			if s.Patches.Step != 2 || s.Job != nil || len(s.Notices) > 0 {
				t.Errorf("step %d, job %v, notices %v", s.Patches.Step, s.Job, s.Notices)
			}
		}
	})
}

// A layer whose units nothing else has, and that was not surveyed, has no patches; one
// that does not exist changes nothing.
func TestPatchesOfOddLayers(t *testing.T) {
	visitSets(t, tinyNet(t), Options{Images: noise{shape: stored, n: 5}}, func(t *testing.T, r *room) {
		want := watching(scene.PatchesView)
		for _, c := range []struct {
			layer, shown, values string
			units                int
		}{{"fc4", "fc4", "relu4", 7}, {"join", "join", "", 0}, {"none", "join", "", 0}, {"data", "join", "", 0}} {
			want.Unit = scene.Unit{Layer: c.layer}
			r.Want(want)
			if s := r.scene(); s.Patches.Layer != c.shown || s.Patches.Values != c.values || len(s.Patches.Units) != c.units || len(s.Notices) > 0 {
				t.Errorf("layer %s: got %+v, notices %v", c.layer, s.Patches, s.Notices)
			}
		}
	})
}

const wideJSON = `{"name": "wide", "input": [3, 11, 11], "nodes": [
	{"name": "fc1", "type": "fc", "outputs": 600, "weight": {"rate_factor": 1}, "bias": {"rate_factor": 1}},
	{"name": "relu1", "type": "relu"},
	{"name": "fc2", "type": "fc", "outputs": 5, "weight": {"rate_factor": 1}, "bias": {"rate_factor": 1}},
	{"name": "softmax", "type": "softmax"}],
	"recipe": {"batch": 8, "epochs": 1, "rate": 0.1, "momentum": 0.9, "schedule": {"kind": "constant"},
		"images": {"subtract": "mean-rgb", "scale": 0.02}}}`

// Of a wide layer only some units' patches have pictures, those of the selected one
// first.
func TestPatchesOfWideLayers(t *testing.T) {
	images := &slow{Dataset: noise{shape: stored, n: 12}}
	visitSets(t, parse(t, wideJSON), Options{Images: images}, func(t *testing.T, r *room) {
		r.Want(watching(scene.HealthView))
		r.scene()
		images.each = time.Second
		pictured := func(unit, first, end int) {
			t.Helper()
			for u, list := range r.scene().Patches.Units {
				for _, p := range list {
					if in := u >= first && u < end; in != (p.Picture != nil) {
						t.Fatalf("unit %d selected: unit %d has picture %v", unit, u, p.Picture != nil)
					}
				}
			}
		}
		want := watching(scene.PatchesView)
		for _, c := range []struct{ unit, first, end int }{{300, 0, 512}, {599, 512, 600}} {
			want.Unit = scene.Unit{Layer: "relu1", Channel: c.unit}
			r.Want(want)
			time.Sleep(10 * time.Second) // enough for 9 of the 12 images, not for all
			pictured(c.unit, c.unit, c.unit+1)
			time.Sleep(10 * time.Hour)
			pictured(c.unit, c.first, c.end)
		}
	})
}
