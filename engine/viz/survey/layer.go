package survey

import (
	"runtime"
	"sync"

	"tandem/engine/tensor"
)

// Layer is what a layer did over all images observed. A convolution whose
// nonlinearity takes its place shows the values after it: see
// nn.Model.Activation.
type Layer struct {
	Name      string
	Shape     tensor.Shape // of its output for one image
	Units     []Unit       // channels of maps, elements of a vector
	Histogram Histogram
}

// Unit is what a channel did: at all places of its map together, or as one
// element of a vector.
type Unit struct {
	Stats
	best patches
}

func newLayer(name string, shape tensor.Shape, keep, bins int) *Layer {
	l := &Layer{Name: name, Shape: shape, Units: make([]Unit, shape[0]), Histogram: Histogram{limit: bins}}
	for i := range l.Units {
		l.Units[i].best.keep = keep
	}
	return l
}

// add takes in a batch, (n, C, H, W) or (n, F), of the images with those indices.
func (l *Layer) add(t *tensor.Tensor, images []int) {
	wide := 1
	if len(l.Shape) == 3 {
		wide = l.Shape[2]
	}
	area := l.Shape.Size() / len(l.Units)
	seen := make([]Stats, len(l.Units))
	inChunks(len(l.Units), func(lo, hi int) {
		for row, image := range images {
			for c := lo; c < hi; c++ {
				seen[c].merge(l.Units[c].add(t.Data[(row*len(l.Units)+c)*area:][:area], image, wide))
			}
		}
	})
	var all Stats
	for c, s := range seen {
		l.Units[c].merge(s)
		all.merge(s)
	}
	if all.Count > 0 {
		l.Histogram.add(t.Data, all.Min, all.Max)
	}
}

// add takes in one image's map, and returns its statistics.
func (u *Unit) add(values []float32, image, wide int) Stats {
	s, largest := statsOf(values)
	if largest >= 0 {
		u.best.offer(Patch{Image: image, Value: values[largest], Row: largest / wide, Column: largest % wide})
	}
	return s
}

// Stats returns the statistics of all units together.
func (l *Layer) Stats() Stats {
	var all Stats
	for _, u := range l.Units {
		all.merge(u.Stats)
	}
	return all
}

// Silent lists the units that were never above zero. After a ReLU those are
// dead: no image passes a gradient back through them.
func (l *Layer) Silent() []int {
	var silent []int
	for i, u := range l.Units {
		if u.Count > 0 && !(u.Max > 0) {
			silent = append(silent, i)
		}
	}
	return silent
}

// inChunks calls f on parts of [0, n) from as many goroutines as there are cores.
func inChunks(n int, f func(lo, hi int)) {
	chunk := (n + runtime.GOMAXPROCS(0) - 1) / runtime.GOMAXPROCS(0)
	var wg sync.WaitGroup
	for lo := 0; lo < n; lo += chunk {
		wg.Go(func() { f(lo, min(lo+chunk, n)) })
	}
	wg.Wait()
}
