package ui

import (
	"image"
	"image/color"

	"github.com/hajimehoshi/ebiten/v2"
	"github.com/hajimehoshi/ebiten/v2/vector"
)

// Point is a place in logical pixels.
type Point struct{ X, Y float64 }

// Fill paints a rectangle.
func (f *Frame) Fill(r image.Rectangle, c color.RGBA) {
	if f.dst == nil || r.Intersect(f.clip).Empty() {
		return
	}
	d := f.device(r)
	vector.FillRect(f.dst, float32(d.Min.X), float32(d.Min.Y), float32(d.Dx()), float32(d.Dy()), c, false)
}

// Stroke draws a frame of one logical pixel just within r.
func (f *Frame) Stroke(r image.Rectangle, c color.RGBA) {
	f.Fill(image.Rect(r.Min.X, r.Min.Y, r.Max.X, r.Min.Y+1), c)
	f.Fill(image.Rect(r.Min.X, r.Max.Y-1, r.Max.X, r.Max.Y), c)
	f.Fill(image.Rect(r.Min.X, r.Min.Y+1, r.Min.X+1, r.Max.Y-1), c)
	f.Fill(image.Rect(r.Max.X-1, r.Min.Y+1, r.Max.X, r.Max.Y-1), c)
}

func (f *Frame) at(p Point) (x, y float32) {
	return float32(p.X * f.Scale), float32(p.Y * f.Scale)
}

// Picture draws the part src of img into r, with sharp pixels or smoothly. An img
// that was drawn must not change any more: give another for other pixels.
func (f *Frame) Picture(img *image.RGBA, src, r image.Rectangle, smooth bool) {
	if f.dst == nil || img == nil || src.Empty() || r.Intersect(f.clip).Empty() {
		return
	}
	d := f.device(r)
	var o ebiten.DrawImageOptions
	if smooth {
		o.Filter = ebiten.FilterLinear
	}
	part := f.ui.pictures.get(img, src)
	o.GeoM.Scale(float64(d.Dx())/float64(src.Dx()), float64(d.Dy())/float64(src.Dy()))
	o.GeoM.Translate(float64(d.Min.X), float64(d.Min.Y))
	f.dst.DrawImage(part, &o)
}

// Fit returns the largest rectangle of the shape of size in the middle of r.
func Fit(size image.Point, r image.Rectangle) image.Rectangle {
	if size.X <= 0 || size.Y <= 0 || r.Empty() {
		return image.Rectangle{Min: r.Min, Max: r.Min}
	}
	w, h := r.Dx(), r.Dx()*size.Y/size.X
	if h > r.Dy() {
		w, h = r.Dy()*size.X/size.Y, r.Dy()
	}
	at := image.Pt(r.Min.X+(r.Dx()-w)/2, r.Min.Y+(r.Dy()-h)/2)
	return image.Rectangle{at, at.Add(image.Pt(w, h))}
}
