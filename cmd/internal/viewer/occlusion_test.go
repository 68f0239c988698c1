package viewer

import (
	"image"
	"image/color"
	"math/rand/v2"
	"slices"
	"testing"

	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer/ui"
	"tandem/engine/tensor"
)

func noisePicture(r image.Rectangle) *image.RGBA {
	img := image.NewRGBA(r)
	for i := range img.Pix {
		img.Pix[i] = uint8(rand.IntN(256))
	}
	return img
}

// Pixel by pixel against the definition, on odd sizes.
func TestLay(t *testing.T) {
	for range 50 {
		at := image.Pt(rand.IntN(3), rand.IntN(3))
		photo := noisePicture(image.Rectangle{at, at.Add(image.Pt(1+rand.IntN(11), 1+rand.IntN(11)))})
		cells := noisePicture(image.Rect(1, 2, 2+rand.IntN(5), 3+rand.IntN(5)))
		stride, opacity := 1+rand.IntN(4), rand.Float64()
		got := lay(photo, cells, stride, opacity)
		for y := range photo.Rect.Dy() {
			for x := range photo.Rect.Dx() {
				under := photo.RGBAAt(at.X+x, at.Y+y)
				want := [3]float64{float64(under.R), float64(under.G), float64(under.B)}
				if i, j := x/stride, y/stride; i < cells.Rect.Dx() && j < cells.Rect.Dy() {
					over := cells.RGBAAt(1+i, 2+j)
					for k, c := range []uint8{over.R, over.G, over.B} {
						want[k] += opacity * (float64(c) - want[k])
					}
				}
				c := got.RGBAAt(at.X+x, at.Y+y)
				for k, c := range []uint8{c.R, c.G, c.B} {
					if d := float64(c) - want[k]; d > 0.51 || d < -0.51 {
						t.Fatalf("pixel (%d, %d) is %v, want %v", x, y, c, want[k])
					}
				}
			}
		}
	}
}

func TestLayAtTheEndsOfTheSlider(t *testing.T) {
	photo, cells := noisePicture(image.Rect(0, 0, 5, 5)), noisePicture(image.Rect(0, 0, 5, 5))
	if got := lay(photo, cells, 1, 0); !slices.Equal(got.Pix, photo.Pix) {
		t.Error("with opacity 0 the photo is not itself")
	}
	if got := lay(photo, cells, 1, 1); !slices.Equal(got.Pix, cells.Pix) {
		t.Error("with opacity 1 the map is not itself")
	}
}

// Every pixel's square is in the image, is as large as it should be unless the
// border cuts it, and is about the middle of the pixel's cell.
func TestHiddenSquares(t *testing.T) {
	for range 200 {
		size := image.Pt(3+rand.IntN(20), 3+rand.IntN(20))
		o := &scene.Occlusion{Side: 1 + rand.IntN(7), Stride: 1 + rand.IntN(6)}
		o.Drop = tensor.New((size.Y+o.Stride-1)/o.Stride, (size.X+o.Stride-1)/o.Stride)
		p := image.Pt(rand.IntN(size.X), rand.IntN(size.Y))
		cell, ok := cellAt(p, o)
		if !ok || cell != image.Pt(p.X/o.Stride, p.Y/o.Stride) {
			t.Fatalf("%v in an image of %v, stride %d: cell %v", p, size, o.Stride, cell)
		}
		s, whole := hidden(cell, o, size), image.Rectangle{Max: size}
		mid := image.Pt(min(cell.X*o.Stride+o.Stride/2, size.X-1), min(cell.Y*o.Stride+o.Stride/2, size.Y-1))
		if !mid.In(s) || !s.In(whole) {
			t.Fatalf("the square %v of cell %v misses %v, or the image", s, cell, mid)
		}
		cut := s.Min.X == 0 || s.Min.Y == 0 || s.Max.X == size.X || s.Max.Y == size.Y
		if !cut && s.Size() != image.Pt(o.Side, o.Side) {
			t.Fatalf("the square is %v, side %d", s, o.Side)
		}
	}
	o := &scene.Occlusion{Stride: 4, Drop: tensor.New(2, 3)}
	if _, ok := cellAt(image.Pt(12, 0), o); ok {
		t.Error("a pixel beyond the map has a cell")
	}
}

