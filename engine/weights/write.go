package weights

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"tandem/engine/atomicfile"
	"tandem/engine/tensor"
)

var blankDigest = strings.Repeat("0", 2*sha256.Size)

// Write stores f at path as float32, tensors in the order of their names, so
// that equal content gives equal bytes. The file appears whole or not at all
// (see atomicfile.Write); errors name path. A shape that does not fit its data
// panics.
func Write(path string, f *File) error { return writeAs(path, f, "F32") }

// WriteHalf is Write with the numbers rounded to float16: half the size, for
// networks that are only looked at. Magnitudes from 65520 become infinities.
func WriteHalf(path string, f *File) error { return writeAs(path, f, "F16") }

func writeAs(path string, f *File, kind string) error {
	header := f.header(kind)
	if len(header) > maxHeaderSize {
		return fmt.Errorf("writing %s: its names and metadata take %d bytes, the format allows %d", path, len(header), maxHeaderSize)
	}
	return atomicfile.Write(path, func(out *os.File) error {
		sum := sha256.New()
		if err := f.encode(io.MultiWriter(out, sum), header, dtypes[kind]); err != nil {
			return err
		}
		_, err := out.WriteAt(hexDigest(sum), lengthSize+int64(digestOffset(header, blankDigest)))
		return err
	})
}

func hexDigest(sum hash.Hash) []byte { return hex.AppendEncode(nil, sum.Sum(nil)) }

// digestOffset finds where in the header the checksum's digits lie, -1 where
// the header has no such checksum. Inside a JSON string every quote follows a
// backslash, so only the real field matches.
func digestOffset(header []byte, digest string) int {
	field := `"` + digestKey + `":"`
	i := bytes.Index(header, []byte(field+digest+`"`))
	if i < 0 {
		return -1
	}
	return i + len(field)
}

// tensorInfo describes a tensor in the header.
type tensorInfo struct {
	Dtype   string `json:"dtype"`
	Shape   []int  `json:"shape"`
	Offsets [2]int `json:"data_offsets"` // bytes, counted from the end of the header
}

// header returns the JSON header with a blank checksum, padded with spaces so
// that the numbers are aligned to eight bytes.
func (f *File) header(kind string) []byte {
	f.check()
	meta := map[string]string{digestKey: blankDigest, versionKey: version}
	maps.Copy(meta, f.Meta)
	fields := map[string]any{metadataKey: meta}
	offset := 0
	for _, name := range f.names() {
		t := f.Tensors[name]
		end := offset + len(t.Data)*dtypes[kind].size
		fields[name] = tensorInfo{kind, append([]int{}, t.Shape...), [2]int{offset, end}}
		offset = end
	}
	header, err := json.Marshal(fields)
	if err != nil {
		panic(err) // strings and integers always marshal
	}
	for len(header)%lengthSize != 0 {
		header = append(header, ' ')
	}
	return header
}

func (f *File) names() []string { return slices.Sorted(maps.Keys(f.Tensors)) }

func (f *File) encode(w io.Writer, header []byte, kind dtype) error {
	if _, err := w.Write(binary.LittleEndian.AppendUint64(nil, uint64(len(header)))); err != nil {
		return err
	}
	if _, err := w.Write(header); err != nil {
		return err
	}
	for _, name := range f.names() {
		if err := encodeTensor(w, f.Tensors[name], kind); err != nil {
			return err
		}
	}
	return nil
}

func encodeTensor(w io.Writer, t *tensor.Tensor, kind dtype) error {
	chunk := make([]byte, chunkSize)
	for part := range slices.Chunk(t.Data, chunkSize/kind.size) {
		b := chunk[:len(part)*kind.size]
		kind.encode(b, part)
		if _, err := w.Write(b); err != nil {
			return err
		}
	}
	return nil
}
