package viewer

import (
	"image"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer/ui"
	"tandem/engine/device"
	"tandem/engine/nn"
	"tandem/engine/tensor"
)

// fullSize is a network at its own size.
func fullSize(t *testing.T, name string) *scene.Network {
	t.Helper()
	net, err := nn.Build(name, nn.BuildOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return testNetwork(t, net)
}

// Figure 2 of the paper: the towers exchange what the third convolution and the
// fully connected layers read, and nothing else.
func TestGraphCrossesWhereThePaperDoes(t *testing.T) {
	p := planGraph(fullSize(t, "alexnet"), 200)
	want := map[string][]string{
		"conv3": {"pool2.a", "pool2.b"}, "fc6": {"pool5.a", "pool5.b"}, "fc7": {"drop6.a", "drop6.b"}, "fc8": {"drop7.b"},
	}
	for _, row := range p.Rows {
		var names []string
		for _, a := range row.Arrivals {
			names = append(names, a.Name)
		}
		if slices.Sort(names); !slices.Equal(names, want[row.Layer]) {
			t.Errorf("%s: %v cross, want %v", row.Layer, names, want[row.Layer])
		}
	}
	crossing := map[string]int{}
	for _, l := range p.Lines {
		if l.Crosses {
			crossing[strings.TrimSuffix(strings.TrimSuffix(l.To, ".a"), ".b")]++
		}
	}
	for layer, names := range want {
		if crossing[layer] != len(names) {
			t.Errorf("%d lines cross into %s, want %d", crossing[layer], layer, len(names))
		}
	}
	if len(crossing) != len(want) {
		t.Errorf("lines cross into %v", crossing)
	}
}

// The bytes written into the graph are all that a step moves one way.
func TestGraphShowsAllTransfers(t *testing.T) {
	for _, name := range []string{"alexnet", "alexnet-mini"} {
		n := fullSize(t, name)
		sent := nn.StepBytes(n.Transfers)
		var shown int64
		for _, row := range planGraph(n, 140).Rows {
			for _, a := range row.Arrivals {
				shown += 2 * a.Bytes // there, and the gradient home
			}
		}
		if shown != sent[0]+sent[1] || shown == 0 {
			t.Errorf("%s: %d bytes shown, %d are moved", name, shown, sent[0]+sent[1])
		}
	}
}

// branched is a network with lines that pass rows by, on both towers and on one.
func branched(towers int) *nn.Network {
	p := nn.ParamSpec{Std: 0.1, RateFactor: 1}
	tower := func(t nn.Tower) nn.Tower {
		if towers == 1 {
			return nn.BothTowers
		}
		return t
	}
	conv := func(groups int) nn.Layer {
		return &nn.Conv{Filters: 4, Window: nn.Window{Kernel: 3, Pad: 1}, Groups: groups, Weight: p, Bias: p}
	}
	return &nn.Network{Name: "branched", Input: tensor.Shape{3, 9, 9}, Towers: towers, Nodes: []nn.Node{
		{Name: "first", Layer: conv(1), Inputs: []string{nn.DataNode}},
		{Name: "left", Layer: conv(1), Inputs: []string{"first"}, Tower: tower(nn.TowerA)},
		{Name: "right", Layer: conv(1), Inputs: []string{"first"}, Tower: tower(nn.TowerB)},
		{Name: "relu", Layer: &nn.Activation{F: device.ReLU}, Inputs: []string{"right"}, Tower: tower(nn.TowerB)},
		{Name: "both", Layer: &nn.Concat{}, Inputs: []string{"left", "relu", "right"}, Tower: tower(nn.TowerA)},
		{Name: "fc", Layer: &nn.FC{Outputs: 5, Weight: p, Bias: p}, Inputs: []string{"both"}, Tower: tower(nn.TowerA)},
		{Name: "softmax", Layer: &nn.Softmax{}, Inputs: []string{"fc"}, Tower: tower(nn.TowerA)},
	}}
}

func graphNetworks(t *testing.T) []*scene.Network {
	all := []*scene.Network{testNetwork(t, branched(1)), testNetwork(t, branched(2)), testNetwork(t, oddNetwork())}
	for _, e := range nn.Catalog() {
		all = append(all, fullSize(t, e.Name))
	}
	return all
}

// Boxes lie below each other and within the column; lines go from the box of the
// node that is read to that of its reader, and never through a third.
func TestGraphPlanIsInOrder(t *testing.T) {
	for _, n := range graphNetworks(t) {
		for _, width := range []int{118, 130, 131, 220} {
			p := planGraph(n, width)
			bottom, boxes := 0, map[string]image.Rectangle{}
			for i, row := range p.Rows {
				if i > 0 && row.Rect.Min.Y < bottom+graphGap || row.Rect.Min.X < 0 || row.Rect.Max.X > width {
					t.Errorf("%s: row %s is at %v below %d", n.Net.Name, row.Layer, row.Rect, bottom)
				}
				if !row.Label.Empty() && (row.Label.Min.Y < bottom || row.Label.Max.Y > row.Rect.Min.Y) {
					t.Errorf("%s: label %v of %s", n.Net.Name, row.Label, row.Layer)
				}
				bottom = row.Rect.Max.Y
				for j, b := range row.Boxes {
					if boxes[b.Name] = b.Rect; !b.Rect.In(row.Rect) || b.Rect.Empty() || j > 0 && b.Rect.Overlaps(row.Boxes[0].Rect) {
						t.Errorf("%s: box %s is at %v in %v", n.Net.Name, b.Name, b.Rect, row.Rect)
					}
				}
			}
			if bottom != p.Height {
				t.Errorf("%s: height %d, the last row ends at %d", n.Net.Name, p.Height, bottom)
			}
			for _, l := range p.Lines {
				checkLine(t, l, boxes, width)
			}
		}
	}
}

func checkLine(t *testing.T, l graphLine, boxes map[string]image.Rectangle, width int) {
	t.Helper()
	a, b := l.Points[0], l.Points[len(l.Points)-1]
	if !touches(boxes[l.From], a) || !touches(boxes[l.To], b) {
		t.Errorf("a line from %s to %s goes from %v to %v", l.From, l.To, a, b)
	}
	for i := 1; i < len(l.Points); i++ {
		for share := 0.05; share < 1; share += 0.1 {
			p, q := l.Points[i-1], l.Points[i]
			at := ui.Point{X: p.X + share*(q.X-p.X), Y: p.Y + share*(q.Y-p.Y)}
			if at.X < 0 || at.X > float64(width) {
				t.Errorf("a line from %s to %s leaves the column at %v", l.From, l.To, at)
			}
			for name, r := range boxes {
				if at.X > float64(r.Min.X) && at.X < float64(r.Max.X) && at.Y > float64(r.Min.Y) && at.Y < float64(r.Max.Y) {
					if name != l.From && name != l.To {
						t.Errorf("a line from %s to %s goes through %s", l.From, l.To, name)
					}
				}
			}
		}
	}
}

// touches tells whether a point is on the edge of a rectangle.
func touches(r image.Rectangle, p ui.Point) bool {
	x0, y0, x1, y1 := float64(r.Min.X), float64(r.Min.Y), float64(r.Max.X), float64(r.Max.Y)
	inside := p.X >= x0 && p.X <= x1 && p.Y >= y0 && p.Y <= y1
	return inside && (p.X == x0 || p.X == x1 || p.Y == y0 || p.Y == y1)
}

// Every input of every layer has its line, in a network of one tower: as many as the
// file says.
func TestGraphHasEveryEdge(t *testing.T) {
	n := testNetwork(t, branched(1))
	want := 0
	for _, node := range n.Net.Nodes {
		want += len(node.Inputs)
	}
	if got := len(planGraph(n, 200).Lines); got != want {
		t.Errorf("%d lines, want %d", got, want)
	}
	// On two towers, each half of "first" is read by both branches.
	edges := graphEdges(branched(2))
	for _, e := range []struct {
		from, to string
		crosses  bool
	}{
		{"data", "first.a", false}, {"data", "first.b", false}, {"first.a", "left", false}, {"first.b", "left", true},
		{"first.a", "right", true}, {"first.b", "right", false}, {"relu", "both", true}, {"right", "both", true}, {"left", "both", false},
	} {
		i := slices.IndexFunc(edges, func(x edge) bool { return x.from == e.from && x.to == e.to })
		if i < 0 || edges[i].crosses() != e.crosses {
			t.Errorf("the edge from %s to %s is missing or crosses wrongly", e.from, e.to)
		}
	}
}

// A good ratio is in the middle, a power of ten is a sixth of the way, and what is no
// ratio is at the lower end and bad.
func TestUpdateMark(t *testing.T) {
	for _, c := range []struct {
		ratio, share float64
		good         bool
	}{
		{1e-3, 0.5, true}, {3e-3, 0.5 + math.Log10(3)/6, true}, {1e-5, 0.5 - 2.0/6, false}, {0.05, 0.5 + math.Log10(50)/6, false},
		{7, 1, false}, {1e-9, 0, false}, {0, 0, false}, {math.NaN(), 0, false},
	} {
		if share, good := updateMark(c.ratio); math.Abs(share-c.share) > 1e-12 || good != c.good {
			t.Errorf("ratio %g: %g, %v, want %g, %v", c.ratio, share, good, c.share, c.good)
		}
	}
}

func TestCrossText(t *testing.T) {
	both := []nn.Transfer{{Name: "x.a", From: 0, To: 1, Bytes: 2048}, {Name: "x.b", From: 1, To: 0, Bytes: 2048}}
	for want, transfers := range map[string][]nn.Transfer{
		"←2.0 KiB→": both, "2.0 KiB→": both[:1], "←2.0 KiB": both[1:],
		"←2.0 KiB 5.0 KiB→": {{From: 0, To: 1, Bytes: 5120}, both[1]},
	} {
		if got := crossText(transfers); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// A click on a layer selects it, and keeps the unit where the layer has it.
func TestGraphSelects(t *testing.T) {
	v := New(newFixture(t, "alexnet-mini"), &services{}, NewState())
	v.State.Unit = scene.Unit{Layer: "conv1", Channel: 7}
	f := frame(v, 1920, 1200, ui.Input{})
	frame(v, 1920, 1200, press(control(t, f, "layer.relu2").Rect))
	if v.State.Unit != (scene.Unit{Layer: "relu2", Channel: 7}) {
		t.Errorf("%v is selected", v.State.Unit)
	}
	v.State.Unit.Channel = 60
	frame(v, 1920, 1200, ui.Input{})
	frame(v, 1920, 1200, press(control(t, f, "layer.conv1").Rect))
	if v.State.Unit != (scene.Unit{Layer: "conv1", Channel: 31}) {
		t.Errorf("%v is selected", v.State.Unit)
	}
}

// However the layer was selected, its box is in view in the smallest window.
func TestGraphFollowsTheSelection(t *testing.T) {
	v := New(newFixture(t, "alexnet"), &services{}, NewState())
	nodes := v.source.Scene().Network.Net.Nodes
	for range 12 {
		v.State.Unit = scene.Unit{Layer: nodes[rand.IntN(len(nodes))].Name}
		f := frame(v, 800, 600, ui.Input{})
		pane := arrange(image.Pt(800, 600), false, true, true).graph
		if r := control(t, f, "layer."+v.State.Unit.Layer).Rect; !r.In(pane.Inset(4)) {
			t.Errorf("%s is at %v, the pane at %v", v.State.Unit.Layer, r, pane)
		}
	}
}

// The tip says what a layer is and how it does: type, shape, cost, field, what
// crosses, health.
func TestGraphTips(t *testing.T) {
	source := newFixture(t, "alexnet-mini")
	h := *source.Scene().Health
	h.Layers = slices.Clone(h.Layers)
	for i := range h.Layers {
		if h.Layers[i].Name == "relu3" {
			h.Layers[i].Dead = 0.75
		}
	}
	source.Update(func(s *scene.Scene) { s.Health = &h })
	v := New(source, &services{}, NewState())
	v.State.Ablated = []scene.Unit{{Layer: "conv3", Channel: 1}, {Layer: "conv3", Channel: 2}}
	for layer, want := range map[string][]string{
		"conv3": {"convolution, 3×3, pad 1", "96×8×8", "55,392 parameters", "3,538,944 multiply-adds", "sees 27×27", "pool2.a goes from tower a to tower b: 8.0 KiB", "0.001 of the weights", "2 switched off"},
		"conv4": {"2 groups"}, "relu3": {"75.0 % of its units"}, "pool1": {"max pool, 3×3, stride 2"},
		"norm1": {"normalization over 5 maps"}, "fc6": {"fully connected"}, "drop6": {"dropout, keeps 0.5"}, "data": {"the image: 3×32×32"},
	} {
		v.State.Unit = scene.Unit{Layer: "conv3"}
		frame(v, 1920, 1200, ui.Input{})
		v.State.Unit = scene.Unit{Layer: strings.Replace(layer, "data", "conv1", 1)}
		f := frame(v, 1920, 1200, ui.Input{})
		r := control(t, f, "layer."+layer).Rect
		f = frame(v, 1920, 1200, ui.Input{Mouse: r.Min.Add(r.Max).Div(2)})
		checkTexts(t, f)
		for _, w := range want {
			if !hasText(f, w) {
				t.Errorf("the tip of %s does not say %q", layer, w)
			}
		}
	}
}

// Names and shapes stand out from every box.
func TestTextStandsOutFromBoxes(t *testing.T) {
	v := &Viewer{scene: &scene.Scene{Network: fullSize(t, "alexnet")}}
	for _, th := range []*ui.Theme{ui.Dark, ui.Light} {
		g := graphDrawing{Viewer: v, f: v.ui.Begin(nil, image.Pt(9, 9), 1, th, noInput)}
		for _, tower := range []nn.Tower{nn.BothTowers, nn.TowerA, nn.TowerB} {
			for _, strong := range []bool{false, true} {
				if c := ui.Contrast(th.Ink, g.boxFill(tower, strong)); c < 4.5 {
					t.Errorf("%s, tower %v, chosen %v: the contrast is %.2f to 1", th.Name, tower, strong, c)
				}
			}
		}
	}
}
