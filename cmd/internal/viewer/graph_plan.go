package viewer

import (
	"image"

	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer/ui"
	"tandem/engine/nn"
)

// graphPlan says where a network's boxes and lines are, the image at the top.
// Positions count from the upper left corner.
type graphPlan struct {
	Rows   []graphRow
	Lines  []graphLine
	Height int
}

// graphRow is a layer of the merged network, or the image.
type graphRow struct {
	Layer    string
	Rect     image.Rectangle
	Boxes    []graphBox    // two where both towers have a half
	Arrivals []nn.Transfer // what crosses between the towers for it
	Label    image.Rectangle
}

// graphBox is a node as it runs.
type graphBox struct {
	Name  string // "conv2.a" of a half
	Tower nn.Tower
	Rect  image.Rectangle
}

// graphLine leads from a box to one that reads it.
type graphLine struct {
	From, To string // boxes
	Tower    nn.Tower
	Crosses  bool
	Points   []ui.Point
}

const (
	graphRowHeight = 26
	graphGap       = 8  // between rows
	graphCross     = 20 // height in which lines cross
	graphCrossGap  = 37 // with room for a label below that
	graphLane      = 5  // width of a lane for lines past rows
	graphLanes     = 3
)

// planGraph lays out a network in a column of some width.
func planGraph(n *scene.Network, width int) graphPlan {
	edges := graphEdges(n.Net)
	width -= graphLane * min(graphLanes, countPassing(edges))
	p := graphPlan{Rows: []graphRow{dataRow(width)}, Height: graphRowHeight}
	for i := range n.Net.Nodes {
		p.addRow(n.Net, &n.Net.Nodes[i], width, arrivals(i+1, edges, n.Transfers))
	}
	p.addLines(edges, width)
	return p
}

func countPassing(edges []edge) int {
	n := 0
	for _, e := range edges {
		if e.passes() {
			n++
		}
	}
	return n
}

func dataRow(width int) graphRow {
	r := image.Rect(0, 0, width, graphRowHeight)
	return graphRow{Layer: nn.DataNode, Rect: r, Boxes: []graphBox{{nn.DataNode, nn.BothTowers, r}}}
}

// addRow places a layer below all others, with room above it where lines cross.
func (p *graphPlan) addRow(net *nn.Network, n *nn.Node, width int, arrivals []nn.Transfer) {
	row := graphRow{Layer: n.Name, Arrivals: arrivals}
	top := p.Height + graphGap
	if len(arrivals) > 0 {
		top = p.Height + graphCrossGap
		row.Label = image.Rect(width/4, p.Height+graphCross, width-width/4, top-2)
	}
	p.Height = top + graphRowHeight
	row.Rect = image.Rect(0, top, width, p.Height)
	a, b := row.Rect, row.Rect
	a.Max.X, b.Min.X = width/2, width/2
	switch {
	case net.Towers != 2:
		row.Boxes = []graphBox{{n.Name, n.Tower, row.Rect}}
	case n.Tower == nn.TowerA:
		row.Boxes = []graphBox{{n.Name, n.Tower, a}}
	case n.Tower == nn.TowerB:
		row.Boxes = []graphBox{{n.Name, n.Tower, b}}
	default:
		names := nodeNames(net, n)
		row.Boxes = []graphBox{{names[0], nn.TowerA, a}, {names[1], nn.TowerB, b}}
	}
	p.Rows = append(p.Rows, row)
}

// addLines draws a line from row to row, and beside the boxes where it passes one.
func (p *graphPlan) addLines(edges []edge, width int) {
	passed := 0
	for _, e := range edges {
		from, to := p.box(e.fromRow, e.from), p.box(e.row, e.to)
		line := graphLine{From: e.from, To: e.to, Tower: e.fromTower, Crosses: e.crosses()}
		if e.passes() {
			lane := width + graphLane*(passed%graphLanes+1) - 2
			line.Points = around(from, to, float64(lane))
			passed++
		} else {
			line.Points = down(from, to, e.fromTower)
		}
		p.Lines = append(p.Lines, line)
	}
}

func (p *graphPlan) box(row int, name string) image.Rectangle {
	for _, b := range p.Rows[row].Boxes {
		if b.Name == name {
			return b.Rect
		}
	}
	return p.Rows[row].Rect
}

// down leads from the lower edge of a box to the upper edge of another; what both
// towers read goes straight down to each.
func down(from, to image.Rectangle, tower nn.Tower) []ui.Point {
	x, top, bottom := middle(from), float64(from.Max.Y), float64(to.Min.Y)
	if tower == nn.BothTowers {
		x = middle(to)
	}
	turn := min(top+graphCross, bottom)
	return []ui.Point{{X: x, Y: top}, {X: middle(to), Y: turn}, {X: middle(to), Y: bottom}}
}

// around leads through the gaps below a box and above another, and between them along
// a lane beside all boxes.
func around(from, to image.Rectangle, lane float64) []ui.Point {
	x0, y0, x1, y1 := middle(from), float64(from.Max.Y), middle(to), float64(to.Min.Y)
	const out = graphGap / 2
	return []ui.Point{{X: x0, Y: y0}, {X: x0, Y: y0 + out}, {X: lane, Y: y0 + out}, {X: lane, Y: y1 - out}, {X: x1, Y: y1 - out}, {X: x1, Y: y1}}
}

func middle(r image.Rectangle) float64 { return float64(r.Min.X+r.Max.X) / 2 }

// row returns the row of a layer, nil where there is none.
func (p *graphPlan) row(layer string) *graphRow {
	for i := range p.Rows {
		if p.Rows[i].Layer == layer {
			return &p.Rows[i]
		}
	}
	return nil
}
