package viewer

import (
	"image"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer/ui"
	"tandem/engine/nn"
	"tandem/engine/tensor"
	"tandem/engine/viz"
)

// randomTiles draws a random grid at a random place.
func randomTiles(t *testing.T, r *rand.Rand) tiles {
	t.Helper()
	shape := []int{1 + r.IntN(40), 1 + r.IntN(6), 1 + r.IntN(6)}
	p, err := viz.Activations(noise(r, 1, shape...), viz.Options{Blocks: 1 + r.IntN(2), Fit: image.Pt(60+r.IntN(400), 60+r.IntN(300))})
	if err != nil {
		t.Fatal(err)
	}
	return newTiles(p, image.Pt(r.IntN(500)-100, r.IntN(500)-100), []float64{1, 1.5, 2, 3}[r.IntN(4)])
}

// A logical pixel in a cell finds that cell, wherever the grid is; outside of the
// tiles there is none.
func TestTilesAreHitWhereTheyAreDrawn(t *testing.T) {
	r := rand.New(rand.NewPCG(rand.Uint64(), 1))
	for range 200 {
		g := randomTiles(t, r)
		l := g.picture.Layout
		tile, cell := r.IntN(l.Tiles), image.Pt(r.IntN(l.W), r.IntN(l.H))
		a, b := g.corners(tile)
		zoom := float64(l.Zoom) / g.scale
		if w := b.X - a.X; math.Abs(w-float64(l.W)*zoom) > 1e-9 || !boundsHold(g, a, b) {
			t.Fatalf("tile %d of %+v is from %v to %v, the grid at %v", tile, l, a, b, g.bounds())
		}
		if zoom < 2 {
			continue // no whole logical pixel is sure to be within
		}
		at := image.Pt(int(math.Ceil(a.X+float64(cell.X)*zoom)), int(math.Ceil(a.Y+float64(cell.Y)*zoom)))
		if gotTile, gotCell, ok := g.hit(at); !ok || gotTile != tile || gotCell != cell {
			t.Fatalf("%v at scale %g is tile %d, cell %v (%v), want %d, %v of %+v", at, g.scale, gotTile, gotCell, ok, tile, cell, l)
		}
		if _, _, ok := g.hit(g.bounds().Max); ok {
			t.Fatalf("a tile outside of %v", g.bounds())
		}
	}
}

func boundsHold(g tiles, a, b ui.Point) bool {
	r := g.bounds()
	return a.X >= float64(r.Min.X) && a.Y >= float64(r.Min.Y) && b.X <= float64(r.Max.X) && b.Y <= float64(r.Max.Y)
}

// Between two towers' tiles there is room for a line of text.
func TestTowersStandApart(t *testing.T) {
	r := rand.New(rand.NewPCG(rand.Uint64(), 2))
	for range 100 {
		g := randomTiles(t, r)
		if len(g.parts) != 2 {
			continue
		}
		a, b := g.parts[0], g.parts[1]
		if free := float64(b.at.Y-a.at.Y) - float64(a.src.Dy())/g.scale; free < towerLine {
			t.Errorf("%g pixels between the towers", free)
		}
		n := g.picture.Layout.Tiles
		if a.src.Overlaps(b.src) || !g.picture.Layout.Tile(0).In(a.src) || !g.picture.Layout.Tile(n-1).In(b.src) {
			t.Errorf("parts %v and %v of %v", a.src, b.src, g.picture.Layout.Size())
		}
	}
}

// Up and down keep to the column, from block to block, as the tiles lie.
func TestBelowFollowsTheGrid(t *testing.T) {
	r := rand.New(rand.NewPCG(rand.Uint64(), 3))
	for range 300 {
		n := 1 + r.IntN(60)
		g := gridShape{tiles: n, perBlock: (n + 1) / (1 + r.IntN(2)), columns: 1 + r.IntN(9)}
		g.perBlock = max(1, min(g.perBlock, n))
		g.columns = min(g.columns, g.perBlock)
		rows := make([][]int, 0)
		for b := 0; b < n; b += g.perBlock {
			for j := b; j < min(n, b+g.perBlock); j += g.columns {
				row := []int{}
				for k := j; k < min(j+g.columns, b+g.perBlock, n); k++ {
					row = append(row, k)
				}
				rows = append(rows, row)
			}
		}
		for y, row := range rows {
			for x, tile := range row {
				for _, dy := range []int{-1, 1} {
					want := tile
					if y+dy >= 0 && y+dy < len(rows) {
						to := rows[y+dy]
						want = to[min(x, len(to)-1)]
					}
					if got := g.below(tile, dy); got != want {
						t.Fatalf("%+v: %d rows below %d is %d, want %d", g, dy, tile, got, want)
					}
				}
			}
		}
	}
}

