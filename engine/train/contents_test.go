package train_test

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"tandem/engine/nn"
	"tandem/engine/tensor"
	"tandem/engine/train"
	"tandem/engine/weights"
)

// checkpoints returns those that a short run leaves after each of its steps.
func checkpoints(t *testing.T) []*train.Checkpoint {
	t.Helper()
	s := newSetup(t, 1)
	s.KeepLast, s.SaveEvery = 0, 1
	sum := s.run(t, context.Background())
	var all []*train.Checkpoint
	for step := int64(1); step <= int64(sum.Step); step++ {
		c, err := train.LoadCheckpoint(weights.Store{Dir: s.Out}.StepPath(step))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, c)
	}
	return all
}

func TestReadingACheckpointFromBytes(t *testing.T) {
	s := newSetup(t, 1)
	path := s.run(t, context.Background()).Checkpoint
	want, err := train.LoadCheckpoint(path)
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	got, err := train.ReadCheckpoint(path, file)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("it is another one, %v", err)
	}
	for _, damaged := range [][]byte{nil, file[:len(file)/2], append(append([]byte{}, file[:len(file)-1]...), file[len(file)-1]^1)} {
		if _, err := train.ReadCheckpoint("dropped.safetensors", damaged); err == nil || !strings.HasPrefix(err.Error(), "dropped.safetensors: ") {
			t.Errorf("%d bytes: %v", len(damaged), err)
		}
	}
}

// Params are the network's, once: no velocities, no mean image, no copies.
func TestParamsOfACheckpoint(t *testing.T) {
	s := newSetup(t, 1)
	s.run(t, context.Background())
	s.resume(t)
	params, again := s.Resume.Params(), s.Resume.Params()
	want, err := s.Net.Params()
	if err != nil {
		t.Fatal(err)
	}
	if len(params) != len(want) {
		t.Errorf("%d parameters, want %d", len(params), len(want))
	}
	for _, p := range want {
		copied, err := s.Resume.Weight(p.Name)
		if err != nil || params[p.Name] == nil || params[p.Name] != again[p.Name] || copied == params[p.Name] || !reflect.DeepEqual(copied, params[p.Name]) {
			t.Errorf("%s: %v", p.Name, err)
		}
	}
	for _, name := range []string{"data.mean_image", "momentum/conv1.weight", "conv9.weight", ""} {
		if _, err := s.Resume.Weight(name); err == nil || !strings.Contains(err.Error(), s.Resume.Path) {
			t.Errorf("weight %q: %v", name, err)
		}
		if _, err := s.Resume.Velocity(name); err == nil || !strings.Contains(err.Error(), s.Resume.Path) {
			t.Errorf("velocity %q: %v", name, err)
		}
	}
}

// A checkpoint's model can look back into itself, and one for training steps on
// with the velocities.
func TestModelsOfACheckpoint(t *testing.T) {
	all := checkpoints(t)
	c := all[len(all)-1]
	m, err := c.NewModelFor(nn.Options{Batch: 2, Devices: cpus(t, 1), Inference: true, InputGradient: true})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	m.Load(make([]float32, 2*12*12), make([]float32, 2))
	m.Infer()
	seed := tensor.New(1, 3)
	seed.Data[1] = 1
	if g, err := m.BackFrom("fc4", seed, nn.PlainGradient); err != nil || g.Shape[0] != 1 {
		t.Errorf("back from fc4: %v", err)
	}
	training, err := c.NewModelFor(nn.Options{Batch: 2, Devices: cpus(t, 1, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer training.Close()
	for _, p := range training.Params() {
		got, err := training.ReadParam(p.Name, nn.Velocity)
		if err != nil {
			t.Fatal(err)
		}
		if want, err := c.Velocity(p.Name); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: other velocities, %v", p.Name, err)
		}
	}
}

// A velocity is what the last step added to the weights.
func TestHealthOfACheckpoint(t *testing.T) {
	all := checkpoints(t)
	before, after := all[7], all[8]
	health := after.Health()
	if len(health) != 4 {
		t.Fatalf("health of %d layers", len(health))
	}
	for i, layer := range []string{"conv1", "conv2", "fc3", "fc4"} {
		was, is := before.Params()[layer+".weight"], after.Params()[layer+".weight"]
		var moved, norm float64
		for j, w := range is.Data {
			norm += float64(w) * float64(w)
			moved += math.Pow(float64(w)-float64(was.Data[j]), 2)
		}
		h := health[i]
		if h.Name != layer || math.Abs(h.WeightNorm/math.Sqrt(norm)-1) > 1e-9 || math.Abs(h.UpdateRatio/math.Sqrt(moved/norm)-1) > 1e-4 {
			t.Errorf("%s: %+v, want norm %g, update %g", layer, h, math.Sqrt(norm), math.Sqrt(moved/norm))
		}
		if !math.IsNaN(h.GradientNorm) || !math.IsNaN(h.DeadReLUs) {
			t.Errorf("%s: %+v tells what no checkpoint knows", layer, h)
		}
	}
}

// Without velocities, a file serves to look at.
func TestCheckpointsWithoutVelocities(t *testing.T) {
	s := newSetup(t, 1)
	f, err := weights.Read(s.run(t, context.Background()).Checkpoint)
	if err != nil {
		t.Fatal(err)
	}
	for name := range f.Tensors {
		if strings.HasPrefix(name, "momentum/") {
			delete(f.Tensors, name)
		}
	}
	path := filepath.Join(t.TempDir(), "light.safetensors")
	if err := weights.Write(path, f); err != nil {
		t.Fatal(err)
	}
	c, err := train.LoadCheckpoint(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range c.Health() {
		if !math.IsNaN(h.UpdateRatio) || !(h.WeightNorm > 0) {
			t.Errorf("%+v", h)
		}
	}
	if _, err := c.NewModelFor(nn.Options{Batch: 1, Devices: cpus(t, 1)}); err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "not to resume") {
		t.Errorf("training goes on from it: %v", err)
	}
	m, err := c.NewModel(1, cpus(t, 1))
	if err != nil {
		t.Fatal(err)
	}
	m.Close()
}

// In a run, all of it is known, and agrees with the checkpoint of the moment.
func TestHealthOfARun(t *testing.T) {
	s := newSetup(t, 1)
	var live []train.LayerHealth
	path := ""
	s.during(func(m *train.Moment) (err error) {
		if m.State().Step != 9 {
			return nil
		}
		if live, err = train.Diagnose(m.Model()); err != nil {
			return err
		}
		path, err = m.Save()
		return err
	})
	s.KeepLast = 0
	s.run(t, context.Background())
	c, err := train.LoadCheckpoint(path)
	if err != nil {
		t.Fatal(err)
	}
	kept := map[string]train.LayerHealth{}
	for _, h := range c.Health() {
		kept[h.Name] = h
	}
	relus := 0
	for _, h := range live {
		k, weighted := kept[h.Name]
		switch {
		case !weighted:
			relus++
			if !(h.DeadReLUs >= 0 && h.DeadReLUs <= 1) || !math.IsNaN(h.WeightNorm) || !math.IsNaN(h.UpdateRatio) || !math.IsNaN(h.GradientNorm) {
				t.Errorf("%+v", h)
			}
		case h.WeightNorm != k.WeightNorm || h.UpdateRatio != k.UpdateRatio || !(h.GradientNorm > 0) || !math.IsNaN(h.DeadReLUs):
			t.Errorf("in the run %+v, in its checkpoint %+v", h, k)
		}
	}
	if len(live) != 7 || relus != 3 {
		t.Errorf("%d layers, %d of them ReLUs", len(live), relus)
	}
}
