package data

import "tandem/engine/tensor"

// memory is a dataset held in memory.
type memory struct {
	shape   tensor.Shape
	classes []string
	pixels  []byte // Len() x C x H x W
	labels  []int32
	broken  map[int]*BrokenImage // by index; nil for none
}

func (m *memory) Len() int            { return len(m.labels) }
func (m *memory) Shape() tensor.Shape { return m.shape }
func (m *memory) Classes() []string   { return m.classes }
func (m *memory) Close() error        { return nil }

func (m *memory) Read(i int, dst []byte) (label int, err error) {
	if b := m.broken[i]; b != nil {
		return 0, b
	}
	copy(dst, m.image(i))
	return int(m.labels[i]), nil
}

// image is the storage of image i.
func (m *memory) image(i int) []byte {
	n := m.shape.Size()
	return m.pixels[i*n:][:n]
}
