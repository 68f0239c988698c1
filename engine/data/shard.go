package data

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"

	"tandem/engine/tensor"
)

// A shard is a file of decoded images of one shape, a few hundred megabytes at
// most:
//
//	records  image 0, image 1, ...: raw bytes as Dataset.Read returns them
//	index    JSON, see shardIndex
//	tail     index length and CRC-32C of the index (two little-endian words of
//	         32 bits), then the 16 bytes of shardMagic
//
// The records come first so that image i lies at i times the record size, and
// so that a shard is written in one pass. The checksums of the records stand in
// the index, and that of the index in the tail: no byte is unguarded.
const (
	shardMagicStem = "tandem shard v"
	shardMagic     = shardMagicStem + "1\n"
	shardTailSize  = 8 + len(shardMagic)
)

// shardIndex says what a shard holds and where that came from.
type shardIndex struct {
	// Source is a fingerprint of the images' names and labels and of the
	// settings they were decoded with: a shard is kept when work resumes only if
	// it is the one that would be written again.
	Source  string       `json:"source"`
	Shape   tensor.Shape `json:"shape"` // C, H, W
	Labels  []int32      `json:"labels"`
	CRC     []uint32     `json:"crc32c"`  // of each record
	Skipped []Skipped    `json:"skipped"` // broken images that would have been here

	sum uint32 // CRC-32C of the index itself
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func checksum(b []byte) uint32 { return crc32.Checksum(b, castagnoli) }

func (s *shardIndex) add(record []byte, label int32) {
	s.Labels = append(s.Labels, label)
	s.CRC = append(s.CRC, checksum(record))
}

// finish writes what follows the records.
func (s *shardIndex) finish(w io.Writer) error {
	text, err := json.Marshal(s)
	if err != nil {
		return err
	}
	s.sum = checksum(text)
	tail := binary.LittleEndian.AppendUint32(text, uint32(len(text)))
	tail = binary.LittleEndian.AppendUint32(tail, s.sum)
	_, err = w.Write(append(tail, shardMagic...))
	return err
}

// openShard reads the index of a shard and checks that the file has the size
// that it states. Errors name the file.
func openShard(path string) (*shardIndex, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	index, err := readShardIndex(f, info.Size())
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return index, nil
}

func readShardIndex(r io.ReaderAt, size int64) (*shardIndex, error) {
	length, sum, err := readShardTail(r, size)
	if err != nil {
		return nil, err
	}
	text := make([]byte, length)
	if err := readFullAt(r, text, size-int64(shardTailSize)-length); err != nil {
		return nil, err
	}
	if checksum(text) != sum {
		return nil, errors.New("its index is damaged (the checksum differs)")
	}
	index := &shardIndex{sum: sum}
	if err := json.Unmarshal(text, index); err != nil {
		return nil, fmt.Errorf("its index is damaged: %w", err)
	}
	return index, index.check(size - int64(shardTailSize) - length)
}

func readShardTail(r io.ReaderAt, size int64) (length int64, sum uint32, err error) {
	var tail [shardTailSize]byte
	start := size - int64(len(tail))
	if start < 0 {
		return 0, 0, errors.New("is cut short or no shard")
	}
	if err := readFullAt(r, tail[:], start); err != nil {
		return 0, 0, err
	}
	magic := tail[8:]
	if string(magic) != shardMagic {
		if bytes.HasPrefix(magic, []byte(shardMagicStem)) {
			return 0, 0, fmt.Errorf("is a shard of another version (%q, this program reads %q)", magic, shardMagic)
		}
		return 0, 0, errors.New("is cut short or no shard")
	}
	length = int64(binary.LittleEndian.Uint32(tail[:]))
	if length > start {
		return 0, 0, errors.New("is cut short at its beginning, or its tail is damaged")
	}
	return length, binary.LittleEndian.Uint32(tail[4:]), nil
}

// check compares the index with the bytes that the records take.
func (s *shardIndex) check(records int64) error {
	if len(s.Shape) != 3 {
		return fmt.Errorf("its images have %d extents, want channels, height and width", len(s.Shape))
	}
	for _, d := range s.Shape {
		if d < 1 || d > 1<<16 {
			return fmt.Errorf("its images have an impossible shape %v", s.Shape)
		}
	}
	if len(s.CRC) != len(s.Labels) {
		return fmt.Errorf("its index has %d labels but %d checksums", len(s.Labels), len(s.CRC))
	}
	for _, l := range s.Labels {
		if l < 0 {
			return fmt.Errorf("its index has a label %d", l)
		}
	}
	if want := int64(len(s.Labels)) * int64(s.Shape.Size()); records != want {
		return fmt.Errorf("holds %d bytes of images, want %d", records, want)
	}
	return nil
}

// checkRecord compares record i, as read, with its checksum.
func (s *shardIndex) checkRecord(i int, record []byte) error {
	if checksum(record) != s.CRC[i] {
		return fmt.Errorf("image %d is damaged (the checksum differs)", i)
	}
	return nil
}

// readFullAt fills p from offset off; a file that ends before is an error, and
// one that ends just there is not.
func readFullAt(r io.ReaderAt, p []byte, off int64) error {
	n, err := r.ReadAt(p, off)
	if n == len(p) {
		return nil
	}
	if err == io.EOF {
		return errors.New("is cut short")
	}
	return err
}
