package data

import (
	"image"
	"sync"

	"tandem/engine/tensor"
)

// converted resizes another dataset's images, or changes their channels, as
// they are read.
type converted struct {
	Dataset
	shape tensor.Shape
	size  int // 0: as they are
	raw   sync.Pool
}

// convert applies o's size and channels to images that have others.
func convert(ds Dataset, o Options) Dataset {
	shape := ds.Shape().Clone()
	if o.Channels > 0 {
		shape[0] = o.Channels
	}
	if o.Size > 0 {
		shape[1], shape[2] = o.Size, o.Size
	}
	if shape.Equal(ds.Shape()) {
		return ds
	}
	c := &converted{Dataset: ds, shape: shape, size: o.Size}
	c.raw.New = func() any { return make([]byte, ds.Shape().Size()) }
	return c
}

func (c *converted) Shape() tensor.Shape { return c.shape }

func (c *converted) Read(i int, dst []byte) (label int, err error) {
	raw := c.raw.Get().([]byte)
	defer c.raw.Put(raw)
	label, err = c.Dataset.Read(i, raw)
	if err == nil {
		copy(dst, ToCHW(FromCHW(raw, c.Dataset.Shape()), c.size, c.shape[0]))
	}
	return label, err
}

// FromCHW returns planes of bytes, 1 (grey) or 3 (RGB), as a picture.
func FromCHW(pixels []byte, shape tensor.Shape) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, shape[2], shape[1]))
	n := shape[1] * shape[2]
	last := shape[0] - 1
	for i := range n {
		copy(img.Pix[4*i:], []byte{pixels[i], pixels[min(1, last)*n+i], pixels[last*n+i], 255})
	}
	return img
}
