package ui

import (
	"image"

	"github.com/hajimehoshi/ebiten/v2"
)

// band is the height of the pieces in which a picture too large to upload whole is
// drawn: only those in view are uploaded, and they stay while it scrolls.
const band = 1024

// Pixels draws the part src of img with its upper left corner at a place, a pixel of
// img on a device pixel: nothing is blurred, whatever Scale is. An img that was
// drawn must not change any more.
func (f *Frame) Pixels(img *image.RGBA, src image.Rectangle, at image.Point) {
	src = src.Intersect(img.Bounds())
	if f.dst == nil || src.Empty() {
		return
	}
	origin := f.device(image.Rectangle{Min: at, Max: at}).Min
	for _, part := range bands(img.Bounds(), src) {
		to := part.Sub(src.Min).Add(origin)
		if to.Intersect(f.device(f.clip)).Empty() {
			continue
		}
		var o ebiten.DrawImageOptions
		o.GeoM.Translate(float64(to.Min.X), float64(to.Min.Y))
		f.dst.DrawImage(f.ui.pictures.get(img, part), &o)
	}
}

// bands divides a part of a picture where the picture is too large to be uploaded
// whole. The cuts are the same wherever the part ends.
func bands(whole, src image.Rectangle) []image.Rectangle {
	if whole.Dx() <= maxTexture && whole.Dy() <= maxTexture {
		return []image.Rectangle{src}
	}
	var parts []image.Rectangle
	for y := whole.Min.Y; y < whole.Max.Y; y += band {
		if p := image.Rect(whole.Min.X, y, whole.Max.X, y+band).Intersect(src); !p.Empty() {
			parts = append(parts, p)
		}
	}
	return parts
}
