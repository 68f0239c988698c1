package viewer

import (
	"fmt"
	"image"
	"image/color"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer/ui"
	"tandem/engine/nn"
	"tandem/engine/tensor"
)

// The parts of the unit's pane lie within it, apart from each other.
func TestUnitPartsFit(t *testing.T) {
	for range 500 {
		r := image.Rectangle{Max: image.Pt(180+rand.IntN(300), 20+rand.IntN(400))}.Add(image.Pt(rand.IntN(900), rand.IntN(500)))
		pictures, patches := rand.IntN(4), rand.IntN(2) == 0
		p := arrangeUnit(r, rand.IntN(5), pictures, patches)
		parts := append([]image.Rectangle{p.facts, p.key, p.patches}, p.pictures...)
		for i, a := range parts {
			if !a.In(r) {
				t.Fatalf("%v leaves %v", a, r)
			}
			for _, b := range parts[:i] {
				if a.Overlaps(b) && b != p.facts {
					t.Fatalf("%v lies on %v in %v: %+v", a, b, r, p)
				}
			}
		}
		if r.Dy() > 180 && len(p.pictures) != pictures {
			t.Fatalf("%d of %d pictures in %v", len(p.pictures), pictures, r)
		}
	}
}

// Arithmetic goes by the weights that the answer was computed from, as long as they
// were seen; newer ones may be on show already.
func TestUnitFollowsTheAnswersWeights(t *testing.T) {
	w := make([]*scene.Weights, 5)
	for i := range w {
		w[i] = &scene.Weights{Step: 100 * i}
	}
	answer := func(step int) *scene.Answer { return &scene.Answer{Step: step} }
	var s unitState
	for _, c := range []struct {
		weights, answer, want int
	}{
		{0, 0, 0},     // they belong together
		{1, 0, 0},     // newer weights
		{2, 0, 0},     // still the old answer
		{2, 100, 1},   // the answer to weights that were replaced meanwhile
		{3, 100, 1},   //
		{4, 100, 1},   // a frozen answer keeps its weights
		{4, 400, 4},   //
		{4, 12345, 4}, // weights that were never seen: the newest
		{4, 400, 4},   //
	} {
		s.follow(w[c.weights], answer(c.answer))
		if got := s.weightsFor(answer(c.answer)); got != w[c.want] {
			t.Errorf("%+v: weights of step %d", c, got.Step)
		}
	}
}

// source returns a scene computed by the engine as a source.
func computedSource(t *testing.T, net *nn.Network) *fixture {
	source := &fixture{}
	s := computed(t, net)
	s.Photos.Count = 1
	source.Update(func(to *scene.Scene) { *to = *s })
	return source
}

// point returns the middle of a cell of the unit's answer: a tile of cells, zoom pixels
// wide each, with a gap around it.
func point(t *testing.T, v *Viewer, w, h int, cell image.Point) image.Point {
	t.Helper()
	r := control(t, frame(v, w, h, ui.Input{}), "unit.answer").Rect
	x := v.unitMap(v.State.Unit)
	for zoom := 1; zoom <= 32; zoom++ {
		gap := min((zoom+1)/2, 4)
		if len(x.Data) == 1 {
			gap = 0
		}
		if x.Shape[2]*zoom+2*gap == r.Dx() && x.Shape[1]*zoom+2*gap == r.Dy() {
			return r.Min.Add(image.Pt(gap+zoom/2, gap+zoom/2)).Add(cell.Mul(zoom))
		}
	}
	t.Fatalf("a map of %v is drawn in %v", x.Shape, r)
	return image.Point{}
}

// sumOf returns what the panel says of the sum.
func sumOf(f *ui.Frame) string {
	i := slices.IndexFunc(f.Texts, func(t ui.Text) bool { return strings.HasPrefix(t.Text, "Σ = ") })
	if i < 0 {
		return ""
	}
	return f.Texts[i].Text
}

// Over a cell of any layer's answer, in every window, the panel's last number is the
// engine's value, and all its lines fit.
func TestThePanelEndsInTheValue(t *testing.T) {
	source := computedSource(t, oddNetwork())
	for _, size := range testSizes {
		for _, n := range source.Scene().Network.Net.Nodes {
			x := source.Scene().Answer.Layers[n.Name]
			shape := threeD(x.Shape)
			if n.Name == "pool" || n.Name == "softmax" {
				continue
			}
			v := New(source, &services{}, NewState())
			c, cell := rand.IntN(shape[0]), image.Pt(rand.IntN(shape[2]), rand.IntN(shape[1]))
			v.State.Unit = scene.Unit{Layer: n.Name, Channel: c}
			f := frame(v, size[0], size[1], ui.Input{Mouse: point(t, v, size[0], size[1], cell)})
			checkTexts(t, f)
			if at, ok := placeIn(f); ok != (shape.Size() > shape[0]) || ok && at != cell {
				t.Errorf("%v, %s: the panel is of %v, want %v", size, n.Name, at, cell)
			}
			sum := sumOf(f)
			words := strings.Fields(sum)
			want := number(float64(x.Data[(c*shape[1]+cell.Y)*shape[2]+cell.X]))
			if len(words) == 0 || !near(words[len(words)-1], want) {
				t.Errorf("%v, %s unit %d at %v: %q, want %s", size, n.Name, c, cell, sum, want)
			}
			for _, text := range f.Texts {
				if text.Cut && strings.Contains(text.Text, "Σ") {
					t.Errorf("%v: %q is cut", size, text.Text)
				}
			}
		}
	}
}

