package data

import (
	"context"
	"fmt"
	"sync"

	"tandem/engine/tensor"
)

// open settles the shape of the images, and decodes all of them at once where
// they fit into memory. Broken ones found on the way are added to s.
func (f *folders) open(o Options, s *Splits) (Dataset, error) {
	f.size, f.channels = o.Size, o.Channels
	if f.channels == 0 {
		f.channels = 3
	}
	if err := f.settleShape(); err != nil {
		return nil, err
	}
	budget := o.MemoryBudget
	if budget == 0 {
		budget = DefaultMemoryBudget
	}
	if int64(f.Len())*int64(f.shape.Size()) > budget {
		return f, nil
	}
	m, err := f.preload(o.Progress)
	if err != nil {
		return nil, err
	}
	for i := range m.labels {
		if b := m.broken[i]; b != nil {
			s.Skipped = append(s.Skipped, b.skipped())
		}
	}
	return m, nil
}

// settleShape takes the shape of the first image that can be decoded.
func (f *folders) settleShape() error {
	if f.size > 0 {
		f.shape = tensor.Shape{f.channels, f.size, f.size}
		return nil
	}
	for i := range f.files {
		_, shape, err := f.decode(i)
		if err == nil {
			f.shape = shape
			return nil
		}
		if asBroken(err) == nil {
			return err
		}
	}
	return f.noneReadable()
}

func (f *folders) noneReadable() error {
	return fmt.Errorf("%s: none of the %d files is an image that can be decoded", f.dir, f.Len())
}

// preload decodes every image, on all cores.
func (f *folders) preload(progress func(done, total int)) (*memory, error) {
	m := &memory{
		shape:   f.shape,
		classes: f.classes,
		pixels:  make([]byte, f.Len()*f.shape.Size()),
		labels:  make([]int32, f.Len()),
		broken:  map[int]*BrokenImage{},
	}
	var mu sync.Mutex // guards broken
	err := parallel(context.Background(), f.Len(), progress, func() func(int) error {
		return func(i int) error {
			label, err := f.Read(i, m.image(i))
			m.labels[i] = int32(label)
			if b := asBroken(err); b != nil {
				mu.Lock()
				defer mu.Unlock()
				m.broken[i] = b
				return nil
			}
			return err
		}
	})
	if err == nil && len(m.broken) == f.Len() {
		err = f.noneReadable()
	}
	return m, err
}
