package viewer

import (
	"image"
	"image/color"
	"math"

	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer/ui"
	"tandem/engine/nn"
)

// graphState is what the graph remembers from frame to frame.
type graphState struct {
	seen string // the layer that was brought into view
}

type graphKey struct {
	network *scene.Network
	width   int
}

// drawGraph draws the network from the image to the answer; a click selects a layer.
func (v *Viewer) drawGraph(f *ui.Frame) {
	n := v.scene.Network
	if n == nil {
		v.waiting(f, heading(f, "Layers", ""), "There is no network yet.")
		return
	}
	when := ""
	if h := v.scene.Health; h != nil {
		when = atStep(h.Step)
	}
	r := heading(f, "Layers", when)
	width := r.Dx() - scrollRoom - 2
	plan := memo(v, graphKey{n, width}, func() graphPlan { return planGraph(n, width) })
	if row := plan.row(v.State.Unit.Layer); row != nil && v.panes.graph.seen != row.Layer {
		v.panes.graph.seen = row.Layer
		f.ScrollTo("graph", row.Rect.Min.Y-graphRowHeight, row.Rect.Max.Y+graphRowHeight, r.Dy())
	}
	part := f.Scroll("graph", r, plan.Height+4)
	g := graphDrawing{v, part, part.Bounds.Min.Add(image.Pt(1, 2))}
	for i := range plan.Lines {
		g.line(&plan.Lines[i])
	}
	for i := range plan.Rows {
		g.row(&plan.Rows[i])
	}
}

// graphDrawing draws a plan at a place.
type graphDrawing struct {
	*Viewer
	f  *ui.Frame
	at image.Point
}

func (g graphDrawing) line(l *graphLine) {
	points := make([]ui.Point, len(l.Points))
	for i, p := range l.Points {
		points[i] = ui.Point{X: p.X + float64(g.at.X), Y: p.Y + float64(g.at.Y)}
	}
	g.f.Polyline(points, 1.5, g.towerColor(l.Tower))
}

func (g graphDrawing) towerColor(t nn.Tower) color.RGBA {
	switch {
	case g.scene.Network.Net.Towers == 2 && t == nn.TowerA:
		return g.f.Theme.TowerA
	case g.scene.Network.Net.Towers == 2 && t == nn.TowerB:
		return g.f.Theme.TowerB
	}
	return g.f.Theme.Dim
}

// row draws a layer: its boxes, its name and shape, its health, and above it what
// crosses between the towers.
func (g graphDrawing) row(row *graphRow) {
	selected := row.Layer == g.State.Unit.Layer
	where := row.Boxes[0].Rect
	for _, b := range row.Boxes[1:] {
		where = where.Union(b.Rect)
	}
	where = where.Add(g.at)
	hover := g.spot(row, where, selected)
	for _, b := range row.Boxes {
		g.f.Fill(b.Rect.Add(g.at), g.boxFill(b.Tower, selected || hover))
	}
	if selected {
		g.f.Stroke(where, g.f.Theme.Accent)
		g.f.Stroke(where.Inset(1), g.f.Theme.Accent)
	} else {
		g.f.Stroke(where, g.f.Theme.Line)
	}
	g.names(row)
	if h := g.healthOf(row.Layer); h != nil {
		g.health(where, h)
	}
	if len(row.Arrivals) > 0 {
		g.crossing(row)
	}
}

// spot lets a click select the layer, with the unit of the same number.
func (g graphDrawing) spot(row *graphRow, where image.Rectangle, selected bool) (hover bool) {
	hover, pressed := g.f.Spot(ui.Control{
		ID: "layer." + row.Layer, Role: "option", Label: row.Layer, Pressed: selected, Off: row.Layer == nn.DataNode, Rect: where,
	})
	if g.f.Hover(where) {
		g.f.Tip(g.layerTip(row))
	}
	if pressed {
		g.selectLayer(row.Layer)
	}
	return hover
}

// boxFill returns what is behind a box's text: it hints at the tower's colour.
func (g graphDrawing) boxFill(t nn.Tower, strong bool) color.RGBA {
	fill := g.f.Theme.Raised
	if t != nn.BothTowers && g.scene.Network.Net.Towers == 2 {
		fill = ui.Mix(fill, g.towerColor(t), 0.22)
	}
	if strong {
		fill = ui.Mix(fill, g.f.Theme.Ink, 0.12)
	}
	return fill
}