// placeIn returns the place that the panel's title names.
func placeIn(f *ui.Frame) (at image.Point, ok bool) {
	for _, text := range f.Texts {
		_, place, found := strings.Cut(text.Text, " at row ")
		if !found || strings.Contains(text.Text, "strongest") {
			continue
		}
		if n, _ := fmt.Sscanf(place, "%d, column %d", &at.Y, &at.X); n == 2 {
			return at, true
		}
	}
	return at, false
}

// near tells whether two written numbers are the same but for the last digit.
func near(a, b string) bool {
	x, err := strconv.ParseFloat(strings.ReplaceAll(a, ",", ""), 64)
	y, err2 := strconv.ParseFloat(strings.ReplaceAll(b, ",", ""), 64)
	return err == nil && err2 == nil && math.Abs(x-y) <= 0.011*max(math.Abs(x), math.Abs(y))
}

// The panel's numbers add up: the channel's products, the other channels', the bias.
func TestThePanelAddsUp(t *testing.T) {
	s := computed(t, oddNetwork())
	r, ok := work(s.Network, s.Weights, s.Answer, scene.Unit{Layer: "grouped", Channel: 1}, image.Pt(3, 2))
	if !ok {
		t.Fatal("no arithmetic")
	}
	p := sumPanel{arithmetic: r, channel: r.order()[0]}
	lines := p.totalLines()
	var own, others float64
	var rest int
	if n, err := fmt.Sscanf(strings.ReplaceAll(lines[0], ";", " ;"), "this channel's products: %g ; the other %d channels': %g", &own, &rest, &others); n != 3 {
		t.Fatalf("%q: %v", lines[0], err)
	}
	total := 0.0
	for _, x := range r.Sums {
		total += x
		if math.Abs(x) > math.Abs(r.Sums[p.channel]) {
			t.Errorf("channel %d is shown, sums are %v", p.channel, r.Sums)
		}
	}
	if rest != 2 || math.Abs(own+others-total) > 0.02*(math.Abs(own)+math.Abs(others)) {
		t.Errorf("%q, the sums are %v", lines[0], r.Sums)
	}
	if want := "Σ = " + number(total) + " "; !strings.HasPrefix(lines[1], want) || !strings.Contains(lines[1], "→ tanh "+number(math.Tanh(total+r.Bias))) {
		t.Errorf("%q, want %q and tanh %g", lines[1], want, math.Tanh(total+r.Bias))
	}
}

// Large windows are colours, small ones numbers, single values a list.
func TestThePanelShowsTheWindow(t *testing.T) {
	source := computedSource(t, oddNetwork())
	for layer, want := range map[string]string{"grouped": "kernel", "fc2": " × ", "fc1": "kernel"} {
		v := New(source, &services{}, NewState())
		v.State.Unit = scene.Unit{Layer: layer}
		f := frame(v, 1280, 800, ui.Input{Mouse: point(t, v, 1280, 800, image.Point{})})
		if sumOf(f) == "" || !hasText(f, want) {
			t.Errorf("%s: no %q among %q", layer, want, textsOf(f))
		}
	}
}

// What the numbers of a cell say is the value, to the digits that are shown.
func TestShortNumbers(t *testing.T) {
	for range 1000 {
		end := math.Pow(10, 12*rand.Float64()-7)
		v := end * (2*rand.Float64() - 1)
		scale, unit := cellScale(end)
		text := shortNumber(v/scale, end/scale)
		got, err := strconv.ParseFloat(text, 64)
		if err != nil || len(text) > 6 || math.Abs(got*scale-v) > 0.0051*end {
			t.Fatalf("%g of %g is written %q%s", v, end, text, unit)
		}
		if (scale != 1) != (unit != "") {
			t.Fatalf("scale %g, unit %q", scale, unit)
		}
	}
	for _, end := range []float64{0, math.Inf(1)} {
		if scale, unit := cellScale(end); scale != 1 || unit != "" {
			t.Errorf("up to %g: %g, %q", end, scale, unit)
		}
	}
}

