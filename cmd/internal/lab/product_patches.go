package lab

import (
	"context"
	"image"
	"slices"

	"tandem/cmd/internal/scene"
	"tandem/engine/viz"
)

// patches shows the parts of test images that excite the units of a layer most.
type patches struct{ of *surveyor }

type patchesKey struct {
	layer string
	first int // of the units whose patches get pictures
}

// maxPictured is how many units' patches get pictures.
const maxPictured = 512

// A few dozen units appear at a time: all at once would keep the user waiting, one
// by one would copy the list of units too often.
const unitsAtATime = 32

func (patches) name() string { return "patches" }
func (patches) long() bool   { return true }

func (p patches) wish(b *bench) wish {
	if b.want.View != scene.PatchesView || p.of.current == nil || b.net.Node(b.want.Unit.Layer) == nil {
		return wish{}
	}
	first, _ := window(b.want.Unit.Channel, b.shapes[b.want.Unit.Layer][0], maxPictured)
	return wish{patchesKey{b.want.Unit.Layer, first}, p.of.current.weights}
}

func (p patches) compute(_ context.Context, b *bench, _ *scene.Weights) error {
	s, want := p.of.current, b.want.Unit
	layer := standIn(b.net, want.Layer, s.has)
	if layer == "" { // no layer with such units was surveyed
		b.publish(func(sc *scene.Scene) { sc.Patches = &scene.Patches{Layer: want.Layer, Step: s.weights.Step} })
		return nil
	}
	units, known := s.places(layer, b.labelled()), map[spot]*image.RGBA{}
	first, end := window(want.Channel, len(units), maxPictured)
	start := min(max(want.Channel, first), end-1) // the user looks at this one
	for i := range end - first {
		u := first + (start-first+i)%(end-first)
		list, err := b.pictured(units[u], known)
		if err != nil {
			return err
		}
		units[u] = list
		if done := i + 1; done == 1 || done == end-first || done%unitsAtATime == 0 {
			shown := &scene.Patches{Layer: want.Layer, Values: layer, Step: s.weights.Step, Units: slices.Clone(units)}
			b.publish(func(s *scene.Scene) { s.Patches = shown })
		}
		if err := b.pause(i+1, end-first); err != nil {
			return err
		}
	}
	return nil
}

// places lists the patches of a layer's units, without pictures.
func (s *surveyed) places(layer string, labelled bool) [][]scene.Patch {
	l, labels := s.Layer(layer), map[int]int{}
	for _, o := range s.Outcomes {
		labels[o.Image] = viz.Unknown
		if labelled {
			labels[o.Image] = o.Label
		}
	}
	units := make([][]scene.Patch, len(l.Units))
	for u := range l.Units {
		for _, p := range l.Units[u].Patches() {
			units[u] = append(units[u], scene.Patch{Photo: p.Image, Label: labels[p.Image], Value: p.Value, Field: s.Rectangle(layer, p)})
		}
	}
	return units
}

// spot is a part of an image. Units of a fully connected layer see all of it, and
// many are excited by the same few.
type spot struct {
	photo int
	field image.Rectangle
}

// pictured returns the patches with their pictures, made unless they are known.
func (b *bench) pictured(list []scene.Patch, known map[spot]*image.RGBA) ([]scene.Patch, error) {
	list = slices.Clone(list)
	for i := range list {
		at := spot{list[i].Photo, list[i].Field}
		if known[at] == nil {
			p, err := b.photo(at.photo)
			if err != nil {
				return nil, err
			}
			known[at] = b.small(p, at.field)
		}
		list[i].Picture = known[at]
	}
	return list, nil
}
