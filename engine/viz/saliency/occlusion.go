package saliency

import (
	"context"
	"fmt"
	"image"

	"tandem/engine/nn"
	"tandem/engine/tensor"
)

// Occlusion slides a grey square over an image and asks the network at each place
// (Zeiler and Fergus 2013, section 4.2 and figure 7): where an answer depends on
// what is hidden, the network has looked at the right thing.
type Occlusion struct {
	Class  int  // whose probability is read
	Unit   Unit // read at each place, too; none where its Layer is ""
	Side   int  // of the square, in pixels
	Stride int  // pixels from one place to the next

	// Grey is an image of nothing but grey, C x H x W, prepared as the network's
	// images are; nil is zero, which is the mean where that is subtracted.
	Grey *tensor.Tensor

	Progress func(done, total int) // called after each batch, in images; may be nil
}

// OcclusionMap is what a network made of the places, row by row. Each stands for
// Stride x Stride pixels in whose middle the square was; the image cuts squares
// off at its borders.
type OcclusionMap struct {
	Probability *tensor.Tensor // rows x columns
	Activation  *tensor.Tensor // rows x columns; nil without a unit
	Likeliest   []int          // the most probable class at each place

	// Of the image with nothing hidden.
	ClearProbability, ClearActivation float32
	ClearLikeliest                    int
}

// Drop returns by how much each place lowers the probability: positive where
// something was hidden that speaks for the class.
func (o *OcclusionMap) Drop() *tensor.Tensor {
	d := o.Probability.Clone()
	for i, p := range d.Data {
		d.Data[i] = o.ClearProbability - p
	}
	return d
}

// Run returns the map of an image, C x H x W. It fills the model's batches, which
// hold the last squares afterwards. A cancelled ctx ends it between two batches.
func (o Occlusion) Run(ctx context.Context, m *nn.Model, img *tensor.Tensor) (*OcclusionMap, error) {
	if err := o.check(m, img); err != nil {
		return nil, err
	}
	s := o.newSlide(img)
	total := 1 + s.rows*s.cols
	for first := 0; first < total; first += m.Batch() {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		n := min(m.Batch(), total-first)
		if err := s.ask(m, first, n); err != nil {
			return nil, err
		}
		if o.Progress != nil {
			o.Progress(first+n, total)
		}
	}
	return &s.out, nil
}

func (o Occlusion) check(m *nn.Model, img *tensor.Tensor) error {
	classes := m.Net.Output()
	shapes, err := m.Net.Infer()
	if err != nil {
		return err
	}
	switch n := shapes[classes.Name].Size(); {
	case !img.Shape.Equal(m.Net.Input):
		return fmt.Errorf("network %s takes images of %s, got %s", m.Net.Name, m.Net.Input, img.Shape)
	case o.Grey != nil && !o.Grey.Shape.Equal(img.Shape):
		return fmt.Errorf("the grey image is %s, the image %s", o.Grey.Shape, img.Shape)
	case o.Side < 1 || o.Stride < 1:
		return fmt.Errorf("the square's side and stride must be at least 1, got %d and %d", o.Side, o.Stride)
	case o.Class < 0 || o.Class >= n:
		return fmt.Errorf("network %s knows classes 0 to %d, got %d", m.Net.Name, n-1, o.Class)
	}
	return nil
}

// slide is a map in the making. Image 0 of its row of images hides nothing, image
// 1+k has the square at place k.
type slide struct {
	Occlusion
	img        *tensor.Tensor
	rows, cols int
	batch      []float32
	out        OcclusionMap
}

func (o Occlusion) newSlide(img *tensor.Tensor) *slide {
	s := &slide{Occlusion: o, img: img}
	s.rows = (img.Shape[1] + o.Stride - 1) / o.Stride
	s.cols = (img.Shape[2] + o.Stride - 1) / o.Stride
	s.out.Probability = tensor.New(s.rows, s.cols)
	s.out.Likeliest = make([]int, s.rows*s.cols)
	if o.Unit.Layer != "" {
		s.out.Activation = tensor.New(s.rows, s.cols)
	}
	return s
}

// ask shows the network n of the images.
func (s *slide) ask(m *nn.Model, first, n int) error {
	s.batch = s.batch[:0]
	for i := first; i < first+n; i++ {
		s.batch = append(s.batch, s.img.Data...)
		if i > 0 {
			s.hide(s.batch[len(s.batch)-len(s.img.Data):], s.square(i-1))
		}
	}
	m.Load(s.batch, make([]float32, n))
	m.Infer()
	probs, err := m.Probabilities(n)
	if err != nil {
		return err
	}
	s.note(first, n, probs)
	if s.out.Activation == nil {
		return nil
	}
	responses, err := Responses(m, s.Unit, n)
	if err != nil {
		return err
	}
	s.noteUnit(first, responses)
	return nil
}

// square returns the pixels that are hidden at place k.
func (s *slide) square(k int) image.Rectangle {
	h, w := s.img.Shape[1], s.img.Shape[2]
	middle := image.Pt(k%s.cols, k/s.cols).Mul(s.Stride).Add(image.Pt(s.Stride/2, s.Stride/2))
	lo := image.Pt(min(middle.X, w-1), min(middle.Y, h-1)).Sub(image.Pt(s.Side/2, s.Side/2))
	return image.Rectangle{lo, lo.Add(image.Pt(s.Side, s.Side))}.Intersect(image.Rect(0, 0, w, h))
}

// hide makes a square of dst, C x H x W, grey.
func (s *slide) hide(dst []float32, r image.Rectangle) {
	h, w := s.img.Shape[1], s.img.Shape[2]
	for c := range s.img.Shape[0] {
		for y := r.Min.Y; y < r.Max.Y; y++ {
			lo, hi := (c*h+y)*w+r.Min.X, (c*h+y)*w+r.Max.X
			if s.Grey == nil {
				clear(dst[lo:hi])
			} else {
				copy(dst[lo:hi], s.Grey.Data[lo:hi])
			}
		}
	}
}

func (s *slide) note(first, n int, probs *tensor.Tensor) {
	classes := probs.Shape[1]
	for i := range n {
		row := probs.Data[i*classes:][:classes]
		p, likeliest := row[s.Class], largest(row)
		if k := first + i - 1; k >= 0 {
			s.out.Probability.Data[k], s.out.Likeliest[k] = p, likeliest
		} else {
			s.out.ClearProbability, s.out.ClearLikeliest = p, likeliest
		}
	}
}

func (s *slide) noteUnit(first int, responses []Response) {
	for i, r := range responses {
		if k := first + i - 1; k >= 0 {
			s.out.Activation.Data[k] = r.Value
		} else {
			s.out.ClearActivation = r.Value
		}
	}
}
