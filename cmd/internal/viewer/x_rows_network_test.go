package viewer

import (
	"fmt"
	"image"
	"image/color"
	"strings"
	"testing"

	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer/ui"
	"tandem/cmd/internal/xtest"
	"tandem/engine/nn"
	"tandem/engine/viz"
)

// 15: the network as a graph of layers with their shapes and parameters, two towers
// as two columns and what crosses between them.
func driveGraph(t *testing.T) {
	d := drive(t, "alexnet-mini", nil, nil)
	graph := d.panes().graph
	for tower, ink := range map[string]color.RGBA{"a": ui.Dark.TowerA, "b": ui.Dark.TowerB} {
		if inked(d.look(), graph, ink) < 50 {
			t.Errorf("no lines of tower %s are drawn", tower)
		}
	}
	d.says("8.0 KiB", "64×16×16")
	d.point(center(d.box("layer.conv2")))
	conv := d.source.Scene().Network.Summary
	for _, l := range conv.Layers {
		if l.Name == "conv2" {
			d.says("conv2: ", "puts out 64×16×16", count(l.Parameters)+" parameters, "+count(l.MultiplyAdds)+" multiply-adds")
		}
	}
	d.click("layer.conv2")
	d.state("a click on a layer", func(s State) bool { return s.Unit.Layer == "conv2" })
	edge := d.box("layer.conv2")
	if top := image.Rect(edge.Min.X, edge.Min.Y, edge.Max.X, edge.Min.Y+2); inked(d.look(), top, ui.Dark.Accent) != 2*edge.Dx() {
		t.Error("the layer chosen is not framed")
	}
	d.says("Filters of conv2")
	d.changes("the wheel", graph, func() { d.turn("layer.conv2", -3) })
}

// 16: how a value came about, when the mouse is over it.
func driveArithmetic(t *testing.T) {
	d := drive(t, "cifar-quick", nil, nil)
	panel := d.panes().main // beside the unit's pane
	d.changes("the mouse over a value", panel, func() { d.point(center(d.box("unit.answer"))) })
	var row, column int
	for _, text := range d.frame().Texts {
		if strings.HasPrefix(text.Text, "conv1 unit 0 at") {
			fmt.Sscanf(text.Text, "conv1 unit 0 at row %d, column %d", &row, &column)
		}
	}
	d.says("input", "kernel", "×", "= "+number(d.convolved(row, column)))
	d.press(xtest.Left, d.mouse)
	d.keeps("the mouse leaves a value that was clicked", panel, d.away)
	d.changes("a second click on it", panel, func() { d.click("unit.answer") })
}

// convolved returns what unit 0 of cifar-quick's first layer makes of the image at a
// place: a window of 5 x 5 pixels with the image's border two pixels into it.
func (d *driven) convolved(row, column int) float64 {
	s := d.source.Scene()
	w, sum := s.Weights.Params["conv1.weight"].Data, float64(s.Weights.Params["conv1.bias"].Data[0])
	for c := range 3 {
		for i := range 25 {
			y, x := row+i/5-2, column+i%5-2
			if image.Pt(x, y).In(image.Rect(0, 0, 32, 32)) {
				sum += float64(w[c*25+i]) * float64(s.Answer.Input.Data[(c*32+y)*32+x])
			}
		}
	}
	return sum
}

// 17: scale, colour map and contrast.
func driveColours(t *testing.T) {
	d := drive(t, "cifar-quick", at(scene.Activations), nil)
	colourful := func(c color.RGBA) bool { return c.R != c.G || c.G != c.B }
	d.changes("c", d.panes().main, func() { d.key("c") })
	d.state("c", func(s State) bool { return s.Map == viz.BlueOrange.Name })
	d.click("color.map")
	d.click("color.map")
	d.state("the button, twice", func(s State) bool { return s.Map == viz.Grey.Name })
	img, tile := d.tileOf("grid.activations")
	if b := where(img, tile.Inset(1), colourful); !b.Empty() {
		t.Errorf("in grey there are colours at %v", b)
	}
	mean := func() (sum int) {
		img, tile := d.tileOf("grid.activations")
		each(tile.Inset(1), func(x, y int) { sum += int(img.RGBAAt(x, y).R) })
		return sum
	}
	usual := mean()
	d.key("+", "+")
	more := mean()
	d.key("-", "-", "-")
	if less := mean(); more <= usual || less >= usual {
		t.Errorf("a tile is %d bright, with more contrast %d, with less %d", usual, more, less)
	}
	d.turn("color.gain", 3)
	d.state("the wheel", func(s State) bool { return s.Gain > 1 })
}

