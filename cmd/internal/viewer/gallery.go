package viewer

import (
	"fmt"
	"image"
	"image/color"
	"slices"

	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer/ui"
)

// tile is a picture of a gallery, and what is written under it.
type tile struct {
	picture *image.RGBA
	above   string // the first line
	below   string // the second, on its left
	value   string // and on its right, always whole
	ink     color.RGBA
	tip     string
}

// gallery is many tiles, made when they come into view.
type gallery struct {
	id     string
	n      int
	chosen int // -1: none
	tile   func(i int) tile
}

const (
	tileSide = 72 // of the picture
	tileRow  = 15 // a line under it
)

// drawGallery draws a gallery and returns the tile that was pressed, -1 for none.
func (v *Viewer) drawGallery(f *ui.Frame, r image.Rectangle, g gallery) int {
	pressed := -1
	grid := newCellGrid(cellWidth(r), g.n, image.Pt(tileSide+24, tileSide+2*tileRow+6))
	v.cells(f, r, g.id, grid, g.chosen, func(f *ui.Frame, r image.Rectangle, i int) {
		if drawTile(f, r, g.tile(i), fmt.Sprint(g.id, ".", i), i == g.chosen) {
			pressed = i
		}
	})
	return pressed
}

// drawTile draws a tile and tells whether it was pressed.
func drawTile(f *ui.Frame, r image.Rectangle, t tile, id string, chosen bool) bool {
	hover, pressed := f.Spot(ui.Control{ID: id, Role: "option", Label: t.tip, Pressed: chosen, Rect: r})
	if hover || chosen {
		f.Fill(r, f.Theme.Raised)
	}
	if hover {
		f.Tip(t.tip)
	}
	if chosen {
		f.Stroke(r, f.Theme.Accent)
	}
	drawPicture(f, image.Rect(r.Min.X+2, r.Min.Y+2, r.Max.X-2, r.Min.Y+2+tileSide), t.picture)
	line := image.Rect(r.Min.X+3, r.Min.Y+tileSide+3, r.Max.X-3, r.Min.Y+tileSide+3+tileRow)
	small := ui.Style{Size: ui.SmallSize}
	f.Text(line, t.above, small)
	line = line.Add(image.Pt(0, tileRow))
	small.Color = t.ink
	w := f.Measure(t.value, small)
	f.Text(image.Rect(line.Min.X, line.Min.Y, line.Max.X-w-4, line.Max.Y), t.below, small)
	small.Align = ui.Right
	f.Text(line, t.value, small)
	return pressed
}

// taken returns the tile of a test image with what it was taken for.
func (v *Viewer) taken(f *ui.Frame, t scene.Thumbnail) tile {
	return tile{
		picture: t.Picture, above: v.class(t.Label) + " →", below: v.class(t.Predicted),
		value: percent(float64(t.Probability)), ink: rightOrWrong(f.Theme, t.Predicted, t.Label), tip: v.takenTip(t),
	}
}

func (v *Viewer) takenTip(t scene.Thumbnail) string {
	tip := fmt.Sprintf("image %d: %s", t.Photo, v.class(t.Label))
	if t.Predicted < 0 {
		return tip
	}
	return tip + fmt.Sprintf("\ntaken for: %s, %s", v.class(t.Predicted), percent(float64(t.Probability)))
}

// rightOrWrong returns the colour of an answer; Dim where nobody knows.
func rightOrWrong(t *ui.Theme, answer, label int) color.RGBA {
	switch {
	case label < 0 || answer < 0:
		return t.Dim
	case answer == label:
		return t.Good
	}
	return t.Bad
}

// indexOf returns the first thumbnail of an image, -1 for none.
func indexOf(items []scene.Thumbnail, photo int) int {
	return slices.IndexFunc(items, func(t scene.Thumbnail) bool { return t.Photo == photo })
}
