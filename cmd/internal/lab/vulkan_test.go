//go:build cgo

package lab

import (
	"testing"

	"tandem/cmd/internal/scene"
	"tandem/engine/device"
	"tandem/engine/nn"
	"tandem/engine/vulkan"
	"tandem/vk"
	"tandem/vk/vktest"
)

// The lab's passes on every Vulkan driver against float64.
func TestOnVulkan(t *testing.T) {
	t.Logf("seed %d", seed)
	vktest.Each(t, func(t *testing.T, p *vk.PhysicalDevice) {
		d, err := vulkan.Open("vulkan", p, vulkan.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		net := tinyNet(t)
		l := New(Options{Board: &scene.Board{}, Devices: []device.Device{d}, Images: noise{shape: stored, n: 2}})
		if err := l.SetNetwork(net, statsOf(stored)); err != nil {
			t.Fatal(err)
		}
		off := scene.Unit{Layer: "local3", Channel: 2}
		l.SetWeights(weightsOf(t, net, 1))
		l.Want(scene.Want{Photo: 1, Ablated: []scene.Unit{off}, View: scene.OcclusionView, OccludeSide: 1, OccludeStride: 50, Unit: scene.Unit{Layer: "conv1"}, Backward: scene.Gradient})
		b := newBench(t.Context(), l)
		defer b.close()
		b.turn()
		checkOnVulkan(t, l.options.Board.Scene(), net, off)
	})
}

func checkOnVulkan(t *testing.T, s *scene.Scene, net *nn.Network, off scene.Unit) {
	t.Helper()
	if s.Answer == nil || s.Backward == nil || s.Occlusion == nil {
		t.Fatalf("computed nothing: %q", notices(s))
	}
	w := weightsOf(t, net, 1)
	near(t, "ablated", s.Answer.Probabilities, newReference(t, net, w, s.Answer.Input.Data, off).out["softmax"], tolerance)
	near(t, "whole", s.Answer.Whole, newReference(t, net, w, s.Answer.Input.Data).out["softmax"], tolerance)
	near(t, "gradient", s.Backward.Map.Data, kernelAt(w.Params["conv1.weight"], 0, s.Backward.At, 1), tolerance)

	hidden := s.Answer.Input.Clone() // the mean at the middle
	for c := range 3 {
		hidden.Data[c*121+60] = 0
	}
	p := newReference(t, net, w, hidden.Data, off).out["softmax"][s.Occlusion.Class]
	near(t, "clear and hidden", []float32{s.Occlusion.Clear, s.Occlusion.Clear - s.Occlusion.Drop.Data[0]}, []float64{float64(s.Answer.Probabilities[s.Occlusion.Class]), p}, tolerance)
}
