package viz

import "image"

// Shrink returns a copy of img, its longer side reduced to side pixels where it is
// longer; smaller pictures keep their size. The copy begins at 0, 0.
func Shrink(img image.Image, side int) *image.RGBA {
	size := img.Bounds().Size()
	return fitInside(img, min(side, max(size.X, size.Y, 1)))
}
