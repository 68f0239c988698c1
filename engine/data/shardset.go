package data

import (
	"errors"
	"fmt"
	"os"
	"sync"

	"tandem/engine/tensor"
)

// maxOpenShards is how many files a set keeps open: far below the 1024 that
// systems usually allow a process.
const maxOpenShards = 128

// shardSet is one split kept in shards.
type shardSet struct {
	shape   tensor.Shape
	classes []string
	images  []shardImage
	shards  []openedShard
	slots   [maxOpenShards]shardSlot
}

// shardImage says where an image is.
type shardImage struct{ shard, record int32 }

type openedShard struct {
	path  string
	index *shardIndex
}

// openShardSet opens shards one after another; their images follow in the same
// order. All must have images of the given shape and labels below the number of
// classes.
func openShardSet(paths []string, shape tensor.Shape, classes []string) (*shardSet, error) {
	s := &shardSet{shape: shape, classes: classes}
	for _, path := range paths {
		index, err := openShard(path)
		if err != nil {
			return nil, err
		}
		if err := s.append(path, index); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	return s, nil
}

func (s *shardSet) append(path string, index *shardIndex) error {
	if !index.Shape.Equal(s.shape) {
		return fmt.Errorf("its images are %v, want %v", index.Shape, s.shape)
	}
	for i, l := range index.Labels {
		if int(l) >= len(s.classes) {
			return fmt.Errorf("image %d has label %d, but there are %d classes", i, l, len(s.classes))
		}
		s.images = append(s.images, shardImage{int32(len(s.shards)), int32(i)})
	}
	s.shards = append(s.shards, openedShard{path, index})
	return nil
}

func (s *shardSet) Len() int            { return len(s.images) }
func (s *shardSet) Shape() tensor.Shape { return s.shape }
func (s *shardSet) Classes() []string   { return s.classes }

// Read implements Dataset with one read of the file, checked against the
// image's checksum.
func (s *shardSet) Read(i int, dst []byte) (int, error) {
	if len(dst) != s.shape.Size() {
		panic(fmt.Sprintf("data: %d bytes for an image of %v", len(dst), s.shape))
	}
	at := s.images[i]
	shard, record := s.shards[at.shard], int(at.record)
	slot := &s.slots[int(at.shard)%len(s.slots)]
	err := slot.readAt(shard.path, dst, int64(record)*int64(len(dst)))
	if err == nil {
		err = shard.index.checkRecord(record, dst)
	}
	if err != nil {
		return 0, fmt.Errorf("%s: %w", shard.path, err)
	}
	return int(shard.index.Labels[record]), nil
}

// Close implements Dataset.
func (s *shardSet) Close() error {
	var errs []error
	for i := range s.slots {
		errs = append(errs, s.slots[i].close())
	}
	return errors.Join(errs...)
}

// shardSlot keeps the last used of those shards open that share it. Readers of
// that file run side by side.
type shardSlot struct {
	mu     sync.RWMutex
	path   string
	file   *os.File
	closed bool
}

func (s *shardSlot) readAt(path string, p []byte, off int64) error {
	s.mu.RLock()
	if s.file != nil && s.path == path {
		defer s.mu.RUnlock()
		return readFullAt(s.file, p, off)
	}
	s.mu.RUnlock()

	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.switchTo(path); err != nil {
		return err
	}
	return readFullAt(s.file, p, off)
}

func (s *shardSlot) switchTo(path string) error {
	if s.closed {
		return os.ErrClosed
	}
	if s.file != nil && s.path == path { // another reader was faster
		return nil
	}
	f, err := os.Open(path)
	if err != nil {
		return errors.Unwrap(err) // the caller names the file
	}
	if s.file != nil {
		s.file.Close() // it was only read: there is nothing to lose
	}
	s.file, s.path = f, path
	return nil
}

func (s *shardSlot) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	if s.file == nil {
		return nil
	}
	f := s.file
	s.file = nil
	return f.Close()
}
