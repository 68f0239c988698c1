package viz

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"math"
	"strings"
	"testing"

	"tandem/engine/tensor"
	"tandem/engine/viz/internal/golden"
)

var garments = []string{"T-shirt", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"}

func gradient(w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for i := range w * h {
		img.SetRGBA(i%w, i/w, color.RGBA{uint8(255 * (i % w) / w), uint8(255 * (i / w) / h), 128, 255})
	}
	return img
}

func waves(n int) *tensor.Tensor {
	a := tensor.New(n)
	for i := range a.Data {
		a.Data[i] = float32(math.Sin(float64(i)))
	}
	return a
}

func smallSheet() *Sheet {
	broken := bumps(32, 7, 7)
	broken.Data[100] = nan
	return &Sheet{
		Title: "alexnet-mini, step 1200, boots.png",
		Input: gradient(28, 28),
		Guess: Guess{Probabilities: []float32{.01, .002, .03, 0, .0001, .2, .03, .06, .1, .57}, Classes: garments, Truth: 5},
		Layers: []Layer{
			{Name: "conv1", Values: bumps(16, 14, 14), Blocks: 2},
			{Name: "conv2", Values: broken, Scale: Common},
			{Name: "fc6", Values: waves(512)},
		},
		Width: 800,
	}
}

func TestGoldenSheet(t *testing.T) {
	page, err := smallSheet().Draw()
	if err != nil {
		t.Fatal(err)
	}
	golden.Check(t, "sheet", page, 24, 0.0003)
	again, err := smallSheet().Draw()
	if err != nil || !bytes.Equal(page.Pix, again.Pix) {
		t.Errorf("drawn twice, the page differs (%v)", err)
	}
}

func TestPartsOfAPageNeverOverlap(t *testing.T) {
	rng := newRand(t)
	for range 40 {
		s := smallSheet()
		s.Width = rng.IntN(1500)
		s.Input = gradient(1+rng.IntN(400), 1+rng.IntN(400))
		s.Guess.Probabilities = s.Guess.Probabilities[:rng.IntN(11)]
		s.Layers = append(s.Layers, Layer{Name: "wide", Values: bumps(1+rng.IntN(5), 1+rng.IntN(50), 1+rng.IntN(1500))})
		blocks, err := s.blocks(newFonts())
		if err != nil {
			t.Fatal(err)
		}
		places, size := stack(blocks, s.width())
		page := image.Rectangle{Max: size}.Inset(margin)
		for i, r := range places {
			if !r.In(page) || r.Size() != blocks[i].size() {
				t.Fatalf("part %d is at %v of %v", i, r, page)
			}
			if i > 0 && r.Min.Y < places[i-1].Max.Y+blockSpace {
				t.Fatalf("parts %d and %d are at %v and %v", i-1, i, places[i-1], r)
			}
		}
	}
}

// Nothing may be painted outside of the rectangle that a part asked for: the
// page keeps white margins.
func TestMarginsStayWhite(t *testing.T) {
	s := smallSheet()
	s.Title = strings.Repeat("a very long title ", 40)
	s.Guess.Classes = []string{strings.Repeat("a class with a very long name ", 20)}
	s.Layers = append(s.Layers, Layer{Name: strings.Repeat("long", 100), Values: bumps(400, 60, 60)})
	for _, width := range []int{0, 100, 640, 700, 2000} {
		s.Width = width
		page, err := s.Draw()
		if err != nil {
			t.Fatal(err)
		}
		size := page.Bounds().Size()
		for y := range size.Y {
			for _, x := range []int{0, margin - 2, size.X - margin + 1, size.X - 1} { // a glyph may lean out by one
				if c := page.RGBAAt(x, y); c != paper {
					t.Fatalf("width %d: the margin at (%d,%d) is %v", width, x, y, c)
				}
			}
		}
	}
}

func TestSheetNamesTheLayerThatIsTooLarge(t *testing.T) {
	s := smallSheet()
	s.Layers = []Layer{{Name: "conv9", Values: tensor.New(1, 1, MaxSide+1)}}
	if _, err := s.Draw(); err == nil || !strings.Contains(err.Error(), "conv9") {
		t.Errorf("error %v", err)
	}
	s.Layers = nil
	for i := range 60 {
		s.Layers = append(s.Layers, Layer{Name: fmt.Sprint(i), Values: tensor.New(1, 360, 1)})
	}
	if _, err := s.Draw(); err == nil || !strings.Contains(err.Error(), "60 layers") {
		t.Errorf("error %v", err)
	}
}

func TestEmptySheet(t *testing.T) {
	page, err := (&Sheet{}).Draw()
	if err != nil || page.Bounds().Empty() {
		t.Errorf("%v, %v", page.Bounds(), err)
	}
}

func TestNotesAndWarnings(t *testing.T) {
	a := bumps(8, 4, 4) // maps 0 and 4 are silent
	a.Data[17] = inf
	for _, c := range []struct {
		values  *tensor.Tensor
		o       Options
		note    string
		warning string
	}{
		{a, Options{}, "8 maps of 4×4, 2 zero everywhere, each on its own scale", "1 value is NaN or infinite"},
		{bumps(2, 3, 5), Options{Scale: Common, Blocks: 2}, "2 maps of 3×5, 1 zero everywhere, towers apart", ""},
		{waves(9), Options{}, "9 units, 1 at zero", ""},
		{&tensor.Tensor{Shape: tensor.Shape{2}, Data: []float32{nan, nan}}, Options{}, "2 units", "2 values are NaN or infinite"},
	} {
		p := must(t)(Activations(c.values, c.o))
		if n, w := noteOf(c.values, p), warningOf(p); n != c.note || w != c.warning {
			t.Errorf("%q, %q; want %q, %q", n, w, c.note, c.warning)
		}
	}
}

func TestOnlyTheMapsThatFitAreShown(t *testing.T) {
	a := bumps(30, 100, 100)
	b, err := newLayerBlock(newFonts(), Layer{Name: "conv1", Values: a, Blocks: 2}, 640)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.note, "30 maps of 100×100, the first 15 shown") || strings.Contains(b.note, "towers") {
		t.Errorf("note %q", b.note)
	}
	if s := b.picture.Layout.Size(); s.X > 640-rowLabel || s.Y > mapsHeight {
		t.Errorf("the grid takes %v", s)
	}
}