// The arrow keys walk over what is shown, and stop at its ends.
func TestArrowsMoveTheUnit(t *testing.T) {
	v := New(newFixture(t, "alexnet-mini"), &services{}, NewState())
	v.State.View, v.State.Unit = scene.Activations, scene.Unit{Layer: "conv2"}
	frame(v, 1280, 800, ui.Input{})
	columns := v.panes.grid.shape.columns
	for _, step := range []struct {
		key  string
		want int
	}{{"Left", 0}, {"Right", 1}, {"Down", 1 + columns}, {"Up", 1}, {"Up", 1}} {
		frame(v, 1280, 800, ui.Input{Keys: []string{step.key}})
		if got := v.State.Unit.Channel; got != step.want {
			t.Fatalf("after %s: unit %d, want %d", step.key, got, step.want)
		}
	}
	v.State.Unit.Channel = 63
	frame(v, 1280, 800, ui.Input{Keys: []string{"Right"}})
	frame(v, 1280, 800, ui.Input{Keys: []string{"Down"}})
	if v.State.Unit.Channel != 63 {
		t.Errorf("beyond the last unit is %d", v.State.Unit.Channel)
	}
}

func TestStrongestChannels(t *testing.T) {
	r := rand.New(rand.NewPCG(rand.Uint64(), 4))
	w := noise(r, 1, 5, 7, 3, 2)
	got := strongest(w)
	for k := range 5 {
		best, most := 0, 0.0
		for c := range 7 {
			sum := 0.0
			for i := range 6 {
				sum += math.Pow(float64(w.Data[(k*7+c)*6+i]), 2)
			}
			if sum > most {
				best, most = c, sum
			}
		}
		for i := range 6 {
			if got.Data[k*6+i] != w.Data[(k*7+best)*6+i] {
				t.Fatalf("kernel %d: %v, want channel %d", k, got.Data[k*6:][:6], best)
			}
		}
	}
}

// Of kernels that differ from place to place those in the middle are shown.
func TestKernelsOfALocalLayer(t *testing.T) {
	w := noise(rand.New(rand.NewPCG(1, 5)), 1, 5, 3, 4, 2, 3, 3) // 5 x 3 places
	k := kernelsAt(w)
	if !k.Shape.Equal(tensor.Shape{4, 2, 3, 3}) || k.Data[0] != w.Data[(2*3+1)*4*2*9] {
		t.Errorf("%v begins with %g", k.Shape, k.Data[0])
	}
	if same := noise(rand.New(rand.NewPCG(1, 6)), 1, 4, 2, 3, 3); kernelsAt(same) != same {
		t.Error("shared kernels are not taken as they are")
	}
}

func TestKernelNode(t *testing.T) {
	net := oddNetwork()
	for layer, want := range map[string]string{
		"conv1": "conv1", "relu1": "conv1", "tanh": "grouped", "pool": "linear", "sigmoid": "local", "softmax": "fc2", "gone": "conv1",
	} {
		if got := kernelNode(net, layer); got == nil || got.Name != want {
			t.Errorf("%s has its weights from %v, want %s", layer, got, want)
		}
	}
	if got := kernelNode(&nn.Network{Nodes: []nn.Node{{Name: "softmax", Layer: &nn.Softmax{}, Inputs: []string{nn.DataNode}}}}, "softmax"); got != nil {
		t.Errorf("weights of %s", got.Name)
	}
}

// find moves the mouse over a control in steps until the tip says a text, and returns
// where.
func find(t *testing.T, v *Viewer, w, h, step int, id, text string) image.Point {
	t.Helper()
	r := control(t, frame(v, w, h, ui.Input{}), id).Rect
	for y := r.Min.Y + 1; y < r.Max.Y; y += step {
		for x := r.Min.X + 1; x < r.Max.X; x += step {
			if f := frame(v, w, h, ui.Input{Mouse: image.Pt(x, y)}); hasText(f, text) {
				checkTexts(t, f)
				return image.Pt(x, y)
			}
		}
	}
	t.Fatalf("nowhere on %s is %q", id, text)
	return image.Point{}
}

