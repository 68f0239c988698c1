package viz

import (
	"image"

	"golang.org/x/image/draw"
)

// fitInside returns img with its longer side at most side pixels: enlarged by
// the largest whole factor, so that its pixels stay visible, or reduced
// smoothly.
func fitInside(img image.Image, side int) *image.RGBA {
	size := img.Bounds().Size()
	long := max(size.X, size.Y, 1)
	if long > side {
		dst := image.NewRGBA(image.Rect(0, 0, max(1, size.X*side/long), max(1, size.Y*side/long)))
		draw.CatmullRom.Scale(dst, dst.Bounds(), img, img.Bounds(), draw.Src, nil)
		return dst
	}
	dst := image.NewRGBA(image.Rectangle{Max: size.Mul(side / long)})
	draw.NearestNeighbor.Scale(dst, dst.Bounds(), img, img.Bounds(), draw.Src, nil)
	return dst
}
