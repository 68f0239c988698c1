package viewer

import (
	"fmt"
	"image"
	"slices"

	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer/ui"
	"tandem/engine/nn"
	"tandem/engine/tensor"
	"tandem/engine/viz"
)

// sheet is what a grid shows.
type sheet struct {
	id     string         // of the scrolled part
	title  string         // the line above
	data   *tensor.Tensor // C x H x W, F, or kernels K x C x R x S
	colors viz.Options
	layer  string                // whose units the tiles are; "" where they are something else
	name   func(tile int) string // for tips
}

const (
	sheetLine   = 17 // the line above a grid
	sheetMargin = 6  // left of the tiles, for the towers' colours and frames
	scrollRoom  = 10 // that a scroll bar takes
)

// drawSheet draws a line and a grid below it, and does what the mouse says. It
// returns the height used.
func (v *Viewer) drawSheet(f *ui.Frame, r image.Rectangle, s *sheet) int {
	line := image.Rect(r.Min.X+2, r.Min.Y, r.Max.X-2, r.Min.Y+sheetLine)
	r.Min.Y = line.Max.Y
	if r.Dy() < towerLine {
		return 0
	}
	p, err := v.sheetPicture(f.Scale, r.Size(), s)
	if err != nil {
		f.Text(line, err.Error(), ui.Style{Color: f.Theme.Bad})
		return sheetLine
	}
	left := v.drawKeyRow(f, line, p)
	f.Text(image.Rect(line.Min.X, line.Min.Y, left-6, line.Max.Y), s.title, ui.Style{Size: ui.SmallSize})
	t := newTiles(p, image.Point{}, f.Scale)
	height := t.bounds().Dy() + 4
	r.Max.Y = min(r.Max.Y, r.Min.Y+height)
	selected := v.selectedTile(s, p)
	if selected >= 0 && v.panes.grid.seen != v.State.Unit {
		top, bottom := t.rows(selected)
		f.ScrollTo(s.id, top, bottom, r.Dy())
	}
	part := f.Scroll(s.id, r, height)
	t = newTiles(p, part.Bounds.Min.Add(image.Pt(sheetMargin, 2)), f.Scale)
	t.draw(part)
	v.drawMarks(part, t, s)
	if selected >= 0 {
		t.frame(part, selected, f.Theme.Accent)
	}
	v.sheetMouse(part, r, t, s)
	return sheetLine + r.Dy()
}

// sheetKey tells pictures apart.
type sheetKey struct {
	data    *tensor.Tensor
	options viz.Options
}

type drawn struct {
	picture *viz.Picture
	err     error
}

// sheetPicture draws a sheet for a part of the window of a size in logical pixels.
func (v *Viewer) sheetPicture(scale float64, size image.Point, s *sheet) (*viz.Picture, error) {
	size.X -= 2 * sheetMargin
	size.Y -= 4
	if s.colors.Blocks == 2 {
		size.Y -= 2 * towerLine
	}
	p, err := v.fitted(scale, size, s)
	if err == nil && float64(p.Layout.Size().Y) > float64(size.Y)*scale {
		p, err = v.fitted(scale, size.Sub(image.Pt(scrollRoom, 0)), s)
	}
	return p, err
}

func (v *Viewer) fitted(scale float64, size image.Point, s *sheet) (*viz.Picture, error) {
	o := s.colors
	o.Fit = image.Pt(max(1, int(float64(size.X)*scale)), max(1, int(float64(size.Y)*scale)))
	d := memo(v, sheetKey{s.data, o}, func() drawn {
		draw := viz.Activations
		if len(s.data.Shape) == 4 {
			draw = viz.Filters
		}
		p, err := draw(s.data, o)
		return drawn{p, err}
	})
	return d.picture, d.err
}

// selectedTile returns the selected unit's tile, -1 where it is not on the sheet. A
// layer that works map by map shows the unit of the same number.
func (v *Viewer) selectedTile(s *sheet, p *viz.Picture) int {
	u := v.State.Unit
	if s.layer == "" || u.Channel >= p.Layout.Tiles || v.units(u.Layer) != p.Layout.Tiles {
		return -1
	}
	return u.Channel
}

