package viz

import (
	"fmt"
	"image"
	"image/draw"
	"math"
	"strconv"

	"tandem/engine/tensor"
)

// layerBlock is a layer's heading, its colour key and its grid.
type layerBlock struct {
	f       fonts
	name    string
	note    string
	warning string // "" where every value is finite
	key     colorKey
	picture *Picture
	width   int
}

func newLayerBlock(f fonts, l Layer, width int) (*layerBlock, error) {
	fit := image.Pt(width-rowLabel, mapsHeight)
	if len(l.Values.Shape) == 1 {
		fit.Y = stripHeight
	}
	shown := firstMaps(l.Values, fit)
	if shown != l.Values {
		l.Blocks = 1 // the maps shown are not halved where the towers meet
	}
	p, err := Activations(shown, Options{Scale: l.Scale, Blocks: l.Blocks, Fit: fit})
	if err != nil {
		return nil, err
	}
	b := &layerBlock{f: f, name: l.Name, picture: p, width: width, key: newColorKey(f, p)}
	b.note, b.warning = noteOf(l.Values, p), warningOf(p)
	return b, nil
}

// firstMaps returns as many of the maps as fit at one pixel a cell, at least
// one row of them.
func firstMaps(a *tensor.Tensor, fit image.Point) *tensor.Tensor {
	if len(a.Shape) != 3 {
		return a
	}
	h, w := a.Shape[1], a.Shape[2]
	columns := max(1, (fit.X-1)/(w+1)) // with the gap of zoom 1
	rows := max(1, (fit.Y-1)/(h+1))
	n := columns * rows
	if n >= a.Shape[0] {
		return a
	}
	return &tensor.Tensor{Shape: tensor.Shape{n, h, w}, Data: a.Data[:n*h*w]}
}

// noteOf describes a layer's values: how many, how many silent, what the
// colours and the gap mean.
func noteOf(a *tensor.Tensor, p *Picture) string {
	note := fmt.Sprintf("%d units", a.Shape[0])
	silence := ", %d at zero"
	if len(a.Shape) == 3 {
		note = fmt.Sprintf("%d maps of %d×%d", a.Shape[0], a.Shape[1], a.Shape[2])
		silence = ", %d zero everywhere"
	}
	if shown := p.Layout.Tiles; shown < a.Shape[0] {
		note += fmt.Sprintf(", the first %d shown", shown)
	}
	if n := silent(p); n > 0 {
		note += fmt.Sprintf(silence, n)
	}
	if p.Scale == PerTile {
		note += ", each on its own scale"
	}
	if p.Layout.PerBlock < p.Layout.Tiles {
		note += ", towers apart"
	}
	return note
}

// silent counts the tiles that are zero everywhere.
func silent(p *Picture) int {
	n := 0
	for _, r := range p.Ranges {
		if r == (Range{}) {
			n++
		}
	}
	return n
}

func warningOf(p *Picture) string {
	switch p.Range.Bad {
	case 0:
		return ""
	case 1:
		return "1 value is NaN or infinite"
	}
	return fmt.Sprintf("%d values are NaN or infinite", p.Range.Bad)
}

func (b *layerBlock) size() image.Point {
	s := b.picture.Image.Bounds().Size()
	return image.Pt(max(b.width, rowLabel+s.X), headingSpace+s.Y)
}

func (b *layerBlock) draw(dst *image.RGBA, at image.Point) {
	b.drawHeading(dst, at)
	b.drawRowLabels(dst, at.Add(image.Pt(rowLabel-6, headingSpace)))
	r := b.picture.Image.Bounds().Add(at.Add(image.Pt(rowLabel, headingSpace)))
	draw.Draw(dst, r, b.picture.Image, image.Point{}, draw.Src)
}

// drawHeading writes name, warning and note on one line, the colour key at its
// end.
func (b *layerBlock) drawHeading(dst *image.RGBA, at image.Point) {
	const space = 14
	x, end := at.X, at.X+b.width-b.key.width()-space
	baseline := at.Y + 16
	write := func(bold bool, s string) {
		f, c := b.f.plain, faded
		if bold {
			f, c = b.f.bold, ink
			if s == b.warning {
				c = alarm
			}
		}
		s = shorten(f, s, end-x)
		drawText(dst, f, c, image.Pt(x, baseline), s)
		x += textWidth(f, s) + space
	}
	write(true, b.name)
	if b.warning != "" {
		write(true, b.warning)
	}
	write(false, b.note)
	b.key.draw(dst, image.Pt(at.X+b.width-b.key.width(), at.Y))
}

// drawRowLabels numbers the rows by their first map; at is the grid's upper left
// corner.
func (b *layerBlock) drawRowLabels(dst *image.RGBA, at image.Point) {
	half := capHeight(b.f.small) / 2
	for _, i := range labelledRows(b.picture.Layout) {
		middle := max(b.picture.Layout.middle(i), half)
		drawTextRight(dst, b.f.small, faded, at.Add(image.Pt(0, middle+half)), strconv.Itoa(i))
	}
}

// labelledRows returns the first tiles of the rows to number: those that begin
// a block, and as many others as there is room for.
func labelledRows(l Layout) []int {
	const least = 13 // pixels from one label to the next
	var rows []int
	for start := 0; start < l.Tiles; start += l.PerBlock {
		end := start + l.PerBlock
		last := math.MaxInt // no label below this, so that the next block has its own
		if end < l.Tiles {
			last = l.middle(end) - least
		}
		free := math.MinInt
		for i := start; i < min(end, l.Tiles); i += l.Columns {
			if y := l.middle(i); y >= free && (y <= last || i == start) {
				rows = append(rows, i)
				free = y + least
			}
		}
	}
	return rows
}

// middle returns the vertical centre of tile i.
func (l Layout) middle(i int) int {
	r := l.Tile(i)
	return (r.Min.Y + r.Max.Y) / 2
}
