package data

import (
	"errors"
	"fmt"
	"math"

	"tandem/engine/tensor"
)

// Subtract names what is taken off every pixel before a network sees it.
type Subtract string

const (
	// SubtractNone leaves the pixels as they are.
	SubtractNone Subtract = "none"
	// SubtractMeanRGB takes off each channel's mean.
	SubtractMeanRGB Subtract = "mean-rgb"
	// SubtractMeanImage takes off the mean of the very pixel, before cropping
	// (section 2 of the paper; Caffe's data_transformer.cpp).
	SubtractMeanImage Subtract = "mean-image"
	// SubtractMeanCentre takes the centre crop of the mean image off every crop,
	// wherever it was cut and flipped or not (convdata.py of cuda-convnet).
	SubtractMeanCentre Subtract = "mean-image-centre"
)

// Augment says how stored images become the network's input.
type Augment struct {
	// Crop is the side of the square the network sees, 0 for the whole image.
	// Training cuts it at random; evaluation at the centre or at ten places.
	Crop int `json:"crop,omitempty"`
	// Flip mirrors training images left to right with probability one half.
	Flip bool `json:"flip,omitempty"`
	// ColourNoise is the standard deviation of the paper's alpha_i (0.1 there).
	// Every training image gets the sum of alpha_i * sqrt(lambda_i) * p_i added,
	// for the eigenvectors p_i and eigenvalues lambda_i of the pixels'
	// covariance. The paper prints lambda_i without the root; the released code
	// takes it, and without it the noise would exceed the range of a byte.
	ColourNoise float32  `json:"colour_noise,omitempty"`
	Subtract    Subtract `json:"subtract,omitempty"` // "" is SubtractNone
	// Scale multiplies what is left after the subtraction. 0 is 1: raw bytes,
	// as the paper has them.
	Scale float32 `json:"scale,omitempty"`
}

// View is one way to cut a network's input out of a stored image.
type View struct {
	Top, Left int        // corner of the crop
	Flip      bool       // mirrored left to right, after cropping
	Colour    [3]float32 // added to every pixel of a channel, in units of bytes
}

// Transform turns stored bytes into network input. Safe for concurrent use.
type Transform struct {
	in, out tensor.Shape
	scale   float32
	means   []float32  // of in's shape if aligned, else of out's, or one zero
	aligned bool       // the mean is taken at the pixel's place in the stored image
	channel [3]float32 // subtracted from whole channels
	noise   float32
	axes    [3][3]float32 // axes[i] is sqrt(lambda_i) * p_i
}

// NewTransform prepares a for images of shape in (C, H, W). The statistics may
// be nil if a neither subtracts nor adds noise. Sizes that do not fit and
// missing statistics are errors.
func NewTransform(in tensor.Shape, stats *Stats, a Augment) (*Transform, error) {
	out := in.Clone()
	if a.Crop > 0 {
		out[1], out[2] = a.Crop, a.Crop
	}
	if a.Crop < 0 || out[1] > in[1] || out[2] > in[2] {
		return nil, fmt.Errorf("a crop of %d pixels does not fit into images of %d x %d: "+
			"resize the images to a larger size or take a network for smaller ones", a.Crop, in[2], in[1])
	}
	t := &Transform{in: in.Clone(), out: out, scale: a.Scale, means: []float32{0}, noise: a.ColourNoise}
	if t.scale == 0 {
		t.scale = 1
	}
	if err := t.useStats(stats, a); err != nil {
		return nil, err
	}
	return t, nil
}

