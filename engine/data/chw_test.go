package data

import (
	"image"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"tandem/engine/tensor"
)

func noisePicture(r *rand.Rand, w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for i := range img.Pix {
		img.Pix[i] = byte(r.Uint32())
		if i%4 == 3 {
			img.Pix[i] = 255
		}
	}
	return img
}

// naiveResize weighs the central square's pixels with a triangle whose half
// width is one pixel of the coarser of the two grids.
func naiveResize(img *image.RGBA, size, x, y, channel int) float64 {
	w, h := img.Rect.Dx(), img.Rect.Dy()
	side := min(w, h)
	left, top := (w-side)/2, (h-side)/2
	scale := float64(side) / float64(size)
	weight := func(source, target int) float64 {
		distance := math.Abs((float64(target)+0.5)*scale - (float64(source) + 0.5))
		return math.Max(0, 1-distance/math.Max(1, scale))
	}
	var sum, weights float64
	for sy := range side {
		for sx := range side {
			k := weight(sx, x) * weight(sy, y)
			weights += k
			sum += k * float64(img.Pix[img.PixOffset(left+sx, top+sy)+channel])
		}
	}
	return sum / weights
}

func TestResizeAgainstNaive(t *testing.T) {
	r := newRand(t)
	for _, c := range []struct{ w, h, size int }{{31, 17, 8}, {9, 14, 7}, {5, 5, 12}, {40, 7, 13}, {1, 1, 3}, {6, 8, 6}} {
		img := noisePicture(r, c.w, c.h)
		got := ToCHW(img, c.size, 3)
		for i, v := range got {
			channel, y, x := i/(c.size*c.size), i/c.size%c.size, i%c.size
			if want := naiveResize(img, c.size, x, y, channel); math.Abs(float64(v)-want) > 1 {
				t.Errorf("%dx%d to %d: %d at (%d, %d, %d), want %.2f", c.w, c.h, c.size, v, channel, y, x, want)
				break
			}
		}
	}
}

func TestOwnSizeIsKeptExactly(t *testing.T) {
	img := noisePicture(newRand(t), 7, 5)
	got := ToCHW(img.SubImage(image.Rect(2, 1, 6, 4)), 0, 3)
	for i, v := range got {
		channel, y, x := i/12, i/4%3, i%4
		if want := img.Pix[img.PixOffset(2+x, 1+y)+channel]; v != want {
			t.Fatalf("%d at (%d, %d, %d), want %d", v, channel, y, x, want)
		}
	}
}

// Colours become their BT.601 luma, and all 256 greys stay as they are.
func TestGrey(t *testing.T) {
	img := noisePicture(newRand(t), 16, 16)
	for i, v := range ToCHW(img, 0, 1) {
		p := img.Pix[4*i:]
		want := 0.299*float64(p[0]) + 0.587*float64(p[1]) + 0.114*float64(p[2])
		if math.Abs(float64(v)-want) > 0.51 {
			t.Errorf("%v is %d, want %.2f", p[:3], v, want)
		}
	}
	for v := range 256 {
		if got := luma(byte(v), byte(v), byte(v)); int(got) != v {
			t.Errorf("grey %d became %d", v, got)
		}
	}
}

func TestConvertedDataset(t *testing.T) {
	r := newRand(t)
	grey, colour := randomSet(r, 3, 1, 4, 6), randomSet(r, 3, 3, 4, 6)
	if ds := convert(grey, Options{}); ds != Dataset(grey) {
		t.Error("converted without need")
	}
	tripled := convert(grey, Options{Channels: 3})
	if got, want := readImage(t, tripled, 2), slices.Repeat(grey.image(2), 3); !slices.Equal(got, want) {
		t.Errorf("grey became %v, want %v", got, want)
	}
	single := convert(colour, Options{Channels: 1, Size: 4})
	if !single.Shape().Equal(tensor.Shape{1, 4, 4}) {
		t.Fatalf("shape %v", single.Shape())
	}
	for i, v := range readImage(t, single, 1) {
		at := i/4*6 + 1 + i%4
		p := colour.image(1)
		if want := luma(p[at], p[24+at], p[48+at]); v != want {
			t.Errorf("grey at %d is %d, want %d", i, v, want)
		}
	}
}

// readImage reads one image into fresh storage and checks its label.
func readImage(t *testing.T, ds Dataset, i int) []byte {
	t.Helper()
	dst := make([]byte, ds.Shape().Size())
	if label, err := ds.Read(i, dst); err != nil || label != i%3 {
		t.Fatalf("image %d: label %d, %v", i, label, err)
	}
	return dst
}