// names writes name and shape in a line; those of one tower's layer need the room of
// both.
func (g graphDrawing) names(row *graphRow) {
	line := row.Rect.Add(g.at).Inset(5)
	line.Min.Y, line.Max.Y = line.Min.Y-2, line.Min.Y+11
	name := ui.Style{Size: ui.SmallSize}
	node := g.scene.Network.Net.Node(row.Layer)
	if node != nil && hasKernels(node.Layer) {
		name.Font = ui.Bold
	}
	if row.Boxes[0].Tower == nn.TowerB {
		line.Min.X = row.Boxes[0].Rect.Min.X + g.at.X + 5
	}
	x := g.f.Text(line, row.Layer, name).Max.X
	shape := ui.Style{Size: 10, Align: ui.Right}
	rest := image.Rect(x+6, line.Min.Y, line.Max.X, line.Max.Y)
	g.f.Text(rest, shapeFit(g.f, g.scene.Network.Shapes[row.Layer], rest.Dx(), shape), shape)
}

// health draws the share of dead units as a bar at the left, and how large updates
// are as a mark on a scale of powers of ten at the right, whose middle is good.
func (g graphDrawing) health(where image.Rectangle, h *scene.LayerHealth) {
	line := image.Rect(where.Min.X+5, where.Max.Y-7, where.Max.X-5, where.Max.Y-4)
	mid := (line.Min.X + line.Max.X) / 2
	if !math.IsNaN(h.Dead) {
		track := image.Rect(line.Min.X, line.Min.Y, mid-4, line.Max.Y)
		g.f.Fill(track, g.f.Theme.Line)
		c := g.f.Theme.Dim
		if h.Dead > 0.5 {
			c = g.f.Theme.Bad
		}
		track.Max.X = track.Min.X + int(math.Round(float64(track.Dx())*min(h.Dead, 1)))
		g.f.Fill(track, c)
	}
	if !math.IsNaN(h.Update) {
		track := image.Rect(mid+4, line.Min.Y, line.Max.X, line.Max.Y)
		g.f.Fill(image.Rect(track.Min.X, track.Min.Y+1, track.Max.X, track.Max.Y-1), g.f.Theme.Line)
		g.f.Fill(image.Rect(track.Min.X+track.Dx()/2, track.Min.Y-2, track.Min.X+track.Dx()/2+1, track.Max.Y+2), g.f.Theme.Dim)
		share, good := updateMark(h.Update)
		c := g.f.Theme.Good
		if !good {
			c = g.f.Theme.Bad
		}
		x := track.Min.X + int(share*float64(track.Dx()))
		g.f.Fill(image.Rect(x-2, track.Min.Y-1, x+2, track.Max.Y+1), c)
	}
}

// goodUpdate is about how large an update should be in proportion to the weights: a
// rule of thumb of Stanford's course CS231n.
const goodUpdate = 1e-3

// updateMark returns where on a scale of six powers of ten around goodUpdate a ratio
// lies, 0 to 1, and whether it is within a factor of ten.
func updateMark(ratio float64) (share float64, good bool) {
	if !(ratio > 0) {
		return 0, false
	}
	decades := math.Log10(ratio / goodUpdate)
	return min(max(0.5+decades/6, 0), 1), math.Abs(decades) <= 1
}

// crossing writes how many bytes cross for an image, below where the lines cross.
func (g graphDrawing) crossing(row *graphRow) {
	style := ui.Style{Size: 10, Align: ui.Center}
	line, text := row.Label.Add(g.at), crossText(row.Arrivals)
	half := g.f.Measure(text, style)/2 + 2
	mid := (line.Min.X + line.Max.X) / 2
	line.Min.X, line.Max.X = mid-half, mid+half
	g.f.Fill(line, g.f.Theme.Panel)
	g.f.Text(line, text, style)
}

// crossText says what crosses: as much both ways, or to one side.
func crossText(arrivals []nn.Transfer) string {
	var sent [2]int64
	for _, t := range arrivals {
		sent[t.From] += t.Bytes
	}
	switch {
	case sent[1] == 0:
		return byteSize(sent[0]) + "→"
	case sent[0] == 0:
		return "←" + byteSize(sent[1])
	case sent[0] == sent[1]:
		return "←" + byteSize(sent[0]) + "→"
	}
	return "←" + byteSize(sent[1]) + " " + byteSize(sent[0]) + "→"
}
