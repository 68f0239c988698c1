package viewer

import (
	"image"

	"tandem/cmd/internal/viewer/ui"
)

// tableRow is the height of a row, in logical pixels.
const tableRow = 22

// column is one figure of the rows of a table.
type column[R any] struct {
	head  string
	tip   string // what the figure means
	width int    // at least, in logical pixels
	grow  int    // its part of what room is left
	draw  func(f *ui.Frame, r image.Rectangle, row R)
}

// drawTable draws a table from the top of r down.
func drawTable[R any](f *ui.Frame, r image.Rectangle, columns []column[R], rows []R) {
	spans := spread(columns, r.Min.X, r.Dx())
	for i, c := range columns {
		head := image.Rect(spans[i].Min.X, r.Min.Y, spans[i].Max.X, r.Min.Y+tableRow)
		f.Text(head, c.head, ui.Style{Size: ui.SmallSize, Color: f.Theme.Dim})
		if f.Hover(head) {
			f.Tip(c.tip)
		}
	}
	for n, row := range rows {
		y := r.Min.Y + (n+1)*tableRow
		if n%2 == 0 {
			f.Fill(image.Rect(r.Min.X, y, r.Max.X, y+tableRow), ui.Fade(f.Theme.Raised, 0.5))
		}
		for i, c := range columns {
			c.draw(f, image.Rect(spans[i].Min.X, y+2, spans[i].Max.X, y+tableRow-2), row)
		}
	}
}

// tableHeight returns what a table of some rows takes.
func tableHeight(rows int) int { return (rows + 1) * tableRow }

// spread returns where columns begin and end across a width.
func spread[R any](columns []column[R], left, width int) []image.Rectangle {
	const space = 6
	room, parts := width, 0
	for _, c := range columns {
		room -= c.width + space
		parts += c.grow
	}
	spans := make([]image.Rectangle, len(columns))
	for i, c := range columns {
		w := c.width
		if room > 0 && parts > 0 {
			w += room * c.grow / parts
		}
		spans[i] = image.Rect(left, 0, left+w, 1)
		left += w + space
	}
	return spans
}
