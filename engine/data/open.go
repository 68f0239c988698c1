package data

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

// Source is a kind of data that Open knows.
type Source struct {
	Spec  string // as on the command line, with DIR where a folder follows
	About string // one line
	open  func(dir string, o Options) (*Splits, error)
}

var sources = []Source{
	{"fashion-mnist", "10,000 + 2,000 images of Fashion-MNIST, built in: 28x28, grey, 10 classes",
		func(_ string, o Options) (*Splits, error) { return openEmbeddedFashion() }},
	{"fashion-mnist:DIR", "Fashion-MNIST's four IDX files, gzipped or not",
		func(dir string, o Options) (*Splits, error) { return openFashion(dir) }},
	{"cifar10:DIR", "CIFAR-10, binary version: 32x32, colour, 10 classes",
		func(dir string, o Options) (*Splits, error) { return openCIFAR(dir) }},
	{"images:DIR", "DIR/train/CLASS/* and DIR/test/CLASS/* (or DIR/val): pictures of any common format",
		openImages},
	{"imagenet:DIR", "what 'tandem data prepare imagenet SRC DIR' wrote: 256x256, colour, 1000 classes",
		func(dir string, o Options) (*Splits, error) { return openImageNet(dir) }},
}

// Sources lists the kinds of data that Open knows.
func Sources() []Source { return sources }

// Open opens the data that spec names: see Sources. Errors say in one line
// which file is to blame and what to do.
func Open(spec string, o Options) (*Splits, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	source, dir, err := parseSpec(spec)
	if err != nil {
		return nil, err
	}
	if dir != "" {
		if err := checkDir(spec, dir); err != nil {
			return nil, err
		}
	}
	s, err := source.open(dir, o)
	if err != nil {
		return nil, err
	}
	s.Name = spec
	for _, d := range []*Dataset{&s.Train, &s.Test} {
		if *d != nil {
			*d = convert(*d, o)
		}
	}
	return s, nil
}

// parseSpec splits "name:dir" and finds its source.
func parseSpec(spec string) (s Source, dir string, err error) {
	name, dir, hasDir := strings.Cut(spec, ":")
	pattern := name
	if hasDir {
		pattern += ":DIR"
	}
	var known []string
	for _, s := range sources {
		if s.Spec == pattern && (dir != "" || !hasDir) {
			return s, dir, nil
		}
		known = append(known, s.Spec)
	}
	return Source{}, "", fmt.Errorf("unknown data %q: known are %s", spec, strings.Join(known, ", "))
}

func checkDir(spec, dir string) error {
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%s: there is no such folder; the part of %q after the colon must name one", dir, spec)
	case err != nil:
		return fmt.Errorf("%s: %w", dir, reason(err))
	case !info.IsDir():
		return fmt.Errorf("%s: is a file, and %q needs a folder", dir, spec)
	}
	return nil
}

func (o Options) check() error {
	switch {
	case o.Size < 0 || o.Size > 1<<13:
		return fmt.Errorf("images of size %d: choose 0 (as they are) to %d", o.Size, 1<<13)
	case o.Channels != 0 && o.Channels != 1 && o.Channels != 3:
		return fmt.Errorf("images of %d channels: choose 1 (grey) or 3 (colour)", o.Channels)
	}
	return nil
}
