package viz

import (
	"image"
	"math/rand/v2"
	"strings"
	"testing"
)

// newRand returns a generator with a fresh seed, which it logs.
func newRand(t *testing.T) *rand.Rand {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	return rand.New(rand.NewPCG(seed, 0))
}

func randomOptions(rng *rand.Rand) Options {
	o := Options{Blocks: rng.IntN(4)}
	if rng.IntN(2) == 0 {
		o.Columns = 1 + rng.IntN(40)
	}
	if rng.IntN(2) == 0 {
		o.Zoom = 1 + rng.IntN(6)
	}
	if rng.IntN(2) == 0 {
		o.Fit = image.Pt(1+rng.IntN(2000), 1+rng.IntN(2000))
	}
	return o
}

// checkTiles marks every pixel of every tile, so that overlaps and tiles that
// reach outside are seen whatever the layout's arithmetic.
func checkTiles(t *testing.T, l Layout) {
	t.Helper()
	bounds := image.Rectangle{Max: l.Size()}
	owner := make([]int, bounds.Dx()*bounds.Dy())
	lowest, rightmost := 0, 0
	for i := range l.Tiles {
		r := l.Tile(i)
		if !r.In(bounds) || r.Dx() != l.W*l.Zoom || r.Dy() != l.H*l.Zoom {
			t.Fatalf("%+v: tile %d is %v in %v", l, i, r, bounds)
		}
		lowest, rightmost = max(lowest, r.Max.Y), max(rightmost, r.Max.X)
		for y := r.Min.Y; y < r.Max.Y; y++ {
			for x := r.Min.X; x < r.Max.X; x++ {
				if other := owner[y*bounds.Dx()+x]; other != 0 {
					t.Fatalf("%+v: tiles %d and %d overlap at (%d,%d)", l, other-1, i, x, y)
				}
				owner[y*bounds.Dx()+x] = i + 1
			}
		}
	}
	if image.Pt(rightmost+l.Gap, lowest+l.Gap) != bounds.Max {
		t.Fatalf("%+v: tiles end at (%d,%d), the picture at %v", l, rightmost, lowest, bounds.Max)
	}
	checkAt(t, l, owner)
}

// checkAt holds At against the pixels that the tiles own.
func checkAt(t *testing.T, l Layout, owner []int) {
	t.Helper()
	size := l.Size()
	for i, own := range owner {
		p := image.Pt(i%size.X, i/size.X)
		tile, cell, ok := l.At(p)
		if ok != (own > 0) || ok && (tile != own-1 || !cell.In(image.Rect(0, 0, l.W, l.H))) {
			t.Fatalf("%+v: At(%v) = %d, %v, %v; the pixel is tile %d's", l, p, tile, cell, ok, own-1)
		}
	}
	for _, p := range []image.Point{{-1, 0}, {0, -1}, {size.X, 0}, {0, size.Y}} {
		if _, _, ok := l.At(p); ok {
			t.Fatalf("%+v: At(%v) is a tile, outside of the picture", l, p)
		}
	}
}

func TestTilesNeverOverlapAndStayInside(t *testing.T) {
	rng := newRand(t)
	for range 80 {
		o := randomOptions(rng)
		n, group, w, h := 1+rng.IntN(60), 1+rng.IntN(4), 1+rng.IntN(12), 1+rng.IntN(12)
		l, err := o.arrange(n, group, w, h)
		if err != nil {
			t.Fatal(err)
		}
		if l.Tiles != n*group || l.PerBlock%group != 0 || l.Columns > l.PerBlock {
			t.Fatalf("%d groups of %d, %+v: %+v", n, group, o, l)
		}
		if o.Zoom > 0 && l.Zoom != o.Zoom || o.Columns > 0 && l.Columns != min(o.Columns, l.PerBlock) {
			t.Fatalf("%+v was not heeded: %+v", o, l)
		}
		checkTiles(t, l)
	}
}

func TestChosenZoomFitsAndCannotGrow(t *testing.T) {
	rng := newRand(t)
	for range 300 {
		o := randomOptions(rng)
		o.Zoom = 0
		n, w, h := 1+rng.IntN(500), 1+rng.IntN(30), 1+rng.IntN(30)
		l, err := o.arrange(n, 1, w, h)
		if err != nil {
			t.Fatal(err)
		}
		fit := o.Fit
		if fit == (image.Point{}) {
			fit = defaultFit
		}
		if s := l.Size(); l.Zoom > 1 && (s.X > fit.X || s.Y > fit.Y) {
			t.Fatalf("zoom %d takes %v, more than %v", l.Zoom, s, fit)
		}
		if s := l.withZoom(l.Zoom + 1).Size(); l.Zoom < maxZoom && s.X <= fit.X && s.Y <= fit.Y {
			t.Fatalf("zoom %d was chosen, yet %d fits in %v", l.Zoom, l.Zoom+1, fit)
		}
	}
}

func TestPapersKernelsStandAsInFigure3(t *testing.T) {
	l, err := Options{Blocks: 2}.arrange(96, 1, 11, 11)
	if err != nil {
		t.Fatal(err)
	}
	if l.Columns != 16 || l.PerBlock != 48 {
		t.Errorf("%d columns and %d a block, want 16 and 48", l.Columns, l.PerBlock)
	}
	above, below := l.Tile(47), l.Tile(48)
	if space := below.Min.Y - above.Max.Y; space < 2*l.Gap {
		t.Errorf("the towers are %d pixels apart, rows within them %d", space, l.Gap)
	}
}

func TestTooLargeIsRefused(t *testing.T) {
	for _, c := range []struct {
		o       Options
		n, w, h int
	}{
		{Options{}, 1, MaxSide + 1, 1},
		{Options{}, 1, 1, MaxSide + 1},
		{Options{Zoom: 100}, 1, 200, 1},
		{Options{Columns: MaxSide}, MaxSide, 2, 2},
		{Options{Columns: 1}, MaxSide, 2, 2},
	} {
		_, err := c.o.arrange(c.n, 1, c.w, c.h)
		if err == nil || !strings.Contains(err.Error(), "16384") || strings.Contains(err.Error(), "\n") {
			t.Errorf("%d tiles of %dx%d with %+v: error %v", c.n, c.w, c.h, c.o, err)
		}
	}
	if l, err := (Options{}).arrange(1, 1, MaxSide-2, 1); err != nil {
		t.Errorf("a picture of %v: %v", l.Size(), err)
	}
}
