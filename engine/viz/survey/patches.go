package survey

import (
	"container/heap"
	"fmt"
	"image"
	"slices"
)

// Patch is the place of an image at which a unit is strongest.
type Patch struct {
	Image       int     // its index in the dataset
	Value       float32 // of the unit there, above zero
	Row, Column int     // in the unit's map, the first such place; 0, 0 in a vector
}

// before orders patches: the stronger first, of equal ones that of the earlier
// image, whatever order they came in.
func (p Patch) before(o Patch) bool {
	return p.Value > o.Value || p.Value == o.Value && p.Image < o.Image
}

// patches is a heap of the best so far, the worst of them on top.
type patches struct {
	keep int
	list []Patch
}

func (h *patches) Len() int           { return len(h.list) }
func (h *patches) Less(i, j int) bool { return h.list[j].before(h.list[i]) }
func (h *patches) Swap(i, j int)      { h.list[i], h.list[j] = h.list[j], h.list[i] }
func (h *patches) Push(p any)         { h.list = append(h.list, p.(Patch)) }
func (h *patches) Pop() any           { panic("survey: patches are replaced, never taken out") }

// offer takes in p if it is among the best. What does not excite the unit is no
// patch, so a dead one has none.
func (h *patches) offer(p Patch) {
	switch {
	case !(p.Value > 0):
	case len(h.list) < h.keep:
		heap.Push(h, p)
	case p.before(h.list[0]):
		h.list[0] = p
		heap.Fix(h, 0)
	}
}

// Patches returns the patches of a unit, one an image, the strongest first.
func (u *Unit) Patches() []Patch {
	best := slices.Clone(u.best.list)
	slices.SortFunc(best, func(a, b Patch) int {
		if a.before(b) {
			return -1
		}
		return 1
	})
	return best
}

// Rectangle returns the part of the network's input that a patch of a layer's
// unit is, within the image. Where evaluation crops, the input is the middle of
// the stored image.
func (s *Survey) Rectangle(layer string, p Patch) image.Rectangle {
	if s.Layer(layer) == nil {
		panic(fmt.Sprintf("survey: layer %s was not surveyed", layer))
	}
	return s.net.ReceptiveField(s.shapes, layer, image.Rect(p.Column, p.Row, p.Column+1, p.Row+1))
}
