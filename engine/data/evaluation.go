package data

import "fmt"

// NewEvalLoader returns every image of ds once, in order, as 1, 2, 5 or 10
// views (see Transform.Views). A batch has at most batchSize rows, in groups of
// one image's views: average the network's softmax over each group. Of a, only
// Crop, Subtract and Scale count.
func NewEvalLoader(ds Dataset, stats *Stats, a Augment, batchSize, views int, o LoaderOptions) (*Loader, error) {
	a.ColourNoise = 0
	t, err := newTransformFor(ds, stats, a)
	if err != nil {
		return nil, err
	}
	places, err := t.Views(views)
	if err != nil {
		return nil, err
	}
	if batchSize < views {
		return nil, fmt.Errorf("a batch of %d cannot hold the %d views of an image: take a larger batch or fewer views", batchSize, views)
	}
	return start(&evaluation{ds, t, places, batchSize / views}, o), nil
}

// evaluation is the sampler of evaluation batches.
type evaluation struct {
	ds        Dataset
	transform *Transform
	views     []View
	images    int // per batch
}

func (s *evaluation) sizes() (raw int, batch int64) {
	return s.ds.Shape().Size(), batchBytes(s.images*len(s.views), s.transform.Shape())
}

func (s *evaluation) layout(b *Batch, step int) int {
	first := step * s.images
	images := min(s.images, max(0, s.ds.Len()-first))
	b.Step, b.Views = step, len(s.views)
	b.resize(images*len(s.views), s.transform.Shape().Size())
	for row := range b.Index {
		b.Index[row] = first + row/len(s.views)
	}
	return images
}

func (s *evaluation) fill(b *Batch, i int, raw []byte) outcome {
	first := i * len(s.views)
	label, err := s.ds.Read(b.Index[first], raw)
	if broken := asBroken(err); broken != nil {
		return outcome{skipped: []Skipped{broken.skipped()}, omit: true}
	}
	if err != nil {
		return outcome{err: err}
	}
	n := s.transform.Shape().Size()
	for v, view := range s.views {
		row := first + v
		b.Labels[row] = float32(label)
		s.transform.Apply(b.X[row*n:][:n], raw, view)
	}
	return outcome{}
}
