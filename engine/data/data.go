// Package data turns sets of images into batches a network can learn from:
// reading and decoding, statistics of the training set, crops, flips and colour
// noise, and loaders that prefetch within a fixed memory budget.
package data

import (
	"errors"
	"fmt"

	"tandem/engine/tensor"
)

// Dataset is one split of labelled images of equal size: raw bytes, read or
// decoded on demand. All methods are safe for concurrent use.
type Dataset interface {
	Len() int
	// Shape is (C, H, W) of every stored image.
	Shape() tensor.Shape
	// Classes names the labels: label l is called Classes()[l].
	Classes() []string
	// Read stores image i in dst, len(dst) == Shape().Size(), as C planes of
	// H rows of W bytes, and returns its label. An image that cannot be decoded
	// is a *BrokenImage error and keeps its index, so that the order of a run
	// never depends on when the damage is found.
	Read(i int, dst []byte) (label int, err error)
	// Close releases files; nothing may be read afterwards.
	Close() error
}

// BrokenImage is the error of an image that is damaged or no image at all.
// Loaders skip it and count it; every other error of Read ends a run.
type BrokenImage struct {
	Path string
	Err  error
}

func (b *BrokenImage) Error() string { return fmt.Sprintf("%s: %v", b.Path, b.Err) }

func (b *BrokenImage) Unwrap() error { return b.Err }

// Skipped names an image that was left out, and why, in one line.
type Skipped struct {
	Path   string `json:"path"`
	Reason string `json:"reason"`
}

// asBroken returns the broken image that err is about, or nil.
func asBroken(err error) *BrokenImage {
	var b *BrokenImage
	errors.As(err, &b)
	return b
}

func (b *BrokenImage) skipped() Skipped { return Skipped{Path: b.Path, Reason: b.Err.Error()} }

// Splits is an opened source of data.
type Splits struct {
	Name  string  // the spec it was opened with
	Train Dataset // nil where there is only something to evaluate on
	Test  Dataset // the test or validation split; nil where there is only something to train on
	// Skipped lists the broken images found while opening. Sets that are
	// decoded on demand find theirs later: see Batch.Skipped.
	Skipped []Skipped
}

// Close closes both splits and returns the first error.
func (s *Splits) Close() error {
	var errs []error
	for _, d := range []Dataset{s.Train, s.Test} {
		if d != nil {
			errs = append(errs, d.Close())
		}
	}
	return errors.Join(errs...)
}

// Options say how images are stored once read. The zero value keeps them as
// they are.
type Options struct {
	// Size resizes the shortest side to Size pixels and cuts the central square
	// out; 0 keeps the images' own size, which must then be the same for all.
	Size int
	// Channels is 1 (grey), 3 (RGB), or 0: as the source has it (class folders: 3).
	Channels int
	// MemoryBudget is the number of bytes a split of a class folder may take to
	// be decoded once and kept; larger ones are decoded each time they are read.
	// 0 is DefaultMemoryBudget.
	MemoryBudget int64
	// TestOnly spares class folders the reading of their training images; Train may
	// then be nil.
	TestOnly bool
	// Progress, if set, is told how many images of how many have been looked at
	// while opening. Calls do not overlap.
	Progress func(done, total int)
}

// DefaultMemoryBudget holds CIFAR-10's 50,000 images three times over.
const DefaultMemoryBudget = 512 << 20
