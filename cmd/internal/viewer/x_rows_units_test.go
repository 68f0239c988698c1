package viewer

import (
	"fmt"
	"image"
	"image/color"
	"maps"
	"testing"

	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer/ui"
	"tandem/cmd/internal/xtest"
	"tandem/engine/tensor"
	"tandem/engine/viz"
)

// reach returns how far the channels of a part's pixels are apart.
func reach(img *image.RGBA, r image.Rectangle) int {
	low, high := 255, 0
	each(r, func(x, y int) {
		c := img.RGBAAt(x, y)
		low, high = min(low, int(c.R), int(c.G), int(c.B)), max(high, int(c.R), int(c.G), int(c.B))
	})
	return high - low
}

// tileOf returns the tile that is framed as selected.
func (d *driven) tileOf(grid string) (*image.RGBA, image.Rectangle) {
	d.Helper()
	img := d.look()
	r := where(img, d.box(grid), exactly(ui.Dark.Accent)).Inset(2) // the frame's width
	if r.Dx() < 8 || r.Dy() < 8 || r.Dx() > 120 {
		d.Fatalf("no tile is framed: %v", r)
	}
	return img, r
}

// 1: kernels in colour, each on its own scale or all on one.
func driveFilters(t *testing.T) {
	d := drive(t, "cifar-quick", nil, func(s *scene.Scene) { weaken(s, 5) })
	for range 5 {
		d.key("Right")
	}
	d.state("five to the right", func(s State) bool { return s.Unit == scene.Unit{Layer: "conv1", Channel: 5} })
	img, tile := d.tileOf("grid.kernels")
	if got := reach(img, tile); got < 150 {
		t.Errorf("on its own scale a weak kernel spans %d levels", got)
	}
	if inked(img, tile, color.RGBA{128, 128, 128, 255}) == tile.Dx()*tile.Dy() {
		t.Error("the kernel has no colour")
	}
	d.changes("one scale for all", d.panes().main, func() { d.key("s") })
	d.state("s", func(s State) bool { return s.Scale == viz.Common })
	if img, tile = d.tileOf("grid.kernels"); reach(img, tile.Inset(2)) > 12 {
		t.Errorf("on the common scale a weak kernel spans %d levels", reach(img, tile.Inset(2)))
	}
	d.click("color.scale")
	d.state("the button", func(s State) bool { return s.Scale == viz.PerTile })
}

// weaken makes a kernel of the first convolution a hundred times weaker.
func weaken(s *scene.Scene, kernel int) {
	w := *s.Weights
	w.Params = maps.Clone(w.Params)
	k := w.Params["conv1.weight"].Clone()
	size := k.Shape[1:].Size()
	for i := range size {
		k.Data[kernel*size+i] /= 100
	}
	w.Params["conv1.weight"] = k
	s.Weights = &w
}

// 2: what an image makes of every layer.
func driveActivations(t *testing.T) {
	lit := image.Pt(20, 7)
	d := drive(t, "cifar-quick", func(s *State) { s.Unit = scene.Unit{Layer: "conv1", Channel: 3} }, func(s *scene.Scene) { single(s, 3, lit) })
	d.key("2")
	d.state("2", func(s State) bool { return s.View == scene.Activations })
	img, tile := d.tileOf("grid.activations")
	cell := tile.Dx() / 32
	each(image.Rect(0, 0, 32, 32), func(x, y int) {
		c := img.RGBAAt(tile.Min.X+x*cell+cell/2, tile.Min.Y+y*cell+cell/2)
		if bright := int(c.R)+int(c.G)+int(c.B) > 400; bright != (image.Pt(x, y) == lit) {
			t.Errorf("the cell in column %d, row %d is %v", x, y, c)
		}
	})
	for _, node := range d.source.Scene().Network.Net.Nodes[1:] {
		d.changes("the next layer", d.panes().main, func() { d.key("o") })
		d.state("o", func(s State) bool { return s.Unit.Layer == node.Name })
		d.says("Activations of " + node.Name)
	}
}

// single lets a map of the first layer be zero except for one cell.
func single(s *scene.Scene, channel int, cell image.Point) {
	a := *s.Answer
	a.Layers = maps.Clone(a.Layers)
	x := a.Layers["conv1"].Clone()
	size := tensor.Shape(x.Shape[1:]).Size()
	clear(x.Data[channel*size:][:size])
	x.Data[channel*size+cell.Y*x.Shape[2]+cell.X] = 2
	a.Layers["conv1"] = x
	s.Answer = &a
}

