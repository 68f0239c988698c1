package data

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Fashion-MNIST's first thousand training and two hundred test images of each
// class, in their order (MIT licence, see embedded/LICENSE). TestEmbedded
// makes the files.
//
//go:embed embedded/*.gz
var embedded embed.FS

// fashionClasses are the labels of Fashion-MNIST, from its README.
var fashionClasses = []string{
	"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
}

func openEmbeddedFashion() (*Splits, error) {
	files, err := fs.Sub(embedded, "embedded")
	if err != nil {
		return nil, err
	}
	return readFashion(files, "embedded")
}

func openFashion(dir string) (*Splits, error) { return readFashion(os.DirFS(dir), dir) }

// readFashion reads the four files of Fashion-MNIST.
func readFashion(files fs.FS, dir string) (*Splits, error) {
	train, err := readFashionSplit(files, dir, "train")
	if err != nil {
		return nil, err
	}
	test, err := readFashionSplit(files, dir, "t10k")
	if err != nil {
		return nil, err
	}
	return &Splits{Train: train, Test: test}, nil
}

func readFashionSplit(files fs.FS, dir, prefix string) (*memory, error) {
	images, err := openMaybeGzipped(files, dir, prefix+"-images-idx3-ubyte")
	if err != nil {
		return nil, err
	}
	defer images.Close()
	labels, err := openMaybeGzipped(files, dir, prefix+"-labels-idx1-ubyte")
	if err != nil {
		return nil, err
	}
	defer labels.Close()
	return readIDXPair(namedReader{images, images.path}, namedReader{labels, labels.path}, fashionClasses)
}

// namedFile is an open file that knows its whole path.
type namedFile struct {
	fs.File
	path string
}

// openMaybeGzipped opens a file or its gzipped twin. dir only serves messages.
func openMaybeGzipped(files fs.FS, dir, name string) (*namedFile, error) {
	for _, n := range []string{name, name + ".gz"} {
		f, err := files.Open(n)
		if err == nil {
			return &namedFile{f, filepath.Join(dir, n)}, nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("%s: %w", filepath.Join(dir, n), reason(err))
		}
	}
	return nil, fmt.Errorf("%s: there is neither this file nor %s.gz; 'tandem data get fashion-mnist' fetches all four", filepath.Join(dir, name), name)
}

// reason strips the operation and the path from a file error, for messages that
// name the whole path themselves.
func reason(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}
