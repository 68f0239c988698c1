package viz

import (
	"fmt"
	"image"
	"image/color"

	"tandem/engine/tensor"
)

// Sheet is one image's way through a network, on one page: the image, the best
// guesses, and a titled grid for every layer.
type Sheet struct {
	Title  string
	Input  image.Image // what the network saw; nil leaves it out
	Guess  Guess       // the zero value leaves it out
	Layers []Layer     // from the image upwards
	Width  int         // of the page in pixels; 0 is 1280, the least 640
}

// Layer is one titled grid of a sheet.
type Layer struct {
	Name   string
	Values *tensor.Tensor // C x H x W maps or F units, see Activations
	Scale  Scale
	Blocks int // 2 for the two towers' halves, see Options
}

// The measures and colours of a page.
const (
	defaultWidth, minWidth = 1280, 640

	margin       = 24
	rowLabel     = 40  // pixels left of a grid for the number of a row's first map
	mapsHeight   = 360 // pixels that a layer's maps may take
	stripHeight  = 48
	headingSpace = 26 // pixels of a heading above its grid
	blockSpace   = 22 // between the parts of a page
)

var (
	paper  = color.RGBA{255, 255, 255, 255}
	ink    = color.RGBA{24, 26, 30, 255}
	faded  = color.RGBA{96, 102, 112, 255}
	alarm  = color.RGBA{176, 0, 150, 255} // NotFinite, dark enough for text
	barInk = color.RGBA{70, 118, 178, 255}
	track  = color.RGBA{238, 240, 243, 255} // a bar's whole length
	right  = color.RGBA{214, 118, 32, 255}
)

// block is one part of a page. Its height was fixed when it was made.
type block interface {
	size() image.Point
	draw(dst *image.RGBA, at image.Point)
}

// Draw returns the page. The error names the layer whose grid, or says that the
// page, would be too large.
func (s *Sheet) Draw() (*image.RGBA, error) {
	blocks, err := s.blocks(newFonts())
	if err != nil {
		return nil, err
	}
	places, size := stack(blocks, s.width())
	if size.X > MaxSide || size.Y > MaxSide {
		return nil, fmt.Errorf("a sheet of %d layers needs %dx%d pixels, more than %d a side: show fewer layers",
			len(s.Layers), size.X, size.Y, MaxSide)
	}
	page := image.NewRGBA(image.Rectangle{Max: size})
	fillRect(page, page.Bounds(), paper)
	for i, b := range blocks {
		b.draw(page, places[i].Min)
	}
	return page, nil
}

func (s *Sheet) width() int {
	if s.Width == 0 {
		return defaultWidth
	}
	return max(s.Width, minWidth)
}

// blocks makes the parts of the page, top to bottom.
func (s *Sheet) blocks(f fonts) ([]block, error) {
	inner := s.width() - 2*margin
	var blocks []block
	if s.Title != "" {
		blocks = append(blocks, titleBlock{f, shorten(f.title, s.Title, inner)})
	}
	if s.Input != nil || len(s.Guess.Probabilities) > 0 {
		blocks = append(blocks, newHeadBlock(f, s.Input, s.Guess, inner))
	}
	for _, l := range s.Layers {
		b, err := newLayerBlock(f, l, inner)
		if err != nil {
			return nil, fmt.Errorf("layer %s: %w", l.Name, err)
		}
		blocks = append(blocks, b)
	}
	return blocks, nil
}

// stack places the blocks below one another and returns the page's size, which
// is wider than width where a block is.
func stack(blocks []block, width int) ([]image.Rectangle, image.Point) {
	places := make([]image.Rectangle, len(blocks))
	y := margin
	for i, b := range blocks {
		size := b.size()
		places[i] = image.Rectangle{Max: size}.Add(image.Pt(margin, y))
		y += size.Y + blockSpace
		width = max(width, size.X+2*margin)
	}
	return places, image.Pt(width, max(y-blockSpace, margin)+margin)
}

// titleBlock is the page's title.
type titleBlock struct {
	f    fonts
	text string
}

func (b titleBlock) size() image.Point { return image.Pt(textWidth(b.f.title, b.text), 22) }

func (b titleBlock) draw(dst *image.RGBA, at image.Point) {
	drawText(dst, b.f.title, ink, at.Add(image.Pt(0, 18)), b.text)
}
