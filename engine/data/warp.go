package data

import (
	"image"
	"math"

	"golang.org/x/image/draw"
	"golang.org/x/image/math/f64"
)

// Warp is a geometric change of a picture about its centre, applied in the
// order of the fields. These are the common augmentations that people compare
// the paper's crops and flips with; they are for looking at.
type Warp struct {
	Name   string
	Flip   bool    // left to right
	Zoom   float64 // factor; 0 is 1
	Shear  float64 // pixels to the right per pixel upwards
	Rotate float64 // degrees, counterclockwise
	ShiftX float64 // to the right, as a fraction of the width
	ShiftY float64 // downwards, as a fraction of the height
}

// CommonWarps is one example of each kind.
var CommonWarps = []Warp{
	{Name: "flip", Flip: true},
	{Name: "zoom", Zoom: 1.25},
	{Name: "shear", Shear: 0.25},
	{Name: "rotation", Rotate: 15},
	{Name: "shift", ShiftX: 0.1, ShiftY: 0.1},
}

// Apply returns the changed picture in the extents of img; what comes from
// outside img is transparent.
func (w Warp) Apply(img image.Image) *image.RGBA {
	b := img.Bounds()
	dst := image.NewRGBA(image.Rect(0, 0, b.Dx(), b.Dy()))
	draw.BiLinear.Transform(dst, w.matrix(b), img, b, draw.Src, nil)
	return dst
}

// matrix maps points of bounds to points of the result.
func (w Warp) matrix(bounds image.Rectangle) f64.Aff3 {
	zoomX, zoomY := w.Zoom, w.Zoom
	if w.Zoom == 0 {
		zoomX, zoomY = 1, 1
	}
	if w.Flip {
		zoomX = -zoomX
	}
	sin, cos := math.Sincos(-w.Rotate * math.Pi / 180) // y points down
	// rotation x shear x zoom, by columns
	a, d := cos*zoomX, sin*zoomX
	b, e := (-cos*w.Shear-sin)*zoomY, (-sin*w.Shear+cos)*zoomY
	width, height := float64(bounds.Dx()), float64(bounds.Dy())
	fromX, fromY := float64(bounds.Min.X)+width/2, float64(bounds.Min.Y)+height/2
	toX, toY := width*(0.5+w.ShiftX), height*(0.5+w.ShiftY)
	return f64.Aff3{a, b, toX - a*fromX - b*fromY, d, e, toY - d*fromX - e*fromY}
}
