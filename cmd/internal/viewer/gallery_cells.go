package viewer

import (
	"image"

	"tandem/cmd/internal/viewer/ui"
)

// cellGrid is n equal cells in rows, as many side by side as fit.
type cellGrid struct {
	n, columns int
	cell       image.Point
	gap        int // between cells
}

const cellGap = 6

// newCellGrid returns a grid of a width whose cells are at least as wide and exactly
// as high as least; they share what is left of the width.
func newCellGrid(width, n int, least image.Point) cellGrid {
	columns := max(1, (width+cellGap)/(least.X+cellGap))
	return cellGrid{n, columns, image.Pt((width+cellGap)/columns-cellGap, least.Y), cellGap}
}

func (g cellGrid) height() int {
	return (g.n+g.columns-1)/g.columns*(g.cell.Y+g.gap) - g.gap
}

// rect returns cell i of a grid that begins at 0, 0.
func (g cellGrid) rect(i int) image.Rectangle {
	at := image.Pt(i%g.columns*(g.cell.X+g.gap), i/g.columns*(g.cell.Y+g.gap))
	return image.Rectangle{at, at.Add(g.cell)}
}

// visible returns the cells from first up to end that lie between two heights, at
// least in part.
func (g cellGrid) visible(top, bottom int) (first, end int) {
	row := g.cell.Y + g.gap
	first = clamp(top/row*g.columns, 0, g.n)
	return first, clamp((bottom+row-1)/row*g.columns, first, g.n)
}

// galleryState remembers which cell each grid has last been moved to.
type galleryState struct{ followed map[string]int }

// cells draws the cells of a grid that are in view, in a part that scrolls. Where
// another cell is chosen than before, it moves into view; -1 is none.
func (v *Viewer) cells(f *ui.Frame, r image.Rectangle, id string, g cellGrid, chosen int, draw func(f *ui.Frame, r image.Rectangle, i int)) {
	v.follow(f, id, g, chosen, r.Dy())
	part := f.Scroll(id, r, g.height())
	top := r.Min.Y - part.Bounds.Min.Y
	first, end := g.visible(top, top+r.Dy())
	for i := first; i < end; i++ {
		draw(part, g.rect(i).Add(part.Bounds.Min), i)
	}
}

func (v *Viewer) follow(f *ui.Frame, id string, g cellGrid, chosen, view int) {
	s := &v.panes.gallery
	if s.followed == nil {
		s.followed = map[string]int{}
	}
	last, ok := s.followed[id]
	if ok && last == chosen || chosen < 0 || chosen >= g.n {
		return
	}
	s.followed[id] = chosen
	f.ScrollTo(id, g.rect(chosen).Min.Y, g.rect(chosen).Max.Y, view)
}

// cellWidth is the width of r that is left for cells beside a scroll bar.
func cellWidth(r image.Rectangle) int { return max(1, r.Dx()-12) }
