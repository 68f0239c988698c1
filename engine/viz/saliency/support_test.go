package saliency

import (
	"os"
	"testing"
	"time"

	"tandem/engine/cpu"
	"tandem/engine/device"
	"tandem/engine/nn"
	"tandem/engine/tensor"
	"tandem/engine/weights"
)

// onVulkan runs f on each Vulkan driver of the tests; nil without cgo.
var onVulkan func(t *testing.T, f func(*testing.T, ...device.Device))

// everywhere runs f on a CPU device, on two of them, and on Vulkan.
func everywhere(t *testing.T, f func(*testing.T, ...device.Device)) {
	for name, workers := range map[string][]int{"CPU": {2}, "two CPUs": {1, 1}} {
		t.Run(name, func(t *testing.T) { f(t, cpus(t, workers...)...) })
	}
	if onVulkan != nil {
		t.Run("Vulkan", func(t *testing.T) { onVulkan(t, f) })
	}
}

func cpus(t *testing.T, workers ...int) []device.Device {
	var all []device.Device
	for _, w := range workers {
		d := cpu.New(w)
		t.Cleanup(func() { d.Close() })
		all = append(all, d)
	}
	return all
}

// golden is what golden.py has written.
type golden struct{ *weights.File }

func readGolden(t *testing.T) golden {
	t.Helper()
	f, err := weights.Read("testdata/golden.safetensors")
	if err != nil {
		t.Fatal(err)
	}
	return golden{f}
}

// model binds the golden network for inference.
func (g golden) model(t *testing.T, batch int, devices ...device.Device) *nn.Model {
	t.Helper()
	text, err := os.ReadFile("testdata/net.json")
	if err != nil {
		t.Fatal(err)
	}
	net, err := nn.ParseNetwork(text, "testdata/net.json")
	if err != nil {
		t.Fatal(err)
	}
	m, err := nn.New(net, nn.Options{Batch: batch, Devices: devices, Inference: true, InputGradient: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.Close)
	for _, p := range m.Params() {
		if err := m.WriteParam(p.Name, nn.Weights, g.Tensors["param/"+p.Name]); err != nil {
			t.Fatal(err)
		}
	}
	return m
}

func show(m *nn.Model, images []float32) {
	m.Load(images, make([]float32, m.Batch()))
	m.Infer()
}

// near demands got to be within tolerance of want, in shape and values.
func near(t *testing.T, name string, got, want *tensor.Tensor, tolerance float64) {
	t.Helper()
	if !got.Shape.Equal(want.Shape) {
		t.Errorf("%s: shape %v, want %v", name, got.Shape, want.Shape)
		return
	}
	exact := make([]float64, len(want.Data))
	for i, v := range want.Data {
		exact[i] = float64(v)
	}
	if w := tensor.Worst(got.Data, exact); !(w.Error <= tolerance) {
		t.Errorf("%s: %v, tolerance %g", name, w, tolerance)
	}
}

// normals draws a tensor that differs from run to run.
func normals(t *testing.T, shape ...int) *tensor.Tensor {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	x := tensor.New(shape...)
	tensor.NewStream(seed, 1, 0).FillNormal(x.Data, 0, 1)
	return x
}

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}