// 3: one unit by itself, and a pane by itself.
func driveUnit(t *testing.T) {
	d := drive(t, "cifar-quick", nil, nil)
	_, tile := d.tileOf("grid.kernels")
	d.changes("a click on a tile", d.panes().unit, func() {
		d.press(xtest.Left, center(tile).Add(image.Pt(2*tile.Dx(), 0)))
		d.away()
	})
	var chosen int
	d.state("the click", func(s State) bool { chosen = s.Unit.Channel; return chosen > 0 && s.Unit.Layer == "conv1" })
	d.says(fmt.Sprintf("conv1 unit %d", chosen), "kernel", "answer")
	if _, now := d.tileOf("grid.kernels"); !center(tile).Add(image.Pt(2*tile.Dx(), 0)).In(now) {
		t.Errorf("the tile that is framed, %v, is not that under the mouse", now)
	}
	d.key("z")
	d.state("z", func(s State) bool { return s.Zoom })
	if _, large := d.tileOf("grid.kernels"); large.Dx() <= tile.Dx() {
		t.Errorf("zoomed, a tile is %v large, and was %v", large.Size(), tile.Size())
	}
	d.click("zoom")
	d.state("the button", func(s State) bool { return !s.Zoom })
}

// 4: all that the mouse does, keys do: they move from unit to unit as the tiles lie,
// and from control to control.
func driveKeyboard(t *testing.T) {
	d := drive(t, "cifar-quick", nil, nil)
	_, start := d.tileOf("grid.kernels")
	for _, c := range []struct {
		key    string
		dx, dy int
	}{{"Right", 1, 0}, {"l", 1, 0}, {"Down", 0, 1}, {"k", 0, 1}, {"Left", -1, 0}, {"j", -1, 0}, {"Up", 0, -1}, {"i", 0, -1}} {
		_, before := d.tileOf("grid.kernels")
		d.key(c.key)
		if _, after := d.tileOf("grid.kernels"); sign(after.Min.X-before.Min.X) != c.dx || sign(after.Min.Y-before.Min.Y) != c.dy {
			t.Errorf("%s moves the frame from %v to %v", c.key, before, after)
		}
	}
	if _, end := d.tileOf("grid.kernels"); end != start {
		t.Errorf("all ways and back end at %v, not at %v", end, start)
	}
	d.key("Tab", "Tab") // to the theme: help comes first
	ring := d.box("theme")
	if edge := image.Rect(ring.Min.X, ring.Min.Y, ring.Max.X, ring.Min.Y+1); inked(d.look(), edge, ui.Dark.Ink) != edge.Dx() {
		t.Error("the control that has the keyboard does not stand out")
	}
	d.key("Return")
	d.state("Enter on the second control", func(s State) bool { return s.Light })
}

func sign(n int) int { return max(-1, min(1, n)) }

// 5: the likeliest classes as bars, the right one marked.
func driveGuesses(t *testing.T) {
	d := drive(t, "cifar-quick", nil, nil)
	a := d.source.Scene().Answer
	img := d.look()
	for _, g := range topGuesses(a.Probabilities, 5, a.Label) {
		r := d.box(fmt.Sprint("guess.", g.class))
		if marked := inked(img, r, ui.Dark.Good) > 10; marked != (g.class == a.Label) {
			t.Errorf("class %d is marked as right: %v", g.class, marked)
		}
		ink := ui.Dark.Dim
		if g.class == a.Label {
			ink = ui.Dark.Good
		}
		bar := image.Rect(r.Min.X, r.Min.Y+2, r.Max.X, r.Min.Y+3) // above the letters
		long, want := inked(img, bar, ui.Mix(ui.Dark.Panel, ink, 0.45)), int(float64(g.p)*float64(r.Dx()-2)+0.5)
		if long < want-1 || long > want+1 {
			t.Errorf("the bar of class %d is %d long, want %d", g.class, long, want)
		}
	}
	d.click(fmt.Sprint("guess.", a.Label))
	d.state("a click on a bar", func(s State) bool {
		return s.Unit == scene.Unit{Layer: d.source.Scene().Network.Net.Output().Name, Channel: a.Label}
	})
}