func TestEveryTowersFirstRowIsNumbered(t *testing.T) {
	rng := newRand(t)
	for range 200 {
		o := randomOptions(rng)
		l, err := o.arrange(1+rng.IntN(300), 1, 1+rng.IntN(10), 1+rng.IntN(10))
		if err != nil {
			t.Fatal(err)
		}
		rows := labelledRows(l)
		want := 0
		for j, i := range rows {
			if i%l.PerBlock == 0 {
				if i != want {
					t.Fatalf("%+v: rows %v lack %d", l, rows, want)
				}
				want += l.PerBlock
			}
			if j > 0 && i%l.PerBlock != 0 && l.middle(i)-l.middle(rows[j-1]) < 13 {
				t.Fatalf("%+v: rows %v are too close", l, rows)
			}
		}
		if want < l.Tiles {
			t.Fatalf("%+v: rows %v lack %d", l, rows, want)
		}
	}
}

func TestGuessRows(t *testing.T) {
	p := make([]float32, 20)
	p[3], p[7], p[19], p[5] = 0.5, 0.3, 0.1, nan
	rows := Guess{Probabilities: p, Classes: garments, Truth: 5}.rows()
	if len(rows) != 6 {
		t.Fatalf("%d rows, want five and the right one: %+v", len(rows), rows)
	}
	if rows[0] != (guessRow{"Dress", 1, 0.5, false}) || rows[2].name != "class 19" || rows[3].name != "T-shirt" {
		t.Errorf("%+v", rows)
	}
	if last := rows[5]; last.name != "Sandal" || last.rank != 20 || !last.right {
		t.Errorf("the right class is %+v", last)
	}
	if rows = (Guess{Probabilities: p, Truth: Unknown, Top: 2}).rows(); len(rows) != 2 || rows[0].right || rows[1].right {
		t.Errorf("%+v", rows)
	}
	if rows = (Guess{Probabilities: p[:10], Truth: 3}).rows(); len(rows) != 10 || !rows[0].right {
		t.Errorf("%+v", rows)
	}
}

func TestBarsAndPercentages(t *testing.T) {
	for p, want := range map[float32]string{0: "0.0 %", 0.0004: "<0.1 %", 0.0005: "0.1 %", 0.123: "12.3 %", 1: "100.0 %"} {
		if got := percent(p); got != want {
			t.Errorf("percent(%g) = %q, want %q", p, got, want)
		}
	}
	for p, want := range map[float32]int{0: 1, 0.5: 100, 1: 200, 7: 200, -1: 1, inf: 200} {
		if got := barLength(p, 200); got != want {
			t.Errorf("barLength(%g) = %d, want %d", p, got, want)
		}
	}
	if barLength(nan, 200) != 1 || percent(nan) != "NaN %" {
		t.Errorf("NaN: %d, %s", barLength(nan, 200), percent(nan))
	}
}

func TestShorten(t *testing.T) {
	f := newFonts().plain
	name := "German shepherd, Alsatian – Schäferhund"
	for width := range textWidth(f, name) + 5 {
		got := shorten(f, name, width)
		if textWidth(f, got) > width {
			t.Fatalf("%q is wider than %d", got, width)
		}
		if stem, cut := strings.CutSuffix(got, "…"); cut && !strings.HasPrefix(name, stem) || !cut && got != "" && got != name {
			t.Fatalf("%q at %d", got, width)
		}
	}
	if shorten(f, name, textWidth(f, name)) != name {
		t.Error("a name that fits was cut")
	}
}

func TestFitInside(t *testing.T) {
	for _, c := range []struct{ in, want image.Point }{
		{image.Pt(28, 28), image.Pt(252, 252)}, {image.Pt(224, 200), image.Pt(224, 200)},
		{image.Pt(1000, 500), image.Pt(256, 128)}, {image.Pt(5000, 1), image.Pt(256, 1)}, {image.Pt(1, 1), image.Pt(256, 256)},
	} {
		if got := fitInside(gradient(c.in.X, c.in.Y), 256).Bounds().Size(); got != c.want {
			t.Errorf("%v becomes %v, want %v", c.in, got, c.want)
		}
	}
}
