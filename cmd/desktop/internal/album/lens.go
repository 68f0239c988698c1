package album

import (
	"tandem/cmd/internal/lab"
	"tandem/cmd/internal/scene"
	"tandem/engine/train"
)

// lensHistory measures all checkpoints' first kernels, one at a time.
type lensHistory struct {
	done   map[entry]bool
	points []scene.LensPoint
}

// advance measures the next checkpoint that has not been, and asks to be called
// again while there are more.
func (h *lensHistory) advance(a *Album) {
	if h.done == nil {
		h.done = map[entry]bool{}
	}
	for i, e := range a.entries {
		if h.done[e] {
			continue
		}
		h.done[e] = true
		h.measure(a, e)
		a.publishSeries()
		if i+1 < len(a.entries) {
			a.poke()
		}
		return
	}
}

// measure adds a checkpoint to the history; one that cannot be read is left out,
// and is named when somebody wants to see it.
func (h *lensHistory) measure(a *Album, e entry) {
	c, err := train.LoadCheckpoint(e.path)
	if err != nil || !sameNetwork(a.loaded, c) {
		return
	}
	l := lab.LensOf(c.Net, &scene.Weights{Step: c.State.Step, Params: c.Params()})
	if l == nil {
		return
	}
	p := scene.LensPoint{Step: l.Step, Towers: l.Towers}
	h.points = append(h.points, p)
	a.lock.Lock()
	defer a.lock.Unlock()
	if a.lab != nil {
		a.lab.AddLens(p)
	}
}
