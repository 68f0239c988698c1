package cpu

// tiles is a block of a product: rows x cols, stored tile by tile. Rows are
// padded to a multiple of tileRows, columns to a multiple of width.
type tiles struct {
	words      []float32
	rows, cols int
	width      int
	tall       int // rows, padded
}

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
// that runs give j, row after row.
func (c tiles) store(words []float32, starts []int, runs []run) {
	inside := c.inside(runs)
	for i, start := range starts[:c.rows] {
		copyRuns(words[start:], inside, c.words[i*c.width:])
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

// addTo is store for sums: it adds to what is there.
func (c tiles) addTo(words []float32, starts []int, runs []run) {
	inside := c.inside(runs)
	for i, start := range starts[:c.rows] {
		addRuns(words[start:], inside, c.words[i*c.width:])
	}
}

// inside cuts runs of columns at the stripes' edges; at becomes the place of the
// first row's part.
func (c tiles) inside(runs []run) []run {
	var inside []run
	for j := 0; j < c.cols; j += c.width {
		for _, r := range clipped(nil, runs, j, j+c.width) {
			inside = append(inside, run{j*c.tall + r.at, r.src, r.n})
		}
	}
	return inside
}
