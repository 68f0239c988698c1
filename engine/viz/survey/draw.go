package survey

import (
	"fmt"
	"image"
	"image/color"

	"golang.org/x/image/draw"

	"tandem/engine/tensor"
	"tandem/engine/viz"
)

// Shares returns the confusion as a map, 1 x label x predicted: of each label's
// images, the share taken for each class. viz.Activations draws it.
func (c Confusion) Shares() *tensor.Tensor {
	t := tensor.New(1, len(c), len(c))
	for label, cells := range c {
		total := 0
		for _, cell := range cells {
			total += len(cell)
		}
		for predicted, cell := range cells {
			if total > 0 {
				t.Data[label*len(c)+predicted] = float32(len(cell)) / float32(total)
			}
		}
	}
	return t
}

// Mistakes is Shares without the diagonal, which outshines all else.
func (c Confusion) Mistakes() *tensor.Tensor {
	t := c.Shares()
	for i := range c {
		t.Data[i*len(c)+i] = 0
	}
	return t
}

var ground = color.RGBA{58, 64, 74, 255} // of what no picture covers

// Mosaic draws rows of pictures, each scaled to fit a square cell; nil leaves
// one empty. Pixels stay sharp. The error says that it would be too large.
func Mosaic(rows [][]image.Image, cell int) (*image.RGBA, error) {
	const gap = 2
	columns := 0
	for _, r := range rows {
		columns = max(columns, len(r))
	}
	pitch := cell + gap
	size := image.Pt(columns*pitch+gap, len(rows)*pitch+gap)
	if cell < 1 || size.X > viz.MaxSide || size.Y > viz.MaxSide {
		return nil, fmt.Errorf("a mosaic of %dx%d cells of %d pixels: a picture has 1 to %d pixels a side", columns, len(rows), cell, viz.MaxSide)
	}
	dst := image.NewRGBA(image.Rectangle{Max: size})
	draw.Draw(dst, dst.Bounds(), image.NewUniform(ground), image.Point{}, draw.Src)
	for y, r := range rows {
		for x, img := range r {
			if img != nil {
				fit(dst, image.Rect(0, 0, cell, cell).Add(image.Pt(x*pitch+gap, y*pitch+gap)), img)
			}
		}
	}
	return dst, nil
}

// fit draws img in the middle of r, as large as its proportions allow.
func fit(dst *image.RGBA, r image.Rectangle, img image.Image) {
	b := img.Bounds()
	long := max(b.Dx(), b.Dy())
	w, h := max(1, r.Dx()*b.Dx()/long), max(1, r.Dy()*b.Dy()/long)
	at := r.Min.Add(image.Pt((r.Dx()-w)/2, (r.Dy()-h)/2))
	draw.NearestNeighbor.Scale(dst, image.Rectangle{Min: at, Max: at.Add(image.Pt(w, h))}, img, b, draw.Src, nil)
}

// Scatter draws a map: each point's picture where it lies, in a square of side
// pixels, the later over the earlier. Both axes have one scale.
func Scatter(points [][2]float64, picture func(i int) image.Image, side, cell int) (*image.RGBA, error) {
	if cell < 1 || side <= cell || side > viz.MaxSide {
		return nil, fmt.Errorf("a map of %d pixels a side with pictures of %d: the map has to be larger, and at most %d", side, cell, viz.MaxSide)
	}
	dst := image.NewRGBA(image.Rect(0, 0, side, side))
	draw.Draw(dst, dst.Bounds(), image.NewUniform(ground), image.Point{}, draw.Src)
	for i, at := range places(points, side-cell) {
		fit(dst, image.Rect(0, 0, cell, cell).Add(at), picture(i))
	}
	return dst, nil
}

// places spreads points over 0 to side, the middle of their box in its middle.
func places(points [][2]float64, side int) []image.Point {
	if len(points) == 0 {
		return nil
	}
	low, high := points[0], points[0]
	for _, p := range points {
		for a := range 2 {
			low[a], high[a] = min(low[a], p[a]), max(high[a], p[a])
		}
	}
	scale := 0.0
	if span := max(high[0]-low[0], high[1]-low[1]); span > 0 {
		scale = float64(side) / span
	}
	out := make([]image.Point, len(points))
	for i, p := range points {
		out[i].X = int(float64(side)/2 + (p[0]-(low[0]+high[0])/2)*scale)
		out[i].Y = int(float64(side)/2 + (p[1]-(low[1]+high[1])/2)*scale)
	}
	return out
}
