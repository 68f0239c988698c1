package live

import (
	"math"
	"testing"

	"tandem/cmd/internal/scene"
	"tandem/engine/nn"
)

const oddRecipe = `"recipe":{"batch":7,"epochs":3,"rate":0.001,"momentum":0,"schedule":{"kind":"constant"},"images":{"subtract":"none","scale":0.01}}}`

var oddNets = map[string]string{
	"one layer": `{"name":"odd","input":[1,28,28],"nodes":[
		{"name":"fc","type":"fc","outputs":10,"weight":{"std":0.01,"rate_factor":1},"bias":{"rate_factor":1}},
		{"name":"softmax","type":"softmax"}],` + oddRecipe,
	"no convolution first": `{"name":"odd","input":[1,24,24],"nodes":[
		{"name":"pool","type":"pool","kind":"average","kernel":2,"stride":2},
		{"name":"norm","type":"lrn","size":3,"alpha":0.0001,"beta":0.75,"k":1},
		{"name":"conv","type":"conv","filters":5,"kernel":3,"weight":{"std":0.1,"rate_factor":1},"bias":{"rate_factor":1}},
		{"name":"act","type":"tanh"},
		{"name":"fc","type":"fc","outputs":10,"weight":{"std":0.1,"rate_factor":1},"bias":{"rate_factor":1}},
		{"name":"softmax","type":"softmax"}],` + oddRecipe,
}

// Every view of networks that leave out what others have comes without a panic.
func TestOddNetworks(t *testing.T) {
	for name, text := range oddNets {
		t.Run(name, func(t *testing.T) {
			c, _ := config(t, 5)
			net, err := nn.ParseNetwork([]byte(text), "odd.json")
			if err != nil {
				t.Fatal(err)
			}
			c.Net = net
			s, wait := start(t, c)
			wait()
			for _, n := range net.Nodes {
				for mode := range scene.Modes() {
					lookAround(t, s, scene.Unit{Layer: n.Name}, scene.Mode(mode))
				}
			}
			if r := s.Scene().Run; !math.IsNaN(r.Keep) || !math.IsNaN(r.Decay) || s.Scene().Lens != nil {
				t.Errorf("run %+v, lens %+v", r, s.Scene().Lens)
			}
		})
	}
}

// lookAround takes a unit to every view, and waits for what is there to see of it.
func lookAround(t *testing.T, s *Source, u scene.Unit, mode scene.Mode) {
	t.Helper()
	there := map[scene.View]func(*scene.Scene) bool{
		scene.OcclusionView:  func(sc *scene.Scene) bool { return sc.Occlusion != nil && sc.Occlusion.Unit == u },
		scene.PatchesView:    func(sc *scene.Scene) bool { return sc.Patches != nil && sc.Patches.Layer == u.Layer },
		scene.NeighboursView: func(sc *scene.Scene) bool { return sc.Neighbours != nil },
		scene.ConfusionView:  func(sc *scene.Scene) bool { return sc.Gallery != nil && sc.Survey != nil },
		scene.MapView:        func(sc *scene.Scene) bool { return sc.Map != nil },
		scene.BackwardView: func(sc *scene.Scene) bool {
			return mode == scene.NoBackward || sc.Backward != nil && sc.Backward.Mode == mode
		},
	}
	for _, v := range scene.Views() {
		s.Want(scene.Want{View: v, Unit: u, Backward: mode, Label: scene.Any, Predicted: scene.Any})
		if ok := there[v]; ok != nil {
			until(t, s, v.String()+" of "+u.Layer, ok)
		}
	}
}