// drawMarks marks dead units, those without an answer to this image, and those that
// are switched off.
func (v *Viewer) drawMarks(f *ui.Frame, t tiles, s *sheet) {
	if s.layer == "" {
		return
	}
	if survey := v.surveyOf(s.layer); survey != nil {
		for _, c := range survey.Dead {
			if c < t.picture.Layout.Tiles {
				t.mark(f, c, f.Theme.Bad)
			}
		}
	}
	for _, u := range v.State.Ablated {
		if u.Layer == s.layer && u.Channel < t.picture.Layout.Tiles {
			t.cross(f, u.Channel, f.Theme.Bad)
		}
	}
}

// surveyOf returns what a layer did over the test set, nil where that is not known.
func (v *Viewer) surveyOf(layer string) *scene.LayerSurvey {
	if v.scene.Survey == nil {
		return nil
	}
	for i := range v.scene.Survey.Layers {
		if l := &v.scene.Survey.Layers[i]; l.Name == layer {
			return l
		}
	}
	return nil
}

// sheetMouse lets a click select a unit, a right click switch it off, and shows what
// is under the mouse. view is the part of the window that the sheet is seen in.
func (v *Viewer) sheetMouse(f *ui.Frame, view image.Rectangle, t tiles, s *sheet) {
	l := t.picture.Layout
	if s.layer != "" {
		v.panes.grid.shape = gridShape{l.Tiles, l.PerBlock, l.Columns}
	}
	c := ui.Control{ID: s.id, Role: "img", Label: s.title, Rect: view}
	if s.layer != "" {
		c.Role, c.Value = "listbox", v.unitName(v.State.Unit)
	}
	hover, pressed := f.Spot(c)
	tile, cell, ok := t.hit(f.In.Mouse)
	if !ok || !hover {
		return
	}
	f.Tip(v.tileTip(s, t.picture, tile, cell))
	t.frame(f, tile, f.Theme.Ink)
	if s.layer == "" {
		return
	}
	u := scene.Unit{Layer: s.layer, Channel: tile}
	if pressed {
		v.State.Unit = u
	}
	if f.In.Right {
		v.toggleAblated(u)
	}
}

// tileTip names a tile, its range, and the value under the mouse.
func (v *Viewer) tileTip(s *sheet, p *viz.Picture, tile int, cell image.Point) string {
	l, r := p.Layout, p.Ranges[tile]
	tip := s.name(tile)
	if l.W*l.H > 1 {
		tip += fmt.Sprintf("\nrange %s … %s", number(float64(r.Min)), number(float64(r.Max)))
	}
	tip += "\n" + cellText(s.data, l, tile, cell)
	if s.layer == "" {
		return tip
	}
	if survey := v.surveyOf(s.layer); survey != nil && slices.Contains(survey.Dead, tile) {
		tip += "\ndead: never above zero in the test set"
	}
	if slices.Contains(v.State.Ablated, scene.Unit{Layer: s.layer, Channel: tile}) {
		return tip + "\nswitched off; right click: on again"
	}
	return tip + "\nclick: select; right click: switch off"
}

// cellText writes the value of a cell; the tiles of colour kernels have three.
func cellText(x *tensor.Tensor, l viz.Layout, tile int, cell image.Point) string {
	at, size := cell.Y*l.W+cell.X, l.W*l.H
	where := fmt.Sprintf(" at row %d, column %d", cell.Y, cell.X)
	if size == 1 {
		where = ""
	}
	if len(x.Data) == 3*size*l.Tiles {
		rgb := x.Data[3*tile*size:]
		return fmt.Sprintf("red %s, green %s, blue %s", number(float64(rgb[at])), number(float64(rgb[size+at])), number(float64(rgb[2*size+at]))) + where
	}
	return number(float64(x.Data[tile*size+at])) + where
}

// blocks returns 2 for layers that are divided between two towers.
func blocks(net *nn.Network, n *nn.Node) int {
	if net.Towers == 2 && n.Tower == nn.BothTowers {
		return 2
	}
	return 1
}

// towerOf names the tower that a unit belongs to, "" in a network of one.
func (v *Viewer) towerOf(u scene.Unit) string {
	net := v.scene.Network.Net
	n := net.Node(u.Layer)
	switch {
	case n == nil || net.Towers != 2:
		return ""
	case n.Tower != nn.BothTowers:
		return "tower " + string(n.Tower)
	case u.Channel < (v.units(u.Layer)+1)/2:
		return "tower a"
	}
	return "tower b"
}
