package data

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"tandem/engine/tensor"
)

// A prepared ImageNet is a folder with
//
//	imagenet.json              imageNetManifest, written last
//	train/00000.shard, ...     training images
//	val/00000.shard, ...       validation images, if there are any
//	skipped.txt                the broken images that were left out, one a line
const (
	manifestFile    = "imagenet.json"
	skippedFile     = "skipped.txt"
	manifestVersion = 1
)

const prepareHint = "'tandem data prepare imagenet SRC %s'"

type imageNetManifest struct {
	Version int             `json:"version"`
	Shape   tensor.Shape    `json:"shape"` // C, H, W of every image
	Classes []imageNetClass `json:"classes"`
	Train   []shardEntry    `json:"train"`
	Val     []shardEntry    `json:"val"`
}

// shardEntry ties the manifest to its shards: a file of another preparation
// does not pass for one of this.
type shardEntry struct {
	Images int    `json:"images"`
	Index  uint32 `json:"index_crc32c"`
}

func shardPath(dir, split string, number int) string {
	return filepath.Join(dir, split, fmt.Sprintf("%05d.shard", number))
}

// openImageNet opens what PrepareImageNet wrote to dir. Indexes and sizes are
// checked now and each image when it is read. Either split is nil if it has no
// images.
func openImageNet(dir string) (*Splits, error) {
	path := filepath.Join(dir, manifestFile)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, explainUnprepared(dir)
	}
	if err != nil {
		return nil, err
	}
	m, err := parseManifest(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w; make it again with "+prepareHint, path, err, dir)
	}
	s := &Splits{}
	names := classNames(m.Classes)
	for split, entries := range map[string][]shardEntry{"train": m.Train, "val": m.Val} {
		set, err := openSplit(dir, split, entries, m.Shape, names)
		if err != nil {
			s.Close()
			return nil, fmt.Errorf("%w; "+prepareHint+" repairs it", err, dir)
		}
		switch {
		case set.Len() == 0:
		case split == "train":
			s.Train = set
		default:
			s.Test = set
		}
	}
	if s.Train == nil && s.Test == nil {
		return nil, fmt.Errorf("%s: lists no images; make it again with "+prepareHint, path, dir)
	}
	return s, nil
}

func openSplit(dir, split string, entries []shardEntry, shape tensor.Shape, classes []string) (*shardSet, error) {
	paths := make([]string, len(entries))
	for i := range entries {
		paths[i] = shardPath(dir, split, i)
	}
	set, err := openShardSet(paths, shape, classes)
	if err != nil {
		return nil, err
	}
	for i, e := range entries {
		if index := set.shards[i].index; index.sum != e.Index || len(index.Labels) != e.Images {
			return nil, fmt.Errorf("%s: belongs to another preparation than %s", paths[i], manifestFile)
		}
	}
	return set, nil
}

func explainUnprepared(dir string) error {
	if shards, _ := filepath.Glob(filepath.Join(globSafe(dir), "*", "*.shard")); len(shards) > 0 {
		return fmt.Errorf("%s: its preparation was not finished; "+prepareHint+" goes on where it stopped", dir, dir)
	}
	return fmt.Errorf("%s: is no prepared ImageNet (it has no %s); make one with 'tandem data prepare imagenet SRC DST'", dir, manifestFile)
}

func parseManifest(text []byte) (*imageNetManifest, error) {
	m := new(imageNetManifest)
	if err := json.Unmarshal(text, m); err != nil {
		return nil, fmt.Errorf("is damaged: %w", err)
	}
	if m.Version != manifestVersion {
		return nil, fmt.Errorf("has version %d, this program reads %d", m.Version, manifestVersion)
	}
	if len(m.Classes) == 0 {
		return nil, errors.New("names no classes")
	}
	return m, nil
}
