package data

import (
	"context"
	"errors"

	"gonum.org/v1/gonum/mat"

	"tandem/engine/tensor"
)

// Stats describes the pixels of a training set, in units of bytes (0 to 255).
type Stats struct {
	Shape  tensor.Shape `json:"shape"`  // (C, H, W) of the images
	Images int          `json:"images"` // that were counted; broken ones are not
	// MeanImage has the mean of every pixel and channel. It is large, so
	// checkpoints keep it as a tensor and not in their JSON.
	MeanImage []float32 `json:"-"`
	Mean      []float64 `json:"mean"` // by channel
	// Cov[a][b] is the covariance of channels a and b over all pixels of all
	// images.
	Cov [][]float64 `json:"covariance"`
	// Eigenvalues of Cov, largest first, and their unit eigenvectors:
	// Eigenvectors[i] belongs to Eigenvalues[i], its largest component positive.
	Eigenvalues  []float64   `json:"eigenvalues"`
	Eigenvectors [][]float64 `json:"eigenvectors"`
}

// ComputeStats reads every image of ds once, on all cores. Sums are kept in
// whole numbers, so the result is the same on any number of cores. Broken
// images are left out. progress, if not nil, is told how far it is.
func ComputeStats(ctx context.Context, ds Dataset, progress func(done, total int)) (*Stats, error) {
	var parts []*sums
	err := parallel(ctx, ds.Len(), progress, func() func(int) error {
		part, image := newSums(ds.Shape()), make([]byte, ds.Shape().Size())
		parts = append(parts, part)
		return func(i int) error {
			_, err := ds.Read(i, image)
			if asBroken(err) != nil {
				return nil
			}
			if err == nil {
				part.add(image)
			}
			return err
		}
	})
	if err != nil {
		return nil, err
	}
	total := newSums(ds.Shape())
	for _, part := range parts {
		total.merge(part)
	}
	if total.images == 0 {
		return nil, errors.New("no statistics: the training set has no readable image")
	}
	return total.stats(), nil
}

// sums accumulates whole numbers: 64 bits hold 2^48 squares of a byte.
type sums struct {
	shape    tensor.Shape
	images   int
	pixel    []uint64   // by place and channel
	products [][]uint64 // products[a][b], b >= a: sum of channel a times channel b
}

func newSums(shape tensor.Shape) *sums {
	s := &sums{shape: shape, pixel: make([]uint64, shape.Size()), products: make([][]uint64, shape[0])}
	for a := range s.products {
		s.products[a] = make([]uint64, shape[0])
	}
	return s
}

// add counts one image.
func (s *sums) add(image []byte) {
	s.images++
	for i, b := range image {
		s.pixel[i] += uint64(b)
	}
	n := len(image) / s.shape[0]
	for a := range s.products {
		for b := a; b < len(s.products); b++ {
			s.products[a][b] += dotBytes(image[a*n:][:n], image[b*n:][:n])
		}
	}
}

// dotBytes multiplies in 32 bits, which hold the products of 2^16 bytes.
func dotBytes(a, b []byte) (sum uint64) {
	const chunk = 1 << 16
	for len(a) > 0 {
		n := min(chunk, len(a))
		var part uint32
		for i, x := range a[:n] {
			part += uint32(x) * uint32(b[i])
		}
		sum += uint64(part)
		a, b = a[n:], b[n:]
	}
	return sum
}

func (s *sums) merge(t *sums) {
	s.images += t.images
	for i, v := range t.pixel {
		s.pixel[i] += v
	}
	for a, row := range t.products {
		for b, v := range row {
			s.products[a][b] += v
		}
	}
}

func (s *sums) stats() *Stats {
	channels := s.shape[0]
	st := &Stats{Shape: s.shape.Clone(), Images: s.images, MeanImage: make([]float32, len(s.pixel))}
	perChannel := len(s.pixel) / channels
	channelSums := make([]uint64, channels)
	for i, v := range s.pixel {
		st.MeanImage[i] = float32(float64(v) / float64(s.images))
		channelSums[i/perChannel] += v
	}
	n := float64(s.images) * float64(perChannel)
	for _, v := range channelSums {
		st.Mean = append(st.Mean, float64(v)/n)
	}
	cov := mat.NewSymDense(channels, nil)
	for a := range channels {
		for b := a; b < channels; b++ {
			cov.SetSym(a, b, float64(s.products[a][b])/n-st.Mean[a]*st.Mean[b])
		}
	}
	st.decompose(cov)
	return st
}

// decompose fills in the covariance and its eigenvectors, largest first.
func (st *Stats) decompose(cov *mat.SymDense) {
	var eigen mat.EigenSym
	if !eigen.Factorize(cov, true) {
		panic("data: a finite symmetric matrix without eigenvectors")
	}
	var vectors mat.Dense
	eigen.VectorsTo(&vectors)
	values := eigen.Values(nil) // smallest first
	n := len(values)
	for i := range n {
		st.Cov = append(st.Cov, mat.Row(nil, i, cov))
		st.Eigenvalues = append(st.Eigenvalues, max(0, values[n-1-i]))
		st.Eigenvectors = append(st.Eigenvectors, facingForward(mat.Col(nil, n-1-i, &vectors)))
	}
}

// facingForward fixes a vector's sign, which an eigenvector leaves open.
func facingForward(v []float64) []float64 {
	largest := 0.0
	for _, x := range v {
		if x*x > largest*largest {
			largest = x
		}
	}
	if largest < 0 {
		for i := range v {
			v[i] = -v[i]
		}
	}
	return v
}
