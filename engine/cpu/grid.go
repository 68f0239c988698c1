package cpu

func roundUp(n, to int) int { return (n + to - 1) / to * to }

func ceilDiv(n, by int) int { return (n + by - 1) / by }

// grid cuts a product of rows x cols into blocks.
type grid struct {
	rows, cols         int
	rowBlock, colBlock int
}

func (g grid) down() int { return ceilDiv(g.rows, g.rowBlock) }

func (g grid) across() int { return ceilDiv(g.cols, g.colBlock) }

func (g grid) count() int { return g.down() * g.across() }

// at returns the first row, the number of rows, and the range of columns of a
// block.
func (g grid) at(i int) (row, rows, lo, hi int) {
	row, lo = i%g.down()*g.rowBlock, i/g.down()*g.colBlock
	return row, min(g.rowBlock, g.rows-row), lo, min(lo+g.colBlock, g.cols)
}

// split cuts a product, into blocks of wide columns unless that leaves a worker
// with nothing to do: narrower blocks first, then lower ones, which pack the same columns more than once.
// The bits of the result do not depend on it.
func (d *Device) split(rows, cols, wide int) grid {
	const low = 32
	width := tileWidth()
	g := grid{rows, cols, rows, wide}
	for g.count() < 4*d.crew.size() && g.colBlock > width {
		g.colBlock -= width
	}
	for g.count() < 2*d.crew.size() && g.rowBlock > low {
		g.rowBlock = roundUp(g.rowBlock/2, tileRows)
	}
	return g
}