func (t *Transform) useStats(s *Stats, a Augment) error {
	subtracts := a.Subtract != SubtractNone && a.Subtract != ""
	if !subtracts && a.ColourNoise == 0 {
		return nil
	}
	if err := s.fits(t.in, a); err != nil {
		return err
	}
	switch a.Subtract {
	case SubtractNone, "":
	case SubtractMeanRGB:
		for c, m := range s.Mean {
			t.channel[c] = float32(m)
		}
	case SubtractMeanImage:
		t.means, t.aligned = s.MeanImage, true
	case SubtractMeanCentre:
		t.means = cropFloats(s.MeanImage, t.in, t.out, t.centre())
	default:
		return fmt.Errorf("unknown subtraction %q: known are %s, %s, %s, %s",
			a.Subtract, SubtractNone, SubtractMeanRGB, SubtractMeanImage, SubtractMeanCentre)
	}
	if a.ColourNoise != 0 {
		t.axes = s.axes()
	}
	return nil
}

// fits reports what of s is missing or ill-shaped for images of shape in.
func (s *Stats) fits(in tensor.Shape, a Augment) error {
	if s == nil {
		return errors.New("mean subtraction and colour noise need the statistics of a training set, and there are none: " +
			"compute them, or turn both off")
	}
	c := in[0]
	usesImage := a.Subtract == SubtractMeanImage || a.Subtract == SubtractMeanCentre
	switch {
	case c > 3, len(s.Mean) != c, len(s.Eigenvalues) != c, !square(s.Eigenvectors, c):
		return fmt.Errorf("the statistics are for images of %d channels, these have %d", len(s.Mean), c)
	case usesImage && (!s.Shape.Equal(in) || len(s.MeanImage) != in.Size()):
		return fmt.Errorf("the mean image is of %v images, these are %v: open them at the same size", s.Shape, in)
	}
	return nil
}

func square(rows [][]float64, n int) bool {
	for _, r := range rows {
		if len(r) != n {
			return false
		}
	}
	return len(rows) == n
}

// axes scales each eigenvector by the pixels' standard deviation along it.
func (s *Stats) axes() (axes [3][3]float32) {
	for i, vector := range s.Eigenvectors {
		for c, x := range vector {
			axes[i][c] = float32(math.Sqrt(max(0, s.Eigenvalues[i])) * x)
		}
	}
	return axes
}

// cropFloats cuts a C x h x w block out of an image of shape in.
func cropFloats(image []float32, in, out tensor.Shape, v View) []float32 {
	crop := make([]float32, 0, out.Size())
	for c := range out[0] {
		for y := range out[1] {
			start := (c*in[1]+v.Top+y)*in[2] + v.Left
			crop = append(crop, image[start:start+out[2]]...)
		}
	}
	return crop
}

// Shape is (C, h, w) of what Apply produces.
func (t *Transform) Shape() tensor.Shape { return t.out }

// Apply computes one view of a stored image: dst (C x h x w) becomes
// (pixel - mean + colour) * scale.
func (t *Transform) Apply(dst []float32, src []byte, v View) {
	if len(dst) != t.out.Size() || len(src) != t.in.Size() {
		panic(fmt.Sprintf("data: transform of %d bytes to %d floats, want %v to %v", len(src), len(dst), t.in, t.out))
	}
	h, w := t.out[1], t.out[2]
	for c := range t.out[0] {
		for y := range h {
			row := dst[(c*h+y)*w:][:w]
			t.applyRow(row, src, c, y, v)
		}
	}
}

// applyRow computes row y of channel c. The pixel at s and its mean at m move
// along by ds and dm: backwards where the row is mirrored.
func (t *Transform) applyRow(row []float32, src []byte, c, y int, v View) {
	s, ds := (c*t.in[1]+v.Top+y)*t.in[2]+v.Left, 1
	if v.Flip {
		s, ds = s+len(row)-1, -1
	}
	m, dm := 0, 0
	switch {
	case t.aligned:
		m, dm = s, ds
	case len(t.means) > 1:
		m, dm = (c*t.out[1]+y)*t.out[2], 1
	}
	add := v.Colour[c] - t.channel[c]
	for x := range row {
		row[x] = (float32(src[s]) - t.means[m] + add) * t.scale
		s, m = s+ds, m+dm
	}
}
