package data

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	"tandem/engine/atomicfile"
	"tandem/engine/tensor"
)

const (
	// defaultSide is the paper's: "256x256" (section 2).
	defaultSide = 256
	// imagesPerShard makes shards of 400 MB at 256x256: few enough for all of
	// ImageNet, small enough that an interruption costs seconds.
	imagesPerShard = 2048
)

// PrepareOptions tune PrepareImageNet. The zero value does what the paper did.
type PrepareOptions struct {
	// Size is the side of the stored squares, 0 for 256.
	Size int
	// Labels is the ground truth of validation images that lie in no class
	// folder: lines of NAME SYNSET, of NAME INDEX (from 0), of one SYNSET, or of
	// one ILSVRC id. Empty: val.txt, *ground_truth.txt or LOC_val_solution.csv in
	// the source.
	Labels string
	// IDs is a list of lines ID SYNSET that says what ILSVRC ids mean. Empty:
	// meta.txt beside the labels, if there is one.
	IDs string
	// Names is a list of lines SYNSET NAME. Its synsets, sorted, are the classes,
	// also those without an image. Empty: the synsets of the training images.
	Names string
	// Workers is how many images are decoded at a time, 0 for one per core.
	Workers int
	// Progress, if set, is told how many images are done of how many. While the
	// source is being listed, done is 0 and total grows. Calls do not overlap.
	Progress func(done, total int)

	shardImages int // images per shard; tests choose a small number
}

// Prepared is what PrepareImageNet did.
type Prepared struct {
	Train, Val int // images stored
	Classes    int
	Kept       int // shards that an earlier run had finished
	Skipped    []Skipped
}

// PrepareImageNet decodes ImageNet once into the folder dst, from which
// imagenet:DST streams: shortest side resized to 256, central square, raw RGB.
//
// src is a folder with train/SYNSET/* and val/SYNSET/*, or with the original
// ILSVRC2012_img_train.tar (a tar of tars) and ILSVRC2012_img_val.tar; a folder
// and a tar can be mixed, and val may be flat if a ground-truth list is given
// (see PrepareOptions.Labels). src can also be one tar of train/SYNSET/* and
// val/SYNSET/*. Labels count the synsets in sorted order. Broken images are
// left out and listed.
//
// It can be stopped at any moment, by ctx or by a kill, and called again: shards
// that are whole stay, and the result is byte for byte that of one run. Memory
// is bounded by about 100 bytes per image for the list of them, and two decoded
// images per worker. Two runs into one folder at a time are not supported.
func PrepareImageNet(ctx context.Context, src, dst string, o PrepareOptions) (*Prepared, error) {
	p, err := newPreparation(ctx, src, dst, o)
	if err == nil {
		err = p.run(ctx)
	}
	switch {
	case err == nil:
		return &p.result, nil
	case ctx.Err() != nil:
		return nil, fmt.Errorf("%s: stopped; the same command again goes on from here: %w", dst, ctx.Err())
	}
	return nil, err
}

// preparation is one run of PrepareImageNet.
type preparation struct {
	o        PrepareOptions
	dst      string
	source   *imageNetListing
	manifest imageNetManifest
	total    int
	done     int
	result   Prepared
}

func newPreparation(ctx context.Context, src, dst string, o PrepareOptions) (*preparation, error) {
	if o.Size == 0 {
		o.Size = defaultSide
	}
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	if o.shardImages == 0 {
		o.shardImages = imagesPerShard
	}
	if err := (Options{Size: o.Size}).check(); err != nil {
		return nil, err
	}
	source, err := listImageNet(ctx, src, o)
	if err != nil {
		return nil, err
	}
	p := &preparation{o: o, dst: dst, source: source}
	for _, refs := range source.splits {
		p.total += len(refs)
	}
	p.result.Classes = len(source.classes)
	p.manifest = imageNetManifest{
		Version: manifestVersion,
		Shape:   tensor.Shape{3, o.Size, o.Size},
		Classes: source.classes,
	}
	return p, nil
}

func (p *preparation) run(ctx context.Context) error {
	if err := p.makeFolders(); err != nil {
		return err
	}
	p.advance(0)
	var err error
	if p.manifest.Train, p.result.Train, err = p.split(ctx, "train"); err != nil {
		return err
	}
	if p.manifest.Val, p.result.Val, err = p.split(ctx, "val"); err != nil {
		return err
	}
	if err := p.writeSkipped(); err != nil {
		return err
	}
	return p.writeManifest()
}

func (p *preparation) makeFolders() error {
	for _, split := range imageNetSplits {
		dir := filepath.Join(p.dst, split)
		if err := os.MkdirAll(dir, 0o777); err != nil {
			return err
		}
		if err := atomicfile.Clean(dir, "*.shard"); err != nil {
			return err
		}
	}
	return atomicfile.Clean(p.dst, "*")
}

