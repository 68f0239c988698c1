package viz

import (
	"image"
	"image/color"
	"math"
	"math/rand/v2"
	"testing"

	"tandem/engine/tensor"
	"tandem/engine/viz/internal/golden"
)

var (
	nan = float32(math.NaN())
	inf = float32(math.Inf(1))
)

// cell returns the colour of one cell, and fails unless all its pixels have it.
func cell(t *testing.T, p *Picture, tile, x, y int) color.RGBA {
	t.Helper()
	l := p.Layout
	at := l.Tile(tile).Min.Add(image.Pt(x*l.Zoom, y*l.Zoom))
	c := p.Image.RGBAAt(at.X, at.Y)
	for dy := range l.Zoom {
		for dx := range l.Zoom {
			if other := p.Image.RGBAAt(at.X+dx, at.Y+dy); other != c {
				t.Fatalf("tile %d, cell (%d,%d): pixels %v and %v", tile, x, y, c, other)
			}
		}
	}
	return c
}

func must(t *testing.T) func(*Picture, error) *Picture {
	return func(p *Picture, err error) *Picture {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
}

// randomScales returns values from denormal to huge, every fifth of them zero.
func randomScales(rng *rand.Rand, shape ...int) *tensor.Tensor {
	a := tensor.New(shape...)
	scale := math.Pow(10, -44+80*rng.Float64())
	for i := range a.Data {
		if i%5 != 0 {
			a.Data[i] = float32(scale * rng.NormFloat64())
		}
	}
	return a
}

func TestZeroIsTheMiddleAtAnyScale(t *testing.T) {
	rng := newRand(t)
	grey := color.RGBA{128, 128, 128, 255}
	for range 50 {
		o := Options{Scale: Scale(rng.IntN(2)), Blocks: rng.IntN(3)}
		k, r, s := 1+rng.IntN(6), 1+rng.IntN(5), 1+rng.IntN(5)
		one := randomScales(rng, k, 1, r, s)
		p := must(t)(Filters(one, o))
		for i := 0; i < len(one.Data); i += 5 {
			if c := cell(t, p, i/(r*s), i%(r*s)%s, i%(r*s)/s); c != grey {
				t.Fatalf("zero of a grey kernel is %v", c)
			}
		}
		many := randomScales(rng, k, 2, r, s)
		p = must(t)(Filters(many, o))
		for i := 0; i < len(many.Data); i += 5 {
			if c := cell(t, p, i/(r*s), i%(r*s)%s, i%(r*s)/s); c != BlueOrange.colors[half] {
				t.Fatalf("zero of a signed map is %v", c)
			}
		}
		rgb := randomScales(rng, k, 3, r, s)
		p = must(t)(Filters(rgb, o))
		for i := 0; i < len(rgb.Data); i += 5 {
			tile, channel, at := i/(3*r*s), i/(r*s)%3, i%(r*s)
			c := cell(t, p, tile, at%s, at/s)
			if v := [3]uint8{c.R, c.G, c.B}[channel]; v != 128 {
				t.Fatalf("zero of a colour kernel is %d", v)
			}
		}
	}
}

func TestScales(t *testing.T) {
	w := &tensor.Tensor{Shape: tensor.Shape{2, 1, 1, 2}, Data: []float32{-1, 0.5, 10, -2.5}}
	for _, c := range []struct {
		scale Scale
		want  [4]uint8
	}{
		{PerTile, [4]uint8{1, 192, 255, 96}},
		{Common, [4]uint8{115, 134, 255, 96}},
	} {
		p := must(t)(Filters(w, Options{Scale: c.scale}))
		for i, want := range c.want {
			if got := cell(t, p, i/2, i%2, 0); got != (color.RGBA{want, want, want, 255}) {
				t.Errorf("scale %d, value %g: %v, want grey %d", c.scale, w.Data[i], got, want)
			}
		}
	}
}

func TestChannelsAreRedGreenBlue(t *testing.T) {
	w := &tensor.Tensor{Shape: tensor.Shape{1, 3, 1, 1}, Data: []float32{2, 0, -2}}
	p := must(t)(Filters(w, Options{}))
	if c := cell(t, p, 0, 0, 0); c != (color.RGBA{255, 128, 1, 255}) {
		t.Errorf("kernel (1, 0, -1) is %v", c)
	}
}

func TestMatrixOfFiltersHasARowPerKernel(t *testing.T) {
	w := tensor.New(5, 7, 3, 3)
	w.Data[(3*7+2)*9] = 1 // kernel 3, channel 2
	p := must(t)(Filters(w, Options{Blocks: 2}))
	if p.Layout.Columns != 7 || p.Layout.PerBlock != 21 {
		t.Fatalf("%+v", p.Layout)
	}
	if c := cell(t, p, 3*7+2, 0, 0); c != BlueOrange.At(1) {
		t.Errorf("the one weight is %v", c)
	}
	if r := p.Layout.Tile(3*7 + 2); r.Min.X != p.Layout.Tile(2).Min.X {
		t.Errorf("channel 2 of kernel 3 is at %v", r)
	}
}

func TestMapFollowsTheSignOfTheWholeLayer(t *testing.T) {
	a := tensor.New(2, 2, 2)
	a.Data[1] = 3
	p := must(t)(Activations(a, Options{}))
	if p.Map != Ember || cell(t, p, 0, 0, 0) != Ember.At(0) || cell(t, p, 0, 1, 0) != Ember.At(1) {
		t.Errorf("values after a ReLU are drawn in %s", p.Map.Name)
	}
	a.Data[7] = -1
	p = must(t)(Activations(a, Options{}))
	if p.Map != BlueOrange || cell(t, p, 0, 0, 0) != BlueOrange.At(0) || cell(t, p, 0, 1, 0) != BlueOrange.At(1) {
		t.Errorf("signed values are drawn in %s", p.Map.Name)
	}
	if p = must(t)(Activations(a, Options{Map: Grey})); p.Map != Grey {
		t.Errorf("the caller's map was not heeded: %s", p.Map.Name)
	}
}

func TestNotFiniteCellsAreLoud(t *testing.T) {
	for _, bad := range []float32{nan, inf, -inf} {
		a := &tensor.Tensor{Shape: tensor.Shape{2, 1, 2}, Data: []float32{1, bad, 0, 2}}
		p := must(t)(Activations(a, Options{Scale: Common}))
		if c := cell(t, p, 0, 1, 0); c != NotFinite {
			t.Errorf("%g is %v", bad, c)
		}
		if c := cell(t, p, 0, 0, 0); c != Ember.At(0.5) {
			t.Errorf("beside %g, half the maximum is %v", bad, c)
		}
		at := p.Layout.Tile(0).Min.Sub(image.Pt(1, 1))
		if c := p.Image.RGBAAt(at.X, at.Y); c != NotFinite {
			t.Errorf("the tile's frame is %v", c)
		}
		if p.Range != (Range{0, 2, 1}) || p.Ranges[0] != (Range{1, 1, 1}) || p.Ranges[1] != (Range{0, 2, 0}) {
			t.Errorf("ranges %v and %v", p.Range, p.Ranges)
		}
		w := tensor.New(1, 3, 1, 2)
		w.Data[2] = bad // the green of the first cell
		p = must(t)(Filters(w, Options{}))
		if cell(t, p, 0, 0, 0) != NotFinite || cell(t, p, 0, 1, 0) == NotFinite {
			t.Errorf("colour kernel with %g: %v %v", bad, cell(t, p, 0, 0, 0), cell(t, p, 0, 1, 0))
		}
	}
	all := &tensor.Tensor{Shape: tensor.Shape{1}, Data: []float32{nan}}
	if p := must(t)(Activations(all, Options{})); cell(t, p, 0, 0, 0) != NotFinite {
		t.Error("a lone NaN is not loud")
	}
}

func TestStackJoinsTowers(t *testing.T) {
	a := &tensor.Tensor{Shape: tensor.Shape{1, 2}, Data: []float32{1, 2}}
	b := &tensor.Tensor{Shape: tensor.Shape{2, 2}, Data: []float32{3, 4, 5, 6}}
	got := Stack(a, b)
	if !got.Shape.Equal(tensor.Shape{3, 2}) || got.Data[0] != 1 || got.Data[5] != 6 {
		t.Errorf("%v %v", got.Shape, got.Data)
	}
	if got.Data[0] = 9; a.Data[0] != 1 {
		t.Error("the stack shares its first tower's storage")
	}
}

func TestPhoto(t *testing.T) {
	rgb := &tensor.Tensor{Shape: tensor.Shape{3, 1, 2}, Data: []float32{0, -9, 127.5, nan, 255, 0}}
	img := Photo(rgb, 0, 255)
	if img.RGBAAt(0, 0) != (color.RGBA{0, 128, 255, 255}) || img.RGBAAt(1, 0) != NotFinite {
		t.Errorf("%v %v", img.RGBAAt(0, 0), img.RGBAAt(1, 0))
	}
	grey := &tensor.Tensor{Shape: tensor.Shape{1, 2, 1}, Data: []float32{-1, 5}}
	img = Photo(grey, -1, 1)
	if img.RGBAAt(0, 0) != (color.RGBA{0, 0, 0, 255}) || img.RGBAAt(0, 1) != (color.RGBA{255, 255, 255, 255}) {
		t.Errorf("%v %v", img.RGBAAt(0, 0), img.RGBAAt(0, 1))
	}
}

func TestWrongShapesPanic(t *testing.T) {
	for name, f := range map[string]func(){
		"filters":     func() { Filters(tensor.New(3, 3), Options{}) },
		"no kernels":  func() { Filters(tensor.New(0, 3, 2, 2), Options{}) },
		"activations": func() { Activations(tensor.New(3, 3), Options{}) },
		"stack":       func() { Stack(tensor.New(1, 2), tensor.New(1, 3)) },
		"photo":       func() { Photo(tensor.New(2, 3, 3), 0, 1) },
		"photo range": func() { Photo(tensor.New(1, 3, 3), 1, 1) },
		"columns":     func() { Filters(tensor.New(1, 3, 2, 2), Options{Columns: -1}) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			f()
		}()
	}
}

// gratings returns k kernels of c channels and n x n cells: waves of all
// directions and lengths, tinted in the second half.
func gratings(k, c, n int) *tensor.Tensor {
	w := tensor.New(k, c, n, n)
	for i := range w.Data {
		f, ch, y, x := i/(c*n*n), i/(n*n)%c, i/n%n, i%n
		angle := float64(f%(k/2)) * math.Pi / float64(k/2)
		sin, cos := math.Sincos(angle)
		u, v := float64(x)-float64(n-1)/2, float64(y)-float64(n-1)/2
		phase := 0.0
		if f >= k/2 {
			phase = float64(ch) * 2 * math.Pi / 3
		}
		w.Data[i] = float32((1 + float64(f)/8) * math.Exp(-(u*u+v*v)/float64(n)) * math.Cos(u*cos+v*sin+phase))
	}
	return w
}

func TestGoldenGrids(t *testing.T) {
	color := gratings(16, 3, 7)
	golden.Check(t, "kernels-color", must(t)(Filters(color, Options{Blocks: 2, Fit: image.Pt(300, 150)})).Image, 1, 0)
	golden.Check(t, "kernels-common", must(t)(Filters(color, Options{Scale: Common, Fit: image.Pt(300, 150)})).Image, 1, 0)
	golden.Check(t, "kernels-grey", must(t)(Filters(gratings(12, 1, 5), Options{Fit: image.Pt(200, 100)})).Image, 1, 0)
	golden.Check(t, "kernels-matrix", must(t)(Filters(gratings(6, 9, 5), Options{Zoom: 3})).Image, 1, 0)
	maps := bumps(12, 9, 9)
	maps.Data[40] = nan
	golden.Check(t, "activations", must(t)(Activations(maps, Options{Fit: image.Pt(200, 100)})).Image, 1, 0)
}

// bumps returns c maps of h x w values, none negative, each with one hill.
func bumps(c, h, w int) *tensor.Tensor {
	a := tensor.New(c, h, w)
	for i := range a.Data {
		m, y, x := i/(h*w), i/w%h, i%w
		dy, dx := float64(y-m*5%h), float64(x-m*3%w)
		a.Data[i] = float32(max(0, float64(m%4)*math.Exp(-(dx*dx+dy*dy)/float64(h))-0.1))
	}
	return a
}

// A gain moves the end of the scale: half the largest value at gain 2 is the
// largest's colour, and zero stays the middle.
func TestGain(t *testing.T) {
	a := &tensor.Tensor{Shape: tensor.Shape{1, 1, 4}, Data: []float32{-2, -1, 0, 1}}
	plain, err := Activations(a, Options{Zoom: 1})
	if err != nil {
		t.Fatal(err)
	}
	strong, err := Activations(a, Options{Zoom: 1, Gain: 2})
	if err != nil {
		t.Fatal(err)
	}
	at := func(p *Picture, i int) color.RGBA {
		r := p.Layout.Tile(0)
		return p.Image.RGBAAt(r.Min.X+i, r.Min.Y)
	}
	if at(strong, 1) != at(plain, 0) || at(strong, 0) != at(plain, 0) || at(strong, 2) != at(plain, 2) || at(strong, 3) != BlueOrange.At(1) {
		t.Errorf("gain 2: %v %v %v %v", at(strong, 0), at(strong, 1), at(strong, 2), at(strong, 3))
	}
}