// A tile says which unit it is, in which range, and the value under the mouse; a click
// selects it, a right click switches it off and on.
func TestTilesAnswerTheMouse(t *testing.T) {
	source := newFixture(t, "alexnet-mini")
	v := New(source, &services{}, NewState())
	v.State.View = scene.Activations
	at := find(t, v, 1280, 800, 30, "grid.activations", "conv1 unit 20 (tower b)")
	f := frame(v, 1280, 800, ui.Input{Mouse: at})
	if !hasText(f, "range ") || !hasText(f, " at row ") {
		t.Errorf("the tip says %v", f.Texts[len(f.Texts)-3:])
	}
	unit := scene.Unit{Layer: "conv1", Channel: 20}
	frame(v, 1280, 800, ui.Input{Mouse: at, Pressed: true, Down: true})
	frame(v, 1280, 800, ui.Input{Mouse: at, Released: true})
	if v.State.Unit != unit {
		t.Errorf("%v is selected", v.State.Unit)
	}
	frame(v, 1280, 800, ui.Input{Mouse: at, Right: true})
	if len(v.State.Ablated) != 1 || v.State.Ablated[0] != unit {
		t.Errorf("%v are switched off", v.State.Ablated)
	}
	if f := frame(v, 1280, 800, ui.Input{Mouse: at}); !hasText(f, "switched off") {
		t.Error("the tip does not say that the unit is off")
	}
	frame(v, 1280, 800, ui.Input{Mouse: at, Right: true})
	if len(v.State.Ablated) != 0 {
		t.Errorf("%v are still switched off", v.State.Ablated)
	}
}

// What the tip calls the value of a cell is that value.
func TestTilesShowTheirValues(t *testing.T) {
	source := newFixture(t, "cifar-quick")
	a := *source.Scene().Answer
	x := tensor.New(64, 8, 8)
	x.Data[(5*8+6)*8+3] = 123.5
	a.Layers = map[string]*tensor.Tensor{"conv3": x}
	source.Update(func(s *scene.Scene) { s.Answer = &a })
	v := New(source, &services{}, NewState())
	v.State.View, v.State.Unit = scene.Activations, scene.Unit{Layer: "conv3"}
	find(t, v, 1280, 800, 7, "grid.activations", "124 at row 6, column 3")
	f := frame(v, 1280, 800, ui.Input{})
	if !hasText(f, "63 silent here") {
		t.Error("the header does not count silent units")
	}
}

// A grid that is too high scrolls, and the selected unit stays in view.
func TestGridFollowsTheSelection(t *testing.T) {
	v := New(newFixture(t, "alexnet"), &services{}, NewState())
	v.State.View, v.State.Unit = scene.Activations, scene.Unit{Layer: "conv1", Channel: 95}
	find(t, v, 800, 600, 25, "grid.activations", "conv1 unit 95 (tower b)")
	v.State.Unit.Channel = 0
	find(t, v, 800, 600, 25, "grid.activations", "conv1 unit 0 (tower a)")
}

// Kernels with many channels are chosen above, and shown with all channels below.
func TestFiltersShowTheChosenKernel(t *testing.T) {
	v := New(newFixture(t, "alexnet-mini"), &services{}, NewState())
	v.State.Unit = scene.Unit{Layer: "relu2"}
	at := find(t, v, 1280, 800, 14, "grid.kernels", "conv2 unit 40 (tower b)")
	frame(v, 1280, 800, ui.Input{Mouse: at, Pressed: true, Down: true})
	if v.State.Unit != (scene.Unit{Layer: "conv2", Channel: 40}) {
		t.Fatalf("%v is selected", v.State.Unit)
	}
	frame(v, 1280, 800, ui.Input{Released: true})
	// The second group reads the second half of the maps below.
	find(t, v, 1280, 800, 14, "grid.channels", "conv2 unit 40, weights for pool1 unit 31")
	v.State.Unit = scene.Unit{Layer: "fc6", Channel: 9}
	find(t, v, 1280, 800, 14, "grid.channels", "fc6 unit 9, weights for pool5 unit 3")
}

// The buttons and the slider above the grids change how it is coloured.
func TestColorControls(t *testing.T) {
	v := New(newFixture(t, "alexnet-mini"), &services{}, NewState())
	click := func(id string) {
		f := frame(v, 1280, 800, ui.Input{})
		frame(v, 1280, 800, press(control(t, f, id).Rect))
		frame(v, 1280, 800, ui.Input{Released: true})
	}
	click("color.scale")
	click("color.map")
	if v.State.Scale != viz.Common || v.State.Map == "" {
		t.Errorf("scale %v, map %q", v.State.Scale, v.State.Map)
	}
	f := frame(v, 1280, 800, ui.Input{})
	r := control(t, f, "color.gain").Rect
	frame(v, 1280, 800, ui.Input{Mouse: image.Pt(r.Max.X-8, (r.Min.Y+r.Max.Y)/2), Pressed: true, Down: true})
	if v.State.Gain < 8 || v.State.Gain > 16 {
		t.Errorf("contrast %g", v.State.Gain)
	}
}

