package lab

import (
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

// labelled tells whether the test images have labels.
func (b *bench) labelled() bool { return len(b.images.Classes()) > 0 }

// sample is a number of images of a set, evenly chosen. Sets of class folders are
// sorted by class.
type sample struct {
	data.Dataset
	count int
}

func newSample(ds data.Dataset, count int) sample {
	if count <= 0 || count > ds.Len() {
		count = ds.Len()
	}
	return sample{ds, count}
}

func (s sample) Len() int { return s.count }

// index returns the number in the set of image i.
func (s sample) index(i int) int { return i * s.Dataset.Len() / s.count }

// Read reads image i. A missing label becomes 0, for devices index by labels.
func (s sample) Read(i int, dst []byte) (label int, err error) {
	label, err = s.Dataset.Read(s.index(i), dst)
	if label == viz.Unknown {
		label = 0
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