// A click keeps the arithmetic in view when the mouse goes; Enter shows that of the
// strongest place, and another unit has its own.
func TestArithmeticCanBePinned(t *testing.T) {
	source := computedSource(t, oddNetwork())
	v := New(source, &services{}, NewState())
	v.State.Unit = scene.Unit{Layer: "linear", Channel: 2}
	at := point(t, v, 1280, 800, image.Pt(3, 2))
	frame(v, 1280, 800, ui.Input{Mouse: at, Pressed: true, Down: true})
	frame(v, 1280, 800, ui.Input{Mouse: at, Released: true})
	f := frame(v, 1280, 800, ui.Input{})
	if place, ok := placeIn(f); sumOf(f) == "" || !ok || place != image.Pt(3, 2) {
		t.Errorf("%q at %v", sumOf(f), place)
	}
	frame(v, 1280, 800, ui.Input{Keys: []string{"Enter"}}) // the control has the keyboard
	if f := frame(v, 1280, 800, ui.Input{}); sumOf(f) != "" {
		t.Errorf("%q is still there", sumOf(f))
	}
	frame(v, 1280, 800, ui.Input{Keys: []string{"Enter"}})
	f = frame(v, 1280, 800, ui.Input{})
	if place, ok := placeIn(f); !ok || place != strongestCell(v.unitMap(v.State.Unit)) {
		t.Errorf("%q at %v", sumOf(f), place)
	}
	v.State.Unit.Channel = 1
	if f := frame(v, 1280, 800, ui.Input{}); sumOf(f) != "" {
		t.Errorf("%q of another unit", sumOf(f))
	}
}

// Where weights and answer are of different steps, or the unit is off, it says so.
func TestThePanelSaysWhyItDisagrees(t *testing.T) {
	source := computedSource(t, oddNetwork())
	source.Update(func(s *scene.Scene) { w := *s.Weights; w.Step = 7; s.Weights = &w })
	v := New(source, &services{}, NewState())
	v.State.Unit = scene.Unit{Layer: "linear"}
	at := point(t, v, 1280, 800, image.Pt(1, 1))
	if f := frame(v, 1280, 800, ui.Input{Mouse: at}); !hasText(f, "weights of step 7; those of step 0") {
		t.Error("it does not say that the weights are newer")
	}
	v.State.Ablated = []scene.Unit{v.State.Unit}
	if f := frame(v, 1280, 800, ui.Input{Mouse: at}); !hasText(f, "switched off, so it puts out") {
		t.Error("it does not say that the unit is off")
	}
}

// The pane shows the facts of its unit, and a click on a patch shows its image.
func TestUnitPane(t *testing.T) {
	source := newFixture(t, "alexnet-mini")
	s := source.Scene()
	v := New(source, &services{}, NewState())
	v.State.Unit, v.State.Backward = scene.Unit{Layer: "conv1"}, scene.Deconvolution
	f := frame(v, 1280, 800, ui.Input{})
	for _, want := range []string{
		"conv1 unit 0", "tower a", "kernel", "answer", "deconvolution",
		"bias " + number(float64(s.Weights.Params["conv1.bias"].Data[0])), "test set: mean " + number(s.Survey.Layers[0].Units[0].Mean),
	} {
		if !hasText(f, want) {
			t.Errorf("nothing says %q", want)
		}
	}
	frame(v, 1280, 800, press(control(t, f, "unit.patch.2").Rect))
	if v.State.Photo != s.Patches.Units[0][2].Photo || v.State.Photo == 0 {
		t.Errorf("image %d is shown", v.State.Photo)
	}
	frame(v, 1280, 800, ui.Input{})
	v.State.Unit.Channel = 31 // without patches
	if f := frame(v, 1280, 800, ui.Input{}); slices.ContainsFunc(f.Controls, func(c ui.Control) bool { return strings.HasPrefix(c.ID, "unit.patch") }) {
		t.Error("a dead unit has patches")
	}
}

// A unit's map has the colours that it has among the others, where the scale is one
// for all.
func TestUnitHasTheGridsColours(t *testing.T) {
	source := newFixture(t, "cifar-quick")
	a := *source.Scene().Answer
	x := tensor.New(3, 2, 2)
	copy(x.Data, []float32{1, 2, 0, 4, 8, 0, 0, 1, -2, 0, 0, 0})
	a.Layers = map[string]*tensor.Tensor{"conv1": x}
	source.Update(func(s *scene.Scene) { s.Answer = &a })
	v := New(source, &services{}, NewState())
	v.scene = source.Scene()
	v.toggleScale()
	u := scene.Unit{Layer: "conv1", Channel: 0}
	p, err := v.fitted(1, image.Pt(100, 100), &sheet{data: v.unitMap(u), colors: v.answerColors(u, v.unitMap(u))})
	if err != nil {
		t.Fatal(err)
	}
	// 4 of 8 is half of the scale, and the layer has values below zero.
	if at := p.Layout.Tile(0).Max.Sub(image.Pt(1, 1)); p.Image.RGBAAt(at.X, at.Y) != p.Map.At(0.5) || !p.Map.Signed {
		t.Errorf("%v in %s", p.Image.RGBAAt(at.X, at.Y), p.Map.Name)
	}
	if _, high := keyEnds(p); high != "8" {
		t.Errorf("the key ends at %s", high)
	}
}