// The key's ends are the values that get the map's last colours.
func TestKeyEnds(t *testing.T) {
	x := tensor.New(2, 1, 2)
	copy(x.Data, []float32{0.5, -4, 1, 2})
	p, err := viz.Activations(x, viz.Options{Scale: viz.Common, Gain: 8})
	if err != nil {
		t.Fatal(err)
	}
	if low, high := keyEnds(p); low != "-0.5" || high != "0.5" {
		t.Errorf("from %s to %s", low, high)
	}
	if got := p.Image.RGBAAt(p.Layout.Tile(0).Min.X, p.Layout.Tile(0).Min.Y); got != p.Map.At(1) {
		t.Errorf("a value at the end has colour %v", got)
	}
}

// Whatever part of a scene is missing, the panes say so and go on.
func TestPanesLiveWithoutAnyPart(t *testing.T) {
	full, other := newFixture(t, "alexnet-mini").Scene(), newFixture(t, "cifar-18pct").Scene()
	for name, without := range map[string]func(*scene.Scene){
		"all": func(s *scene.Scene) { *s = scene.Scene{} }, "network": func(s *scene.Scene) { s.Network = nil },
		"weights": func(s *scene.Scene) { s.Weights = nil }, "answer": func(s *scene.Scene) { s.Answer = nil },
		"survey": func(s *scene.Scene) { s.Survey = nil }, "health": func(s *scene.Scene) { s.Health = nil },
		"its own weights": func(s *scene.Scene) { s.Weights = other.Weights }, "its own answer": func(s *scene.Scene) { s.Answer = other.Answer },
		"its own survey": func(s *scene.Scene) { s.Survey = other.Survey },
		"large weights":  func(s *scene.Scene) { s.Weights = &scene.Weights{Step: testStep} },
	} {
		s := *full
		without(&s)
		source := &fixture{}
		source.Update(func(to *scene.Scene) { *to = s })
		for _, unit := range []scene.Unit{{Layer: "conv1", Channel: 30}, {Layer: "conv3", Channel: 95}, {Layer: "pool2", Channel: 63}, {Layer: "softmax", Channel: 9}} {
			v := New(source, &services{}, NewState())
			for x := 10; x < 800; x += 67 {
				v.State.View, v.State.Unit = scene.View(x%2), unit
				checkTexts(t, frame(v, 800, 600, ui.Input{Mouse: image.Pt(x, 120+x/3)}))
			}
			if t.Failed() {
				t.Fatalf("without %s", name)
			}
		}
	}
}

// Every layer of every kind of network can be looked at in every window.
func TestEveryLayerFits(t *testing.T) {
	for _, net := range []string{"alexnet", "alexnet-mini", "cifar-quick", "cifar-13pct"} {
		source := newFixture(t, net)
		for i, n := range source.Scene().Network.Net.Nodes {
			for j, size := range testSizes {
				v := New(source, &services{}, NewState())
				v.State.View = scene.View((i + j) % 2)
				v.State.Unit = scene.Unit{Layer: n.Name, Channel: i}
				v.State.Backward = scene.Mode(i % scene.Modes())
				frame(v, size[0], size[1], ui.Input{})
				f := frame(v, size[0], size[1], ui.Input{})
				if checkTexts(t, f); t.Failed() {
					t.Fatalf("%s, %s at %v", net, n.Name, size)
				}
				if !strings.Contains(strings.Join(textsOf(f), "\n"), n.Name) {
					t.Errorf("%s at %v: nothing names %s", net, size, n.Name)
				}
			}
		}
	}
}

func textsOf(f *ui.Frame) []string {
	var all []string
	for _, t := range f.Texts {
		all = append(all, t.Text)
	}
	return all
}

// A grid leaves room at both sides for frames and towers' colours, and beside a
// scroll bar where it needs one.
func TestSheetsFitTheirPane(t *testing.T) {
	r := rand.New(rand.NewPCG(rand.Uint64(), 7))
	v := New(newFixture(t, "cifar-quick"), &services{}, NewState())
	for range 200 {
		size, scale := image.Pt(150+r.IntN(600), 60+r.IntN(400)), []float64{1, 1.5, 2}[r.IntN(3)]
		s := &sheet{data: noise(r, 1, 1+r.IntN(100), 1+r.IntN(30), 1+r.IntN(30)), colors: viz.Options{Blocks: 1 + r.IntN(2)}}
		p, err := v.sheetPicture(scale, size, s)
		if err != nil {
			t.Fatal(err)
		}
		b := newTiles(p, image.Pt(sheetMargin, 2), scale).bounds()
		width := size.X
		if b.Dy()+4 > size.Y {
			width -= scrollRoom
		}
		if b.Max.X > width-sheetMargin+1 {
			t.Errorf("%v at scale %g in %v: tiles reach to %d", s.data.Shape, scale, size, b.Max.X)
		}
	}
}
