package viz

import (
	"fmt"
	"image"
)

// MaxSide is the largest width or height of a picture, in pixels: what common
// viewers and textures still take.
const MaxSide = 16384

// Layout says where each tile of a grid lies. Tiles run left to right, then
// down, in one or more blocks; the second block starts below the first.
type Layout struct {
	Tiles    int // how many
	PerBlock int // tiles in each block; the last block may hold fewer
	Columns  int
	W, H     int // cells of a tile
	Zoom     int // pixels a cell is wide and high
	Gap      int // pixels between tiles, and around the grid
	BlockGap int // pixels more between blocks
}

// rows returns the number of tile rows of a whole block.
func (l Layout) rows() int { return ceilDiv(l.PerBlock, l.Columns) }

// pitch returns the distance from one tile to the next.
func (l Layout) pitch() image.Point {
	return image.Pt(l.W*l.Zoom+l.Gap, l.H*l.Zoom+l.Gap)
}

// Size returns the grid's extent in pixels, gaps around it included.
func (l Layout) Size() image.Point {
	blocks := ceilDiv(l.Tiles, l.PerBlock)
	lastRows := ceilDiv(l.Tiles-(blocks-1)*l.PerBlock, l.Columns)
	rows := (blocks-1)*l.rows() + lastRows
	p := l.pitch()
	return image.Pt(l.Gap+l.Columns*p.X, l.Gap+rows*p.Y+(blocks-1)*l.BlockGap)
}

// Tile returns the pixels of tile i.
func (l Layout) Tile(i int) image.Rectangle {
	block, j := i/l.PerBlock, i%l.PerBlock
	p := l.pitch()
	at := image.Pt(
		l.Gap+j%l.Columns*p.X,
		l.Gap+(block*l.rows()+j/l.Columns)*p.Y+block*l.BlockGap)
	return image.Rectangle{at, at.Add(image.Pt(l.W*l.Zoom, l.H*l.Zoom))}
}

// At returns the tile and the cell in it (column, row) under a pixel; ok is
// false in the gaps.
func (l Layout) At(p image.Point) (tile int, cell image.Point, ok bool) {
	if !p.In(image.Rectangle{Max: l.Size()}) {
		return 0, image.Point{}, false
	}
	pitch := l.pitch()
	blockHeight := l.rows()*pitch.Y + l.BlockGap
	block := max(0, p.Y-l.Gap) / blockHeight
	column := max(0, p.X-l.Gap) / pitch.X
	row := min((max(0, p.Y-l.Gap)-block*blockHeight)/pitch.Y, l.rows()-1)
	tile = block*l.PerBlock + row*l.Columns + column
	if column >= l.Columns || tile >= l.Tiles {
		return 0, image.Point{}, false
	}
	r := l.Tile(tile)
	return tile, p.Sub(r.Min).Div(l.Zoom), p.In(r)
}

// check refuses a grid that is too large to draw.
func (l Layout) check() error {
	if s := l.Size(); s.X > MaxSide || s.Y > MaxSide {
		return fmt.Errorf("%d tiles of %dx%d need a picture of %dx%d pixels, more than %d a side: show fewer tiles or a smaller zoom",
			l.Tiles, l.W, l.H, s.X, s.Y, MaxSide)
	}
	return nil
}

func ceilDiv(a, b int) int { return (a + b - 1) / b }