// 23: whether layers learn: norms, updates, dead units.
func driveHealth(t *testing.T) {
	d := drive(t, "cifar-quick", nil, nil)
	d.click("view.health")
	d.says("gradient", "update", "dead units", "1 of 32:")
	if inked(d.look(), d.panes().main, ui.Dark.Bad) == 0 {
		t.Error("dead units do not stand out")
	}
	name := d.box("health.learning.conv1")
	line := image.Rect(d.text("update").Min.X, name.Min.Y, d.text("weights").Min.X, name.Max.Y)
	if n := inked(d.look(), line, ui.Dark.Bad); n > 0 {
		t.Errorf("%d pixels say that a good update is bad", n)
	}
	d.publish(func(s *scene.Scene) {
		h := *s.Health
		h.Layers = append([]scene.LayerHealth(nil), h.Layers...)
		h.Layers[0].Update *= 100
		s.Health = &h
	})
	d.says("1e-01")
	if inked(d.look(), line, ui.Dark.Bad) == 0 {
		t.Error("that an update is too large does not stand out")
	}
	d.click("health.learning.conv2")
	d.state("a click on a layer", func(s State) bool { return s.Unit.Layer == "conv2" })
	d.turn("health.scroll", -3)
	d.click("dead.conv2.16")
	d.state("a click on a dead unit", func(s State) bool { return s.Unit == scene.Unit{Layer: "conv2", Channel: 16} })
}

// Training health on the thumbnails: a mark on dead units, a bar of dead units and a
// mark of the update's size on each layer.
func driveThumbnails(t *testing.T) {
	d := drive(t, "cifar-quick", at(scene.Activations), nil)
	grid := d.box("grid.activations")
	marks := where(d.look(), grid, exactly(ui.Dark.Bad))
	if marks.Empty() || marks.Dx() > 6 {
		t.Fatalf("the dead unit is marked at %v", marks)
	}
	d.press(xtest.Left, marks.Min.Add(image.Pt(-3, 3)))
	d.away()
	d.state("a click beside the mark", func(s State) bool { return s.Unit == scene.Unit{Layer: "conv1", Channel: 16} })
	relu, conv := d.box("layer.relu1"), d.box("layer.conv2")
	if inked(d.look(), relu, ui.Dark.Bad)+inked(d.look(), conv, ui.Dark.Bad) > 0 {
		t.Error("layers that learn are marked")
	}
	d.publish(func(s *scene.Scene) { s.Health = ailing(s.Health, s.Network.Net) })
	if inked(d.look(), relu, ui.Dark.Bad) == 0 {
		t.Error("a layer with most of its units dead is not marked")
	}
	if inked(d.look(), conv, ui.Dark.Bad) == 0 {
		t.Error("a layer that hardly learns is not marked")
	}
}

// ailing returns health with dead ReLUs, and convolutions that hardly learn.
func ailing(h *scene.Health, net *nn.Network) *scene.Health {
	sick := *h
	sick.Layers = append([]scene.LayerHealth(nil), h.Layers...)
	for i := range sick.Layers {
		l := &sick.Layers[i]
		l.Update /= 1e5 // NaN for those without weights
		if _, relu := net.Node(l.Name).Layer.(*nn.Activation); relu {
			l.Dead = 0.9
		}
	}
	return &sick
}

// The two-tower lens: which kernels live where, and how coloured each tower is.
func driveLens(t *testing.T) {
	d := drive(t, "alexnet-mini", nil, nil)
	d.click("view.lens")
	d.says("tower a", "0.20", "grey", "tower b", "0.70", "noise", "0.67")
	main := d.panes().main
	for tower, ink := range map[string]color.RGBA{"a": ui.Dark.TowerA, "b": ui.Dark.TowerB} {
		if inked(d.look(), main, ink) < 100 {
			t.Errorf("tower %s has no figure and no line in its colour", tower)
		}
	}
	d.changes("another measurement", main, func() {
		d.publish(func(s *scene.Scene) { l := *s.Lens; l.Towers = []float64{0.6, 0.1}; s.Lens = &l })
	})
	d.says("0.60", "0.10")
	d.click("lens.12")
	d.state("a click on a kernel", func(s State) bool { return s.Unit == scene.Unit{Layer: "conv1", Channel: 12} })
	edge := d.box("lens.12").Inset(-1)
	if inked(d.look(), image.Rect(edge.Min.X, edge.Min.Y, edge.Max.X, edge.Min.Y+1), ui.Dark.Accent) < edge.Dx()-2 {
		t.Error("the kernel chosen is not framed")
	}
}