// split makes sure of all shards of a split and returns them and the number of
// their images.
func (p *preparation) split(ctx context.Context, name string) (entries []shardEntry, images int, err error) {
	refs := p.source.splits[name]
	for number := 0; number*p.o.shardImages < len(refs); number++ {
		first := number * p.o.shardImages
		part := refs[first:min(first+p.o.shardImages, len(refs))]
		index, err := p.shard(ctx, shardPath(p.dst, name, number), part)
		if err != nil {
			return nil, 0, err
		}
		entries = append(entries, shardEntry{len(index.Labels), index.sum})
		images += len(index.Labels)
		p.result.Skipped = append(p.result.Skipped, index.Skipped...)
	}
	if len(refs) > 0 && images == 0 {
		s := p.result.Skipped[len(p.result.Skipped)-1]
		return nil, 0, fmt.Errorf("none of the %d images of %s can be read; the last: %s: %s", len(refs), name, s.Path, s.Reason)
	}
	return entries, images, nil
}

// shard keeps the shard at path if it is whole, and else writes it.
func (p *preparation) shard(ctx context.Context, path string, refs []imageRef) (*shardIndex, error) {
	source := p.fingerprint(refs)
	index, err := keptShard(ctx, path, source)
	if err != nil {
		return nil, err
	}
	if index == nil {
		return p.write(ctx, path, source, refs)
	}
	p.result.Kept++
	p.advance(len(refs))
	return index, nil
}

// fingerprint identifies what a shard is made of: see shardIndex.Source.
func (p *preparation) fingerprint(refs []imageRef) string {
	h := sha256.New()
	fmt.Fprintf(h, "%v\n", p.manifest.Shape)
	for _, c := range p.manifest.Classes {
		fmt.Fprintln(h, c.Synset)
	}
	for _, r := range refs {
		fmt.Fprintf(h, "%q %d %d\n", r.title(), r.size, r.label)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// keptShard returns the index of the whole shard at path, nil if there is none
// or a damaged one. A shard of something else is an error, so that no one's
// prepared set is overwritten.
func keptShard(ctx context.Context, path, source string) (*shardIndex, error) {
	index, err := openShard(path)
	if err != nil {
		return nil, nil
	}
	if index.Source != source {
		return nil, fmt.Errorf("%s: was made from other images or with other settings; remove the folder or choose another", path)
	}
	if err := verifyRecords(ctx, path, index); err != nil {
		return nil, ctx.Err()
	}
	return index, nil
}

// verifyRecords compares every image of a shard with its checksum.
func verifyRecords(ctx context.Context, path string, index *shardIndex) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	record := make([]byte, index.Shape.Size())
	for i := range index.Labels {
		err := readFullAt(f, record, int64(i)*int64(len(record)))
		if err == nil {
			err = index.checkRecord(i, record)
		}
		if err = errors.Join(err, ctx.Err()); err != nil {
			return err
		}
	}
	return nil
}

// write decodes images and writes them as a shard, in their order.
func (p *preparation) write(ctx context.Context, path, source string, refs []imageRef) (*shardIndex, error) {
	index := &shardIndex{Source: source, Shape: p.manifest.Shape}
	err := atomicfile.Write(path, func(f *os.File) error {
		w := bufio.NewWriterSize(f, 1<<20)
		err := inOrder(ctx, len(refs), p.o.Workers,
			func(i int) decoded { return p.decode(&refs[i]) },
			func(i int, d decoded) error {
				p.advance(1)
				return store(w, index, d, refs[i].label)
			})
		if err != nil {
			return err
		}
		if err := index.finish(w); err != nil {
			return err
		}
		return w.Flush()
	})
	return index, err
}

// decoded is an image ready to be stored, or why there is none.
type decoded struct {
	pixels []byte
	err    error
}

func (p *preparation) decode(ref *imageRef) decoded {
	r, closer, err := ref.open(p.source.root)
	if err != nil {
		return decoded{err: err}
	}
	defer closer.Close()
	img, err := DecodeImage(r, ref.title())
	if err != nil {
		return decoded{err: err}
	}
	return decoded{pixels: ToCHW(img, p.o.Size, 3)}
}

func store(w *bufio.Writer, index *shardIndex, d decoded, label int32) error {
	if broken := asBroken(d.err); broken != nil {
		s := broken.skipped()
		s.Reason = oneLine(s.Reason)
		index.Skipped = append(index.Skipped, s)
		return nil
	}
	if d.err != nil {
		return d.err
	}
	index.add(d.pixels, label)
	_, err := w.Write(d.pixels)
	return err
}

func (p *preparation) advance(images int) {
	p.done += images
	if p.o.Progress != nil {
		p.o.Progress(p.done, p.total)
	}
}

func (p *preparation) writeSkipped() error {
	return atomicfile.Write(filepath.Join(p.dst, skippedFile), func(f *os.File) error {
		for _, s := range p.result.Skipped {
			if _, err := fmt.Fprintf(f, "%s: %s\n", s.Path, s.Reason); err != nil {
				return err
			}
		}
		return nil
	})
}

func (p *preparation) writeManifest() error {
	text, err := json.MarshalIndent(p.manifest, "", "\t")
	if err != nil {
		return err
	}
	return atomicfile.Write(filepath.Join(p.dst, manifestFile), func(f *os.File) error {
		_, err := f.Write(append(text, '\n'))
		return err
	})
}
