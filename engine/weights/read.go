package weights

import (
	"bufio"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"slices"
	"strings"

	"tandem/engine/tensor"
)

// Read loads a safetensors file, written here or elsewhere. float16, bfloat16
// and float64 become float32. A file that is damaged, cut short or of another
// format is refused with an error of one line that names path.
func Read(path string) (*File, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: not a file", path)
	}
	return ReadFrom(f, info.Size(), path)
}

// ReadFrom is Read from size bytes of r; errors begin with name.
func ReadFrom(r io.ReaderAt, size int64, name string) (*File, error) {
	f, err := read(r, size)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return f, nil
}

var errDamaged = errors.New("damaged: the content does not fit its checksum")

func read(r io.ReaderAt, size int64) (*File, error) {
	raw, err := readHeader(r, size)
	if err != nil {
		return nil, err
	}
	begin := lengthSize + int64(len(raw))
	h, err := parseHeader(raw, uint64(size-begin))
	if err != nil {
		return nil, err
	}
	var data io.Reader = io.NewSectionReader(r, begin, size-begin)
	if !h.ours() {
		return h.load(data)
	}
	sum := sha256.New()
	if err := digestHeader(sum, raw, h.meta[digestKey]); err != nil {
		return nil, err
	}
	f, err := h.load(io.TeeReader(data, sum))
	if err != nil {
		return nil, err
	}
	if err := h.checkOrigin(sum); err != nil {
		return nil, err
	}
	return f, nil
}

// readHeader returns the raw header. Nothing is allocated before its length is
// known to fit the file.
func readHeader(r io.ReaderAt, size int64) ([]byte, error) {
	if size < lengthSize+2 {
		return nil, fmt.Errorf("not a safetensors file: it has %d bytes", size)
	}
	var prefix [lengthSize]byte
	if _, err := r.ReadAt(prefix[:], 0); err != nil {
		return nil, err
	}
	n := binary.LittleEndian.Uint64(prefix[:])
	if n < 2 || n > maxHeaderSize || n > uint64(size)-lengthSize {
		return nil, fmt.Errorf("not a safetensors file, or damaged: a header of %d bytes in a file of %d", n, size)
	}
	raw := make([]byte, n)
	_, err := r.ReadAt(raw, lengthSize)
	if err == io.EOF { // allowed where the header ends with the file
		err = nil
	}
	return raw, err
}

// ours reports whether the file was written here, so that it must carry a
// checksum.
func (h *header) ours() bool {
	for key := range h.meta {
		if strings.HasPrefix(key, ownPrefix) {
			return true
		}
	}
	return false
}

// digestHeader begins the checksum of a file with what comes before the
// numbers, the checksum's own digits read as zeros.
func digestHeader(sum io.Writer, raw []byte, digest string) error {
	at := digestOffset(raw, digest)
	if at < 0 || len(digest) != len(blankDigest) {
		return errDamaged
	}
	sum.Write(binary.LittleEndian.AppendUint64(nil, uint64(len(raw))))
	sum.Write(raw[:at])
	io.WriteString(sum, blankDigest)
	sum.Write(raw[at+len(blankDigest):])
	return nil
}

// checkOrigin holds a file of ours against its checksum and version.
func (h *header) checkOrigin(sum hash.Hash) error {
	if string(hexDigest(sum)) != h.meta[digestKey] {
		return errDamaged
	}
	if v := h.meta[versionKey]; v != version {
		return fmt.Errorf("file version %.20q, and this Tandem reads only %s: use the Tandem that wrote it", v, version)
	}
	return nil
}

// load reads the numbers and hands over the metadata that is not the format's.
func (h *header) load(data io.Reader) (*File, error) {
	tensors, err := h.readTensors(data)
	if err != nil {
		return nil, err
	}
	f := &File{Tensors: tensors, Meta: map[string]string{}}
	for key, value := range h.meta {
		if !strings.HasPrefix(key, ownPrefix) {
			f.Meta[key] = value
		}
	}
	return f, nil
}

func (h *header) readTensors(data io.Reader) (map[string]*tensor.Tensor, error) {
	in := bufio.NewReaderSize(data, chunkSize)
	tensors := make(map[string]*tensor.Tensor, len(h.tensors))
	for _, e := range h.tensors {
		t := tensor.New(e.shape...)
		for part := range slices.Chunk(t.Data, chunkSize/e.kind.size) {
			n := len(part) * e.kind.size
			b, err := in.Peek(n)
			if err != nil {
				return nil, err
			}
			e.kind.decode(part, b)
			in.Discard(n)
		}
		tensors[e.name] = t
	}
	return tensors, nil
}
