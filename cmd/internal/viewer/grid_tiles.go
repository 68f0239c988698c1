package viewer

import (
	"image"
	"image/color"
	"math"

	"tandem/cmd/internal/viewer/ui"
	"tandem/engine/viz"
)

// towerLine is the height of the line above a tower's tiles, in logical pixels.
const towerLine = 15

// tiles is a grid on screen, a pixel of the picture on a device pixel. That of two
// towers is in two parts, with a line above each.
type tiles struct {
	picture *viz.Picture
	scale   float64 // device pixels a logical one
	parts   []tilePart
}

// tilePart is one tower's tiles, or all.
type tilePart struct {
	src image.Rectangle // of the picture
	at  image.Point     // of its upper left corner, in logical pixels
}

// newTiles places a picture with its upper left corner at a point.
func newTiles(p *viz.Picture, at image.Point, scale float64) tiles {
	t := tiles{picture: p, scale: scale}
	l, size := p.Layout, p.Layout.Size()
	if l.Tiles <= l.PerBlock {
		t.parts = []tilePart{{image.Rectangle{Max: size}, at}}
		return t
	}
	cut, next := l.Tile(l.PerBlock-1).Max.Y+l.Gap, l.Tile(l.PerBlock).Min.Y-l.Gap
	a := tilePart{image.Rect(0, 0, size.X, cut), at.Add(image.Pt(0, towerLine))}
	b := tilePart{image.Rect(0, next, size.X, size.Y), image.Pt(at.X, a.at.Y+t.logical(cut)+towerLine)}
	t.parts = []tilePart{a, b}
	return t
}

// logical returns how many logical pixels hold some device pixels.
func (t tiles) logical(device int) int { return int(math.Ceil(float64(device) / t.scale)) }

// bounds returns what the grid covers, tower lines included.
func (t tiles) bounds() image.Rectangle {
	first, last := t.parts[0], t.parts[len(t.parts)-1]
	top := first.at.Y
	if len(t.parts) > 1 {
		top -= towerLine
	}
	return image.Rect(first.at.X, top, first.at.X+t.logical(first.src.Dx()), last.at.Y+t.logical(last.src.Dy()))
}

// hit returns the tile under a point, and the cell in it: column and row.
func (t tiles) hit(p image.Point) (tile int, cell image.Point, ok bool) {
	for _, part := range t.parts {
		d := p.Sub(part.at)
		at := image.Pt(t.device(d.X), t.device(d.Y)).Add(part.src.Min)
		if at.In(part.src) {
			return t.picture.Layout.At(at)
		}
	}
	return 0, image.Point{}, false
}

// device returns the device pixel in the middle of a logical one.
func (t tiles) device(logical int) int { return int(math.Floor((float64(logical) + 0.5) * t.scale)) }

// corners returns a tile's upper left and lower right corner in logical pixels.
func (t tiles) corners(tile int) (a, b ui.Point) {
	r := t.picture.Layout.Tile(tile)
	for _, part := range t.parts {
		if r.In(part.src) {
			place := func(p image.Point) ui.Point {
				p = p.Sub(part.src.Min)
				return ui.Point{X: float64(part.at.X) + float64(p.X)/t.scale, Y: float64(part.at.Y) + float64(p.Y)/t.scale}
			}
			return place(r.Min), place(r.Max)
		}
	}
	return ui.Point{}, ui.Point{}
}

// rows returns from where to where a tile reaches, below the top of the grid.
func (t tiles) rows(tile int) (top, bottom int) {
	a, b := t.corners(tile)
	y := float64(t.bounds().Min.Y)
	return int(a.Y-y) - 2, int(b.Y-y) + 2
}

// draw draws the grid and the towers' names.
func (t tiles) draw(f *ui.Frame) {
	for i, part := range t.parts {
		f.Pixels(t.picture.Image, part.src, part.at)
		if len(t.parts) > 1 {
			c, name := f.Theme.TowerA, "tower a"
			if i == 1 {
				c, name = f.Theme.TowerB, "tower b"
			}
			line := image.Rect(part.at.X, part.at.Y-towerLine, f.Bounds.Max.X, part.at.Y)
			f.Text(line, name, ui.Style{Size: ui.SmallSize, Color: c, Font: ui.Bold})
			f.Fill(image.Rect(part.at.X-4, part.at.Y, part.at.X-1, part.at.Y+t.logical(part.src.Dy())), c)
		}
	}
}

// frame draws a frame around a tile.
func (t tiles) frame(f *ui.Frame, tile int, c color.RGBA) {
	a, b := t.corners(tile)
	drawFrame(f, ui.Point{X: a.X - 1, Y: a.Y - 1}, ui.Point{X: b.X + 1, Y: b.Y + 1}, c)
}

// drawFrame draws a frame that stands out from any picture.
func drawFrame(f *ui.Frame, a, b ui.Point, c color.RGBA) {
	for _, line := range []struct {
		width float64
		color color.RGBA
	}{{4, f.Theme.Back}, {2, c}} {
		side := line.width / 2
		f.Polyline([]ui.Point{{X: a.X - side, Y: a.Y}, {X: b.X, Y: a.Y}, b, {X: a.X, Y: b.Y}, a}, line.width, line.color)
	}
}

// cross strikes a tile out.
func (t tiles) cross(f *ui.Frame, tile int, c color.RGBA) {
	a, b := t.corners(tile)
	f.Line(a, b, 2, c)
	f.Line(ui.Point{X: a.X, Y: b.Y}, ui.Point{X: b.X, Y: a.Y}, 2, c)
}

// mark fills a tile's upper right corner.
func (t tiles) mark(f *ui.Frame, tile int, c color.RGBA) {
	a, b := t.corners(tile)
	x, y, side := int(b.X), int(a.Y), max(1, min(5, int(b.X-a.X)/2))
	f.Fill(image.Rect(x-side, y, x, y+side), c)
}