func TestShares(t *testing.T) {
	got := shares([]int{4, 2, 2, 7, 4, 4})
	if !slices.Equal(got, []classShare{{4, 3}, {2, 2}, {7, 1}}) {
		t.Error(got)
	}
	if got := shares(nil); len(got) != 0 {
		t.Error(got)
	}
}

func TestClassPicture(t *testing.T) {
	o := &scene.Occlusion{Drop: tensor.New(2, 3), Likeliest: []int{0, 1, 2, 3, 999, -1}}
	img := classPicture(o)
	for i, class := range o.Likeliest {
		if got := img.RGBAAt(i%3, i/3); got != classColor(class) {
			t.Errorf("place %d is %v", i, got)
		}
	}
}

// Two classes of a small data set never look the same, and those next to each other
// are well apart.
func TestClassColors(t *testing.T) {
	far := func(a, b color.RGBA) int {
		d := func(x, y uint8) int { return max(int(x)-int(y), int(y)-int(x)) }
		return d(a.R, b.R) + d(a.G, b.G) + d(a.B, b.B)
	}
	for i := range 20 {
		for j := range i {
			if d := far(classColor(i), classColor(j)); d < 20 {
				t.Errorf("classes %d and %d are %d apart", j, i, d)
			}
		}
		if d := far(classColor(i), classColor(i+1)); d < 150 {
			t.Errorf("classes %d and %d are %d apart", i, i+1, d)
		}
	}
	if c := classColor(-1); c.R != c.G || c.G != c.B {
		t.Error("an unknown class is", c)
	}
}

func TestHSV(t *testing.T) {
	for want, c := range map[color.RGBA][3]float64{
		{255, 0, 0, 255}: {0, 1, 1}, {0, 255, 0, 255}: {1. / 3, 1, 1}, {0, 0, 255, 255}: {2. / 3, 1, 1},
		{255, 255, 0, 255}: {1. / 6, 1, 1}, {128, 128, 128, 255}: {0.4, 0, 128. / 255}, {0, 0, 0, 255}: {0.7, 1, 0},
	} {
		if got := hsv(c[0], c[1], c[2]); got != want {
			t.Errorf("%v is %v, want %v", c, got, want)
		}
	}
}

func TestOcclusionPanesDoNotOverlap(t *testing.T) {
	for range 100 {
		r := image.Rect(5, 5, 5+300+rand.IntN(900), 5+200+rand.IntN(700))
		panes := newOcclusionPanes(r, image.Pt(20+rand.IntN(200), 20+rand.IntN(200)))
		var all []image.Rectangle
		for _, p := range panes {
			all = append(all, p.above, p.picture, p.beside)
		}
		for i, a := range all {
			if !a.In(r) || a.Empty() {
				t.Fatalf("%v is not in %v", a, r)
			}
			for _, b := range all[:i] {
				if a.Overlaps(b) {
					t.Fatalf("%v and %v overlap", a, b)
				}
			}
		}
	}
}

func TestOpacitySlider(t *testing.T) {
	v, _, _ := viewerOf(t, scene.OcclusionView)
	r := control(t, frame(v, 1280, 800, ui.Input{}), "occlusion.opacity").Rect
	before := v.panes.occluded.opacity
	frame(v, 1280, 800, ui.Input{Mouse: r.Max.Sub(image.Pt(8, 11)), Pressed: true, Down: true})
	if after := v.panes.occluded.opacity; before != usualOpacity || after < 0.95 {
		t.Errorf("from %v to %v", before, after)
	}
}

// The mouse over a picture tells what the network made of it with that place hidden.
func TestOcclusionHover(t *testing.T) {
	v, source, _ := viewerOf(t, scene.OcclusionView)
	o := *source.Scene().Occlusion
	o.Drop = tensor.New(8, 8)
	o.Drop.Data[0], o.Likeliest[0] = 0.3, 5
	source.Update(func(s *scene.Scene) { s.Occlusion = &o })
	f := frame(v, 1280, 800, ui.Input{})
	var caption image.Rectangle
	for _, x := range f.Texts {
		if x.Text == "on the image" {
			caption = x.Rect
		}
	}
	f = frame(v, 1280, 800, ui.Input{Mouse: image.Pt(caption.Min.X+2, caption.Max.Y+5)})
	if !hasText(f, "hidden here: cat 50.0 %") || !hasText(f, "likeliest: dog") {
		t.Error(f.Texts)
	}
}
