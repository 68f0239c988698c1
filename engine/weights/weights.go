// Package weights reads and writes trained networks. The native format is
// safetensors (https://github.com/huggingface/safetensors): eight bytes with the
// header's length, a JSON header with every tensor's type, shape and place and
// a map of strings, then the numbers. Other programs read it as it is.
//
// Files written here carry a SHA-256 of themselves, so a damaged one is refused.
package weights

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"tandem/engine/tensor"
)

// File is what a safetensors file holds.
type File struct {
	Tensors map[string]*tensor.Tensor
	Meta    map[string]string // names that begin with "tandem." are kept for the format itself
}

// Names of the format. A file with any metadata name of our prefix was written
// here and must carry the checksum: two such names mean that no single flipped
// bit can pass the file off as a foreign one.
const (
	metadataKey = "__metadata__"
	ownPrefix   = "tandem."
	digestKey   = ownPrefix + "sha256"
	versionKey  = ownPrefix + "file"
	version     = "1"
)

const (
	lengthSize    = 8
	maxHeaderSize = 100_000_000 // the limit of the reference implementation
	chunkSize     = 1 << 16     // bytes converted at a time
)

// check panics on content that no safetensors file can hold.
func (f *File) check() {
	for key, value := range f.Meta {
		if strings.HasPrefix(key, ownPrefix) {
			panic(fmt.Sprintf("weights: metadata name %q is kept for the file format", key))
		}
		if !utf8.ValidString(key) || !utf8.ValidString(value) {
			panic(fmt.Sprintf("weights: metadata %q is not UTF-8", key))
		}
	}
	for name, t := range f.Tensors {
		if name == metadataKey || !utf8.ValidString(name) {
			panic(fmt.Sprintf("weights: a tensor cannot be named %q", name))
		}
		if t.Shape.Size() != len(t.Data) {
			panic(fmt.Sprintf("weights: tensor %s of shape %v has %d elements", name, t.Shape, len(t.Data)))
		}
	}
}
