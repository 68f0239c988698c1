package survey

import (
	"image"
	"image/color"
	"slices"
	"testing"
)

func uniform(w, h int, c color.RGBA) image.Image {
	img := image.NewRGBA(image.Rect(5, 7, 5+w, 7+h)) // as a part of a larger one has it
	for i := 0; i < len(img.Pix); i += 4 {
		img.Pix[i], img.Pix[i+1], img.Pix[i+2], img.Pix[i+3] = c.R, c.G, c.B, c.A
	}
	return img
}

var (
	red  = color.RGBA{255, 0, 0, 255}
	blue = color.RGBA{0, 0, 255, 255}
)

func at(img *image.RGBA, x, y int) color.RGBA { return img.RGBAAt(x, y) }

func TestMosaicPlacesPictures(t *testing.T) {
	img, err := Mosaic([][]image.Image{{uniform(4, 4, red), nil, uniform(2, 8, blue)}, {uniform(9, 3, blue)}}, 12)
	if err != nil {
		t.Fatal(err)
	}
	if img.Bounds() != image.Rect(0, 0, 44, 30) {
		t.Errorf("size %v", img.Bounds())
	}
	for _, c := range []struct {
		x, y int
		want color.RGBA
	}{
		{1, 1, ground}, {2, 2, red}, {13, 13, red}, {14, 5, ground}, {20, 8, ground}, // the first cell, a gap, none
		{33, 2, ground}, {34, 2, blue}, {36, 13, blue}, {37, 8, ground}, // 3 of 12 wide
		{2, 19, ground}, {2, 20, blue}, {13, 23, blue}, {13, 24, ground}, // 4 of 12 high
	} {
		if got := at(img, c.x, c.y); got != c.want {
			t.Errorf("pixel %d, %d is %v, want %v", c.x, c.y, got, c.want)
		}
	}
	if _, err := Mosaic([][]image.Image{make([]image.Image, 1000)}, 20); err == nil {
		t.Error("a mosaic of 22,000 pixels")
	}
}

func TestScatterPlacesPictures(t *testing.T) {
	points := [][2]float64{{-3, 0}, {5, 2}, {1, 1}}
	got := places(points, 80)
	if want := []image.Point{{0, 30}, {80, 50}, {40, 40}}; !slices.Equal(got, want) {
		t.Errorf("places %v, want %v", got, want)
	}
	img, err := Scatter(points, func(i int) image.Image { return uniform(3, 3, []color.RGBA{red, blue, red}[i]) }, 90, 10)
	if err != nil {
		t.Fatal(err)
	}
	if at(img, 9, 39) != red || at(img, 89, 50) != blue || at(img, 45, 45) != red || at(img, 45, 60) != ground {
		t.Error("pictures lie elsewhere")
	}
	if got := places([][2]float64{{4, 4}}, 10); got[0] != image.Pt(5, 5) {
		t.Errorf("a point alone lies at %v", got)
	}
	if _, err := Scatter(points, nil, 10, 10); err == nil {
		t.Error("a map no larger than its pictures")
	}
}

func TestSharesOfAConfusion(t *testing.T) {
	o := Outcome{}
	c := Confusion{{{o, o, o}, {o}}, {nil, nil}}
	if got := c.Shares().Data; !slices.Equal(got, []float32{0.75, 0.25, 0, 0}) {
		t.Errorf("shares %v", got)
	}
	if got := c.Mistakes().Data; !slices.Equal(got, []float32{0, 0.25, 0, 0}) {
		t.Errorf("mistakes %v", got)
	}
}
