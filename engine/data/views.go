package data

import (
	"fmt"

	"tandem/engine/tensor"
)

// Views returns the crops a stored image is judged by: 1 (the centre), 2 (the
// centre and its mirror image), 5 (four corners and the centre) or 10 (those
// five, then their mirror images: section 4.1 of the paper).
func (t *Transform) Views(n int) ([]View, error) {
	bottom, right := t.in[1]-t.out[1], t.in[2]-t.out[2]
	places := []View{{}, {Left: right}, {Top: bottom}, {Top: bottom, Left: right}, t.centre()}
	switch n {
	case 1, 2:
		places = places[4:]
	case 5, 10:
	default:
		return nil, fmt.Errorf("%d views of an image: choose 1, 2, 5 or 10", n)
	}
	for _, v := range places[:n-len(places)] {
		v.Flip = true
		places = append(places, v)
	}
	return places, nil
}

func (t *Transform) centre() View {
	return View{Top: (t.in[1] - t.out[1]) / 2, Left: (t.in[2] - t.out[2]) / 2}
}

// augmenter draws the random views of training. Its numbers depend on the seed
// and on a sample's position in the run alone.
type augmenter struct {
	*Transform
	flips              bool
	crop, flip, colour tensor.Stream
}

func newAugmenter(t *Transform, a Augment, seed uint64) *augmenter {
	stream := func(name string) tensor.Stream { return tensor.NewStream(seed, tensor.Purpose(name), 0) }
	return &augmenter{t, a.Flip, stream("crop"), stream("flip"), stream("colour")}
}

// view returns the crop, flip and colour shift of the sample at a position of
// the run.
func (a *augmenter) view(position uint64) View {
	v := View{
		Top:  a.crop.Intn(2*position, a.in[1]-a.out[1]+1),
		Left: a.crop.Intn(2*position+1, a.in[2]-a.out[2]+1),
		Flip: a.flips && a.flip.Intn(position, 2) == 1,
	}
	if a.noise != 0 {
		v.Colour = a.colourShift(position)
	}
	return v
}

// colourShift is the sum over i of alpha_i * sqrt(lambda_i) * p_i, with alpha_i
// drawn once for the whole image (section 4.1 of the paper).
func (a *augmenter) colourShift(position uint64) (shift [3]float32) {
	for i, axis := range a.axes {
		alpha := a.noise * a.colour.Normal(4*position+uint64(i))
		for c, x := range axis {
			shift[c] += alpha * x
		}
	}
	return shift
}
