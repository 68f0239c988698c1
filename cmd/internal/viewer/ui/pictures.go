package ui

import (
	"image"

	"github.com/hajimehoshi/ebiten/v2"
)

// maxTexture is the side up to which a picture is uploaded whole: what every GPU
// and browser takes.
const maxTexture = 4096

// pictureCache keeps uploaded pictures for as long as they are drawn.
type pictureCache struct {
	entries map[pictureKey]*pictureEntry
}

// pictureKey is a picture; of one too large to upload whole, the part.
type pictureKey struct {
	img  *image.RGBA
	part image.Rectangle
}

type pictureEntry struct {
	texture *ebiten.Image
	used    bool // in this frame
}

// get returns the part src of img as a texture.
func (c *pictureCache) get(img *image.RGBA, src image.Rectangle) *ebiten.Image {
	whole := img.Bounds().Dx() <= maxTexture && img.Bounds().Dy() <= maxTexture
	key := pictureKey{img: img}
	if !whole {
		key.part = src
	}
	if c.entries == nil {
		c.entries = map[pictureKey]*pictureEntry{}
	}
	e := c.entries[key]
	if e == nil {
		e = &pictureEntry{texture: upload(img, key.part)}
		c.entries[key] = e
	}
	e.used = true
	if !whole {
		return e.texture
	}
	return e.texture.SubImage(src.Sub(img.Bounds().Min)).(*ebiten.Image)
}

// upload copies a part of img, or all for an empty one.
func upload(img *image.RGBA, part image.Rectangle) *ebiten.Image {
	if part.Empty() {
		part = img.Bounds()
	}
	pixels := make([]byte, 0, 4*part.Dx()*part.Dy())
	for y := part.Min.Y; y < part.Max.Y; y++ {
		i := img.PixOffset(part.Min.X, y)
		pixels = append(pixels, img.Pix[i:i+4*part.Dx()]...)
	}
	t := ebiten.NewImageWithOptions(image.Rectangle{Max: part.Size()}, &ebiten.NewImageOptions{Unmanaged: part.Dx()*part.Dy() > 1<<18})
	t.WritePixels(pixels)
	return t
}

// sweep frees what the last frame has not drawn.
func (c *pictureCache) sweep() {
	for k, e := range c.entries {
		if !e.used {
			e.texture.Deallocate()
			delete(c.entries, k)
		}
		e.used = false
	}
}
