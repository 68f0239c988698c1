package viz

import (
	"image"
	"image/draw"
)

// headBlock is the input image with the best guesses beside it, or below it on
// a narrow page.
type headBlock struct {
	input  *image.RGBA // nil where there is none
	bars   *bars       // nil where there is no guess
	offset image.Point // where the bars begin
}

const (
	inputSide = 256
	leastBars = 480 // pixels of width that bars need beside an image
)

func newHeadBlock(f fonts, input image.Image, g Guess, width int) headBlock {
	var b headBlock
	if input != nil {
		b.input = fitInside(input, inputSide)
		b.offset.X = b.input.Bounds().Dx() + 32
	}
	if width-b.offset.X < leastBars {
		b.offset = image.Pt(0, b.input.Bounds().Dy()+16)
	}
	if len(g.Probabilities) > 0 {
		b.bars = newBars(f, g, width-b.offset.X)
	}
	return b
}

func (b headBlock) size() image.Point {
	var r image.Rectangle
	if b.input != nil {
		r = b.input.Bounds()
	}
	if b.bars != nil {
		r = r.Union(image.Rectangle{Max: b.bars.size()}.Add(b.offset))
	}
	return r.Max
}

func (b headBlock) draw(dst *image.RGBA, at image.Point) {
	if b.input != nil {
		draw.Draw(dst, b.input.Bounds().Add(at), b.input, image.Point{}, draw.Over)
	}
	if b.bars != nil {
		b.bars.draw(dst, at.Add(b.offset))
	}
}
