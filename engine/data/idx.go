package data

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"tandem/engine/tensor"
)

// maxIDXBytes bounds the contents of one IDX file: Fashion-MNIST has 47 MB.
const maxIDXBytes = 1<<31 - 1

// readIDX reads an IDX file of unsigned bytes with the given number of
// dimensions, gzipped or not: two zero bytes, the element type 8, the number of
// dimensions, each extent as a big-endian 32-bit word, then the elements
// (http://yann.lecun.com/exdb/mnist, "The IDX file format"). A header that
// promises more than the file has costs no memory. Errors do not name the file.
func readIDX(r io.Reader, dimensions int) (extents []int, elements []byte, err error) {
	in, err := gunzipped(r)
	if err != nil {
		return nil, nil, err
	}
	extents, err = idxHeader(in, dimensions)
	if err != nil {
		return nil, nil, err
	}
	want := tensor.Shape(extents).Size()
	elements, err = io.ReadAll(io.LimitReader(in, int64(want)+1))
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF), err == nil && len(elements) < want:
		return nil, nil, fmt.Errorf("is cut short: %d of %d bytes are there; fetch it again", len(elements), want)
	case err != nil:
		return nil, nil, err
	case len(elements) > want:
		return nil, nil, fmt.Errorf("has more than the %d bytes that its header says; fetch it again", want)
	}
	return extents, elements, nil
}

// gunzipped looks through gzip if r starts as gzip does.
func gunzipped(r io.Reader) (io.Reader, error) {
	buffered := bufio.NewReader(r)
	start, err := buffered.Peek(2)
	if err == io.EOF && len(start) == 0 {
		return nil, errors.New("is empty; fetch it again")
	}
	if !bytes.Equal(start, []byte{0x1f, 0x8b}) {
		return buffered, nil
	}
	unzipped, err := gzip.NewReader(buffered)
	if err == io.ErrUnexpectedEOF {
		return nil, errHeader
	}
	return unzipped, err
}

var errHeader = errors.New("is cut short within its header; fetch it again")

func idxHeader(r io.Reader, dimensions int) (extents []int, err error) {
	const unsignedByte = 8
	header := make([]byte, 4+4*dimensions)
	n, err := io.ReadFull(r, header)
	if n >= 4 && !bytes.Equal(header[:4], []byte{0, 0, unsignedByte, byte(dimensions)}) {
		return nil, fmt.Errorf("is not an IDX file of bytes in %d dimensions: it starts with % x", dimensions, header[:4])
	}
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return nil, errHeader
	}
	if err != nil {
		return nil, err
	}
	total := int64(1)
	for i := range dimensions {
		extent := int64(binary.BigEndian.Uint32(header[4+4*i:]))
		if extent == 0 || extent > maxIDXBytes/total {
			return nil, fmt.Errorf("has a header that asks for %d in dimension %d, which cannot be", extent, i)
		}
		total *= extent
		extents = append(extents, int(extent))
	}
	return extents, nil
}

// readIDXPair joins the images and the labels of one split.
func readIDXPair(images, labels namedReader, classes []string) (*memory, error) {
	extents, pixels, err := readIDX(images, 3)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", images.name, err)
	}
	count, values, err := readIDX(labels, 1)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", labels.name, err)
	}
	if count[0] != extents[0] {
		return nil, fmt.Errorf("%s: has %d labels for the %d images of %s; fetch both again", labels.name, count[0], extents[0], images.name)
	}
	m := &memory{shape: tensor.Shape{1, extents[1], extents[2]}, classes: classes, pixels: pixels}
	for i, v := range values {
		if int(v) >= len(classes) {
			return nil, fmt.Errorf("%s: label %d is %d, outside 0 to %d; fetch it again", labels.name, i, v, len(classes)-1)
		}
		m.labels = append(m.labels, int32(v))
	}
	return m, nil
}

// namedReader knows what to call its bytes in an error.
type namedReader struct {
	io.Reader
	name string
}
