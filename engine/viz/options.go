package viz

import (
	"fmt"
	"image"
)

// Scale says which values share one colour scale.
type Scale int

const (
	// PerTile stretches each tile to its own largest magnitude: shows the shape
	// of weak filters and maps too.
	PerTile Scale = iota
	// Common uses the largest magnitude of all tiles: shows which are weak.
	Common
)

// Options say how a grid is drawn. The zero value chooses everything.
type Options struct {
	Scale   Scale
	Map     *ColorMap   // nil: the usual one for the values; ignored for colour kernels
	Blocks  int         // 2 draws the second tower's half below the first's, as figure 3 of the paper; 0 is 1
	Columns int         // 0: as many as give the largest zoom
	Zoom    int         // whole pixels per cell; 0: the largest that fits in Fit, at least 1
	Fit     image.Point // the size in pixels to aim at; zero is 1280x512, and 1280x1280 for a matrix of kernels and channels
	Gain    float32     // contrast: values are multiplied by it, and what leaves the scale is clamped; 0 is 1
}

var (
	defaultFit = image.Pt(1280, 512)
	matrixFit  = image.Pt(1280, 1280) // for a row of tiles per kernel
)

// maxZoom bounds the zoom that is chosen: more only makes a small grid coarse.
const maxZoom = 32

func (o Options) gain() float64 {
	if o.Gain == 0 {
		return 1
	}
	return float64(o.Gain)
}

// arrange lays out n groups of tiles of w x h cells; a block takes whole groups.
func (o Options) arrange(n, group, w, h int) (Layout, error) {
	if n < 1 || group < 1 || w < 1 || h < 1 {
		panic(fmt.Sprintf("viz: a grid of %dx%d tiles of %dx%d cells", n, group, w, h))
	}
	if o.Columns < 0 || o.Zoom < 0 || o.Blocks < 0 || o.Gain < 0 {
		panic(fmt.Sprintf("viz: %d columns, zoom %d, %d blocks, gain %g", o.Columns, o.Zoom, o.Blocks, o.Gain))
	}
	if o.Fit == (image.Point{}) {
		o.Fit = defaultFit
	}
	l := Layout{Tiles: n * group, PerBlock: ceilDiv(n, max(1, o.Blocks)) * group, W: w, H: h}
	l = bestColumns(l, o)
	return l, l.check()
}

// bestColumns returns l with the number of columns and the zoom that o leaves
// open: the largest zoom that fits, then the fewest empty places, then the
// widest grid. Whole rows, which are easier to count along, are worth a quarter
// of the zoom. Where nothing fits, the grid is as wide as Fit and runs on below it.
func bestColumns(l Layout, o Options) Layout {
	first, last := 1, l.PerBlock
	if o.Columns > 0 {
		first = min(o.Columns, l.PerBlock)
		last = first
	}
	best, bestScore := Layout{}, [3]int{-1}
	for columns := first; columns <= last; columns++ {
		c := l.withColumns(columns, o)
		if c.Size().X > o.Fit.X && columns > first {
			break
		}
		if score := c.score(o.Fit); better(score, bestScore) {
			best, bestScore = c, score
		}
	}
	return best
}

// score says how good a layout is inside fit, the most important thing first.
func (l Layout) score(fit image.Point) [3]int {
	if l.Size().Y > fit.Y {
		return [3]int{0, 0, l.Columns}
	}
	empty := l.rows()*l.Columns - l.PerBlock
	if empty == 0 {
		return [3]int{5 * l.Zoom, 0, l.Columns}
	}
	return [3]int{4 * l.Zoom, -empty, l.Columns}
}

// better compares scores by their first difference.
func better(a, b [3]int) bool {
	for i := range a {
		if a[i] != b[i] {
			return a[i] > b[i]
		}
	}
	return false
}

// withColumns fixes the columns and finds the zoom.
func (l Layout) withColumns(columns int, o Options) Layout {
	l.Columns = columns
	if o.Zoom > 0 {
		return l.withZoom(o.Zoom)
	}
	for zoom := maxZoom; zoom > 1; zoom-- {
		c := l.withZoom(zoom)
		if s := c.Size(); s.X <= o.Fit.X && s.Y <= o.Fit.Y {
			return c
		}
	}
	return l.withZoom(1)
}

// withZoom also sets the gaps, which grow with the cells so that tiles stay
// apart; single cells (vectors drawn as strips) have none.
func (l Layout) withZoom(zoom int) Layout {
	l.Zoom = zoom
	if l.W*l.H > 1 {
		l.Gap = min((zoom+1)/2, 4)
	}
	l.BlockGap = max(6, 3*l.Gap)
	return l
}
