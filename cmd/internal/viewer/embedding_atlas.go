package viewer

import (
	"image"
	"image/color"
	"math"

	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer/ui"
)

// atlas is many small pictures in one, so that thousands are drawn as fast as a
// few. Each has a border in its class's colour.
type atlas struct {
	picture *image.RGBA
	columns int
	side    int // of a cell
}

const (
	atlasCell = 28
	atlasMost = 4096 // what every GPU and browser takes
)

// newAtlas draws thumbnails into an atlas; those of other classes than a
// highlighted one fade into the back.
func newAtlas(items []scene.Thumbnail, light highlight, back color.RGBA) *atlas {
	columns := max(1, int(math.Ceil(math.Sqrt(float64(len(items))))))
	a := &atlas{columns: columns, side: clamp(atlasMost/columns, 1, atlasCell)}
	a.picture = image.NewRGBA(image.Rect(0, 0, columns*a.side, (len(items)+columns-1)/columns*a.side))
	for i, t := range items {
		fade := 0.0
		if light.dims(t.Label) {
			fade = 0.8
		}
		a.draw(a.cell(i), t, fade, back)
	}
	return a
}

// cell returns the pixels of a thumbnail, its border included.
func (a *atlas) cell(i int) image.Rectangle {
	at := image.Pt(i%a.columns, i/a.columns).Mul(a.side)
	return image.Rectangle{at, at.Add(image.Pt(a.side, a.side))}
}

// draw draws a thumbnail by the nearest pixels.
func (a *atlas) draw(r image.Rectangle, t scene.Thumbnail, fade float64, back color.RGBA) {
	border := classColor(t.Label)
	inner := r.Inset(a.side / 9)
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			c := border
			if t.Picture != nil {
				if p, ok := pixelAt(image.Pt(x, y), t.Picture.Bounds(), inner); ok {
					c = t.Picture.RGBAAt(p.X, p.Y)
				}
			}
			a.picture.SetRGBA(x, y, ui.Mix(c, back, fade))
		}
	}
}

// highlight is a class that stands out; its zero value is none.
type highlight struct {
	on    bool
	class int
}

func (h highlight) dims(class int) bool { return h.on && class != h.class }
