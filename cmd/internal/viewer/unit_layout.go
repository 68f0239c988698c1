package viewer

import "image"

// unitParts says where the parts of the unit's pane are. Empty parts are not drawn.
type unitParts struct {
	facts    image.Rectangle   // lines of text
	pictures []image.Rectangle // side by side, each with a line above
	key      image.Rectangle
	patches  image.Rectangle
}

const (
	factLine  = 15
	patchTile = 30
	patchLine = patchTile + 4
	keyLeast  = 150 // that a colour key with its numbers takes
)

// arrangeUnit divides a pane, its heading left out. Pictures get what texts and
// patches leave, and are never higher than wide.
func arrangeUnit(r image.Rectangle, facts, pictures int, patches bool) unitParts {
	p := unitParts{facts: image.Rect(r.Min.X, r.Min.Y, r.Max.X, min(r.Max.Y, r.Min.Y+facts*factLine))}
	bottom := r.Max.Y
	if patches {
		p.patches = image.Rect(r.Min.X, max(r.Min.Y, bottom-patchLine), r.Max.X, bottom)
		bottom = p.patches.Min.Y
	}
	top := p.facts.Max.Y + 2
	width := (r.Dx() + gap) / max(1, pictures)
	high := min(bottom-top-2*factLine, width)
	if pictures == 0 || high < factLine {
		return p
	}
	for i := range pictures {
		x := r.Min.X + i*width
		p.pictures = append(p.pictures, image.Rect(x, top, x+width-gap, top+factLine+high))
	}
	top += factLine + high
	p.key = image.Rect(r.Min.X, top, r.Max.X, top+factLine)
	return p
}