// Facts fill lines in their order, and none is wider than the pane.
func TestFactsFlow(t *testing.T) {
	f := frame(New(newFixture(t, "cifar-quick"), &services{}, NewState()), 800, 600, ui.Input{})
	facts := []string{"one", "two and a half", "3", "a fact of some length", "5"}
	for width := 130; width < 500; width += 7 {
		lines := flow(f, facts, width)
		if strings.Join(lines, " · ") != strings.Join(facts, " · ") {
			t.Fatalf("%q", lines)
		}
		for i, line := range lines {
			if f.Measure(line, factStyle(f)) > width {
				t.Errorf("%q is wider than %d", line, width)
			}
			first, _, _ := strings.Cut(line, " · ")
			if i > 0 && f.Measure(lines[i-1]+" · "+first, factStyle(f)) <= width {
				t.Errorf("%q would have fit on line %q", first, lines[i-1])
			}
		}
	}
}

// A map without a finite value is told so, and breaks nothing.
func TestUnitWithoutFiniteValues(t *testing.T) {
	source := newFixture(t, "cifar-quick")
	a := *source.Scene().Answer
	x := tensor.New(32, 32, 32)
	for i := range x.Data {
		x.Data[i] = float32(math.NaN())
	}
	a.Layers = map[string]*tensor.Tensor{"conv1": x}
	source.Update(func(s *scene.Scene) { s.Answer = &a })
	v := New(source, &services{}, NewState())
	v.State.View = scene.Activations
	f := frame(v, 1280, 800, ui.Input{})
	if checkTexts(t, f); !hasText(f, "no value is finite") || hasText(f, "silent") {
		t.Errorf("%q", textsOf(f))
	}
}

// Arithmetic that is pinned stays below the help, whether it was open or opens.
func TestTheHelpCoversPinnedArithmetic(t *testing.T) {
	v := New(computedSource(t, oddNetwork()), &services{}, NewState())
	v.State.Unit = scene.Unit{Layer: "linear"}
	at := point(t, v, 1280, 800, image.Pt(1, 1))
	if f := frame(v, 1280, 800, ui.Input{Mouse: at, Pressed: true, Down: true}); sumOf(f) == "" {
		t.Fatal("nothing is pinned")
	}
	for _, keys := range [][]string{{"h"}, nil} {
		if f := frame(v, 1280, 800, ui.Input{Keys: keys}); !v.help || sumOf(f) != "" {
			t.Errorf("%q lies above the help", sumOf(f))
		}
	}
}

// A unit is off when another layer's unit that shows it was switched off, too: both
// come from the same kernel.
func TestThePanelKnowsUnitsThatAreOffByAnotherName(t *testing.T) {
	net, err := nn.Build("cifar-quick", nn.BuildOptions{Classes: 10})
	if err != nil {
		t.Fatal(err)
	}
	source := computedSource(t, net)
	v := New(source, &services{}, NewState())
	node, after := summing(net, "relu2")
	if node == nil || len(after) == 0 {
		t.Fatal("relu2 follows no convolution")
	}
	v.State.Unit = scene.Unit{Layer: node.Name, Channel: 3}
	v.State.Ablated = []scene.Unit{{Layer: "relu2", Channel: 3}}
	at := point(t, v, 1280, 800, image.Pt(1, 1))
	if f := frame(v, 1280, 800, ui.Input{Mouse: at}); !hasText(f, "switched off, so it puts out") {
		t.Error("it does not say that the unit is off")
	}
	v.State.Ablated[0].Channel = 4
	if f := frame(v, 1280, 800, ui.Input{Mouse: at}); hasText(f, "switched off, so it puts out") {
		t.Error("it says that a unit is off that is not")
	}
}

// Text on a colour stands out from it, and more than in the other ink.
func TestTextOnColours(t *testing.T) {
	black, white := color.RGBA{0, 0, 0, 255}, color.RGBA{255, 255, 255, 255}
	for range 2000 {
		c := color.RGBA{uint8(rand.IntN(256)), uint8(rand.IntN(256)), uint8(rand.IntN(256)), 255}
		if got := ui.Contrast(textOn(c), c); got < 4.5 || got < max(ui.Contrast(black, c), ui.Contrast(white, c)) {
			t.Fatalf("%v on %v: the contrast is %.2f to 1", textOn(c), c, got)
		}
	}
}
