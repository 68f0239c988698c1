package cpu

// A matrix product is computed in blocks, the way of Goto and van de Geijn
// ("Anatomy of high-performance matrix multiplication", 2008): the factors are
// copied ("packed") into panels that the micro-kernel reads from first to last,
// a panel of columns short enough to stay in the first-level cache while all
// panels of rows pass by it.
//
// Every element is summed in the same order whatever the blocks are: chunks of
// depthBlock steps, each summed from zero, added up from first to last.

// depthBlock is the depth of a packed panel: 24 KiB for the widest tile.
const depthBlock = 192

// panelSlack is what follows the last panel of a buffer. The micro-kernels end
// with a step from a panel to a non-empty rest, which spares them the checks of
// a step to the very end.
const panelSlack = 32

// tiles is a block of a product: rows x cols, stored tile by tile. Rows are
// padded to a multiple of tileRows, columns to a multiple of width.
type tiles struct {
	words      []float32
	rows, cols int
	width      int
	tall       int // rows, padded
}

func roundUp(n, to int) int { return (n + to - 1) / to * to }

// newTiles returns a block of unspecified content, valid until the next call.
func (s *scratch) newTiles(rows, cols int) tiles {
	width := tileWidth()
	tall := roundUp(rows, tileRows)
	return tiles{s.product.take(tall * roundUp(cols, width)), rows, cols, width, tall}
}

// stripe returns the panel of columns that starts at column j, a multiple of
// width: the rows of it one after the other.
func (c tiles) stripe(j int) []float32 { return c.words[j*c.tall : (j+c.width)*c.tall] }

// fillRows sets every element of row i to values[i], nil for zero.
func (c tiles) fillRows(values []float32) {
	clear(c.words)
	if values == nil {
		return
	}
	for j := 0; j < c.cols; j += c.width {
		stripe := c.stripe(j)
		for _, v := range values[:c.rows] {
			for k := range stripe[:c.width] {
				stripe[k] = v
			}
			stripe = stripe[c.width:]
		}
	}
}

// fillCols sets every element of column j to values[j], nil for zero.
func (c tiles) fillCols(values []float32) {
	clear(c.words)
	if values == nil {
		return
	}
	for j := 0; j < c.cols; j += c.width {
		stripe := c.stripe(j)
		for range c.rows {
			copy(stripe[:c.width], values[j:c.cols])
			stripe = stripe[c.width:]
		}
	}
}

// store writes the element of row i and column j to starts[i] plus the place
// that runs give j.
func (c tiles) store(words []float32, starts []int, runs []run) {
	var memory [64]run
	for j := 0; j < c.cols; j += c.width {
		stripe := c.stripe(j)
		here := clipped(memory[:0], runs, j, j+c.width)
		for _, start := range starts[:c.rows] {
			for _, r := range here {
				copy(words[start+r.src:][:r.n], stripe[r.at:c.width])
			}
			stripe = stripe[c.width:]
		}
	}
}

// storeTransposed writes the element of row i and column j to words[j*ld+i].
func (c tiles) storeTransposed(words []float32, ld int) {
	for j := range c.cols {
		column := c.stripe(j / c.width * c.width)[j%c.width:]
		line := words[j*ld:][:c.rows]
		for i := range line {
			line[i] = column[i*c.width]
		}
	}
}

// addTo adds the element of row i and column j to what is at starts[i] plus the
// place that runs give j, row after row.
func (c tiles) addTo(words []float32, starts []int, runs []run) {
	var inside []run // one stripe each; at is the place of the first row's part
	for j := 0; j < c.cols; j += c.width {
		for _, r := range clipped(nil, runs, j, j+c.width) {
			inside = append(inside, run{j*c.tall + r.at, r.src, r.n})
		}
	}
	for i, start := range starts[:c.rows] {
		addRuns(words[start:], inside, c.words[i*c.width:])
	}
}

// rowPanels returns the packed rows of a factor for steps k0 to k1.
type rowPanels func(k0, k1 int) []float32

// accumulate adds to c the product of two factors.
func (s *scratch) accumulate(c tiles, depth int, a rowPanels, b operand) {
	group := c.width // columns packed at a time
	if b.distant {
		group = roundUp(c.cols, c.width)
	}
	right := s.right.take(group*depthBlock + panelSlack)
	for k0 := 0; k0 < depth; k0 += depthBlock {
		k1 := min(k0+depthBlock, depth)
		left := a(k0, k1)
		for j := 0; j < c.cols; j += c.width {
			at := j % group * (k1 - k0)
			if at == 0 {
				b.packCols(right, c.width, j, min(j+group, c.cols), k0, k1)
			}
			multiplyPanels(k1-k0, left, right[at:], c.stripe(j))
		}
	}
}

// multiplyPanels adds to a stripe of tiles the product of all panels of rows
// and one panel of columns.
func multiplyPanels(depth int, a, b, c []float32) {
	size := tileRows * tileWidth()
	for len(c) > 0 {
		multiplyTile(a[:tileRows*depth+1], b, c[:size])
		a = a[tileRows*depth:]
		c = c[size:]
	}
}

// panelsOf returns rows i0 to i0+rows of a factor, packed when asked for.
func (s *scratch) panelsOf(o operand, i0, rows int) rowPanels {
	return func(k0, k1 int) []float32 {
		panels := s.left.take(roundUp(rows, tileRows)*(k1-k0) + panelSlack)
		o.packRows(panels, i0, rows, k0, k1)
		return panels
	}
}

// packed is a whole factor in panels of rows, for all workers to read: chunks
// of depthBlock steps, the panels of each one after the other.
type packed struct {
	words []float32
	tall  int // rows, padded
}

// packAll packs rows 0 to rows of a factor into memory, sharing the work.
func (d *Device) packAll(memory *area, o operand, rows, depth int) packed {
	const height = 16 * tileRows // rows a task
	p := packed{tall: roundUp(rows, tileRows)}
	p.words = memory.take(p.tall*depth + panelSlack)
	chunks, blocks := (depth+depthBlock-1)/depthBlock, (rows+height-1)/height
	d.parallel(chunks*blocks, func(i int) {
		k0, i0 := i/blocks*depthBlock, i%blocks*height
		k1, n := min(k0+depthBlock, depth), min(height, rows-i0)
		o.packRows(p.panels(i0)(k0, k1), i0, n, k0, k1)
	})
	return p
}

// panels returns the rows from i0, a multiple of tileRows, on.
func (p packed) panels(i0 int) rowPanels {
	return func(k0, k1 int) []float32 { return p.words[k0*p.tall+i0*(k1-k0):] }
}
