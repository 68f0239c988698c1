package viewer

import (
	"image"

	"tandem/cmd/internal/viewer/ui"
)

// drawPicture draws a picture as large as it fits in r, and returns where.
func drawPicture(f *ui.Frame, r image.Rectangle, img *image.RGBA) image.Rectangle {
	if img == nil {
		return image.Rectangle{Min: r.Min, Max: r.Min}
	}
	placed := ui.Fit(img.Bounds().Size(), r)
	f.Picture(img, img.Bounds(), placed, false)
	return placed
}

// onPicture returns where pixels of a picture with some bounds are when it is drawn
// into placed; what lies outside is cut off.
func onPicture(pixels, bounds, placed image.Rectangle) image.Rectangle {
	pixels = pixels.Intersect(bounds)
	if pixels.Empty() {
		return image.Rectangle{}
	}
	x := func(p int) int { return placed.Min.X + border(p-bounds.Min.X, bounds.Dx(), placed.Dx()) }
	y := func(p int) int { return placed.Min.Y + border(p-bounds.Min.Y, bounds.Dy(), placed.Dy()) }
	return image.Rect(x(pixels.Min.X), y(pixels.Min.Y), x(pixels.Max.X), y(pixels.Max.Y))
}

// border returns the place of n on screen that is nearest to where pixel p of size
// begins, of two the lower. So the middles of the places from one border up to the
// next lie in that pixel.
func border(p, size, n int) int { return (2*p*n + size - 1) / (2 * size) }

// pixelAt returns the pixel of a picture that is drawn into placed under the middle
// of a place of the screen.
func pixelAt(p image.Point, bounds, placed image.Rectangle) (pixel image.Point, ok bool) {
	if !p.In(placed) || bounds.Empty() {
		return image.Point{}, false
	}
	d := p.Sub(placed.Min)
	return bounds.Min.Add(image.Pt((2*d.X+1)*bounds.Dx()/(2*placed.Dx()), (2*d.Y+1)*bounds.Dy()/(2*placed.Dy()))), true
}

// drawField frames a part of a picture, light in dark, so that it shows on any.
func drawField(f *ui.Frame, r image.Rectangle) {
	if r.Empty() {
		return
	}
	f.Stroke(r.Inset(-1), ui.Dark.Back)
	f.Stroke(r, ui.Dark.Accent)
}
