package data

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"tandem/engine/tensor"
)

// cifarClasses are the labels of CIFAR-10 (batches.meta.txt).
var cifarClasses = []string{"airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"}

var cifarShape = tensor.Shape{3, 32, 32}

// openCIFAR reads the binary version of CIFAR-10 from dir or from the folder
// inside dir that the official archive unpacks to.
func openCIFAR(dir string) (*Splits, error) {
	const unpacked, python = "cifar-10-batches-bin", "cifar-10-batches-py"
	if isDir(filepath.Join(dir, unpacked)) {
		dir = filepath.Join(dir, unpacked)
	}
	if isDir(filepath.Join(dir, python)) {
		return nil, fmt.Errorf("%s: this is CIFAR-10 for Python; 'tandem data get cifar10' fetches the binary version", filepath.Join(dir, python))
	}
	classes, err := readCIFARClasses(filepath.Join(dir, "batches.meta.txt"))
	if err != nil {
		return nil, err
	}
	train := &memory{shape: cifarShape, classes: classes}
	for i := range 5 {
		if err := appendCIFARFile(train, filepath.Join(dir, fmt.Sprintf("data_batch_%d.bin", i+1))); err != nil {
			return nil, err
		}
	}
	test := &memory{shape: cifarShape, classes: classes}
	if err := appendCIFARFile(test, filepath.Join(dir, "test_batch.bin")); err != nil {
		return nil, err
	}
	return &Splits{Train: train, Test: test}, nil
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// readCIFARClasses reads ten names, a line each; without the file they are
// those of CIFAR-10.
func readCIFARClasses(path string) ([]string, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return cifarClasses, nil
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, reason(err))
	}
	names := strings.Fields(string(text))
	if len(names) != len(cifarClasses) {
		return nil, fmt.Errorf("%s: names %d classes, not %d; fetch it again or delete it", path, len(names), len(cifarClasses))
	}
	return names, nil
}

func appendCIFARFile(m *memory, path string) error {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s: there is no such file; 'tandem data get cifar10' fetches all six", path)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", path, reason(err))
	}
	defer f.Close()
	return appendCIFAR(m, namedReader{bufio.NewReader(f), path})
}

// appendCIFAR reads records of one label byte and 3 x 32 x 32 pixels
// (https://www.cs.toronto.edu/~kriz/cifar.html, "Binary version").
func appendCIFAR(m *memory, r namedReader) error {
	record := make([]byte, 1+m.shape.Size())
	for i := 0; ; i++ {
		n, err := io.ReadFull(r, record)
		switch {
		case err == io.EOF && i > 0:
			return nil
		case err == io.EOF:
			return fmt.Errorf("%s: is empty; fetch it again", r.name)
		case err == io.ErrUnexpectedEOF:
			return fmt.Errorf("%s: is cut short: image %d has %d of its %d bytes; fetch it again", r.name, i, n, len(record))
		case err != nil:
			return fmt.Errorf("%s: %w", r.name, reason(err))
		case int(record[0]) >= len(m.classes):
			return fmt.Errorf("%s: image %d has label %d, outside 0 to %d; is this CIFAR-10's binary version?", r.name, i, record[0], len(m.classes)-1)
		}
		m.labels = append(m.labels, int32(record[0]))
		m.pixels = append(m.pixels, record[1:]...)
	}
}
