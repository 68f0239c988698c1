package data

import (
	"errors"

	"tandem/engine/tensor"
)

// NewLoader returns batches of augmented training images, without end. Images
// come in the order of one permutation of the dataset per epoch, an epoch's
// last batch running on into the next epoch. A batch is determined by the seed,
// the batch size and its step.
func NewLoader(ds Dataset, stats *Stats, a Augment, seed uint64, batchSize int, o LoaderOptions) (*Loader, error) {
	t, err := newTransformFor(ds, stats, a)
	if err != nil {
		return nil, err
	}
	return start(&training{
		ds:        ds,
		augmenter: newAugmenter(t, a, seed),
		order:     epochOrder{seed: seed, n: ds.Len()},
		batchSize: batchSize,
	}, o), nil
}

func newTransformFor(ds Dataset, stats *Stats, a Augment) (*Transform, error) {
	if ds.Len() == 0 {
		return nil, errors.New("the dataset has no images")
	}
	return NewTransform(ds.Shape(), stats, a)
}

// training is the sampler of training batches.
type training struct {
	ds        Dataset
	augmenter *augmenter
	order     epochOrder
	batchSize int
}

func (s *training) sizes() (raw int, batch int64) {
	return s.ds.Shape().Size(), batchBytes(s.batchSize, s.augmenter.Shape())
}

func batchBytes(rows int, row tensor.Shape) int64 { return 4 * int64(rows) * int64(row.Size()) }

func (s *training) layout(b *Batch, step int) int {
	b.Step, b.Views = step, 1
	b.resize(s.batchSize, s.augmenter.Shape().Size())
	for i := range b.Index {
		b.Index[i] = s.order.at(s.position(step, i))
	}
	return s.batchSize
}

// position counts the samples of a run.
func (s *training) position(step, i int) uint64 { return uint64(step)*uint64(s.batchSize) + uint64(i) }

func (s *training) fill(b *Batch, i int, raw []byte) (o outcome) {
	label, err := s.readNear(&b.Index[i], raw, &o)
	if err != nil {
		return outcome{err: err}
	}
	b.Labels[i] = float32(label)
	n := s.augmenter.Shape().Size()
	s.augmenter.Apply(b.X[i*n:][:n], raw, s.augmenter.view(s.position(b.Step, i)))
	return o
}

var errAllBroken = errors.New("no image of the dataset can be decoded")

// readNear reads image *index or, as long as that is broken, the one after it.
func (s *training) readNear(index *int, raw []byte, o *outcome) (label int, err error) {
	for range s.ds.Len() {
		label, err = s.ds.Read(*index, raw)
		broken := asBroken(err)
		if broken == nil {
			return label, err
		}
		o.skipped = append(o.skipped, broken.skipped())
		*index = (*index + 1) % s.ds.Len()
	}
	return 0, errAllBroken
}

// epochOrder is the endless sequence of permutations. It remembers one epoch:
// positions are asked for in ascending order.
type epochOrder struct {
	seed  uint64
	n     int
	epoch uint64
	perm  []int32
}

func (o *epochOrder) at(position uint64) int {
	epoch := position / uint64(o.n)
	if o.perm == nil || epoch != o.epoch {
		o.epoch = epoch
		o.perm = tensor.NewStream(o.seed, tensor.Purpose("order"), uint32(epoch)).Perm(o.n)
	}
	return int(o.perm[position%uint64(o.n)])
}
