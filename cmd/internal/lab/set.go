package lab

import (
	"fmt"
	"image"

	"tandem/cmd/internal/scene"
	"tandem/engine/data"
	"tandem/engine/viz"
	"tandem/engine/viz/survey"
)

// SetOptions say how much of the test images views of all of them take in.
type SetOptions struct {
	Survey int // images of a survey, evenly chosen; 0: all
	Map    int // images of a map, evenly chosen among the survey's, at most survey.MaxPoints; 0: 1000
}

// setProducts lists the products that look at whole sets of images or walk uphill.
// The survey comes last, for the others show what it has found.
func setProducts(o SetOptions) []product {
	s := &surveyor{images: o.Survey}
	return []product{
		&lens{}, &gallery{of: s}, &patches{of: s}, &neighbours{of: s}, &embedding{of: s, points: o.Map}, ascent{}, s,
	}
}

// classes returns how many classes the network knows.
func (n *network) classes() int { return n.shapes[n.net.Output().Name].Size() }

// labelled tells whether the test images have labels.
func (b *bench) labelled() bool { return len(b.images.Classes()) > 0 }

// sample is a number of images of a set, evenly chosen. Sets of class folders are
// sorted by class.
type sample struct {
	data.Dataset
	count   int
	classes int // that the network knows
}

func (b *bench) sample(count int) sample {
	if n := b.images.Len(); count <= 0 || count > n {
		count = n
	}
	return sample{b.images, count, b.classes()}
}

func (s sample) Len() int { return s.count }

// index returns the number in the set of image i.
func (s sample) index(i int) int { return i * s.Dataset.Len() / s.count }

// Read reads image i. A missing label becomes 0, and one that the network does not
// know is an error, for devices index by labels.
func (s sample) Read(i int, dst []byte) (label int, err error) {
	label, err = s.Dataset.Read(s.index(i), dst)
	switch {
	case label == viz.Unknown:
		label = 0
	case err == nil && (label < 0 || label >= s.classes):
		err = fmt.Errorf("test image %d is of class %d, and the network knows %d classes: open the data that it learned from", s.index(i), label, s.classes)
	}
	return label, err
}

// smallSide is the longer side in pixels that pictures of patches and images are
// shrunk to.
const smallSide = 64

// thumbnail returns a test image, made small, and what the network made of it.
func (b *bench) thumbnail(o survey.Outcome) (scene.Thumbnail, error) {
	p, err := b.photo(o.Image)
	if err != nil {
		return scene.Thumbnail{}, err
	}
	return scene.Thumbnail{
		Photo: o.Image, Picture: b.small(p, image.Rectangle{Max: image.Pt(b.net.Input[2], b.net.Input[1])}),
		Label: p.label, Predicted: o.Predicted, Probability: o.Probability,
	}, nil
}

// small returns a part of what the network sees of an image, made small.
func (b *bench) small(p photo, field image.Rectangle) *image.RGBA {
	return viz.Shrink(b.picture(p.stored).SubImage(field), smallSide)
}
